# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of tables that the host reads when it starts, and whenever its firewall was loaded anew."""

from __future__ import annotations

import contextlib
import os
import threading

from .._core.errors import ApplyFailed
from .unit import Unit, remove, text_of, write

FOLDER = "/etc/hybrid-host/nftables.d"
LIST = "/etc/hybrid-host/nftables.conf"
_SUFFIX = ".nft"
_LIST_TEXT = f'include "{FOLDER}/*{_SUFFIX}"\n'
# nftables.service flushes everything as it starts, stops and reloads.
UNIT = Unit(
    "hybrid-host-nftables.service",
    f"""\
# Made by hybrid.host, and removed with the last of its tables.
[Unit]
Description=Tables of nftables for networks and vms of hybrid.host
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=nft -f {LIST}
ExecReload=nft -f {LIST}

[Install]
WantedBy=multi-user.target nftables.service
""",
    ("multi-user.target", "nftables.service"),
)
# Two networks of one run are changed side by side.
_ONE = threading.Lock()


def kept(prefix: str) -> list[str]:
    """The names for which there are files of a prefix."""
    try:
        entries = sorted(os.listdir(FOLDER))
    except FileNotFoundError:
        return []
    return [e[len(prefix) : -len(_SUFFIX)] for e in entries if e.startswith(prefix) and e.endswith(_SUFFIX)]


def read(name: str) -> str | None:
    """The file of that name; None where the host does not read it when it starts."""
    return text_of(_path(name)) if _is_read() else None


def keep(name: str, text: str) -> None:
    """Writes the file, and has the host read it from now on. Raises ``HostError``."""
    with _ONE:
        try:
            os.makedirs(FOLDER, mode=0o755, exist_ok=True)
        except OSError as error:
            raise ApplyFailed(f"make the folder {FOLDER}", cause=error.strerror or str(error)) from None
        write(_path(name), text)
        if not _is_read():
            write(LIST, _LIST_TEXT)
            UNIT.install()


def drop(name: str) -> None:
    """Removes the file and, with the last one, all that reads them. Raises ``HostError``."""
    with _ONE:
        remove(_path(name))
        if not kept(""):
            UNIT.remove()
            remove(LIST)
            for folder in (FOLDER, os.path.dirname(FOLDER)):
                with contextlib.suppress(OSError):
                    os.rmdir(folder)


def _is_read() -> bool:
    return text_of(LIST) == _LIST_TEXT and UNIT.is_installed()


def _path(name: str) -> str:
    return f"{FOLDER}/{name}{_SUFFIX}"
