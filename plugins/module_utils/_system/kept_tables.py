# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of tables that the host reads when it starts, and whenever its firewall was loaded anew."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

from .._core.errors import ApplyFailed
from .command import run
from .whole_file import replacing

FOLDER = "/etc/hybrid-host/nftables.d"
_SUFFIX = ".nft"
_UNIT, _UNITS = "hybrid-host-nftables.service", "/etc/systemd/system"
_WANTED_BY = ("multi-user.target.wants", "nftables.service.wants")
# nftables.service flushes everything as it starts, stops and reloads.
_UNIT_TEXT = """\
# Made by hybrid.host, and removed with the last of its tables.
[Unit]
Description=Tables of nftables for networks and vms of hybrid.host
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=nft -f /etc/hybrid-host/nftables.conf
ExecReload=nft -f /etc/hybrid-host/nftables.conf

[Install]
WantedBy=multi-user.target nftables.service
"""
_LIST, _LIST_TEXT = "/etc/hybrid-host/nftables.conf", f'include "{FOLDER}/*{_SUFFIX}"\n'
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
    return _text(_path(name)) if _is_installed() else None


def keep(name: str, text: str) -> None:
    """Writes the file, and has the host read it from now on. Raises ``HostError``."""
    with _ONE:
        os.makedirs(FOLDER, mode=0o755, exist_ok=True)
        _write(_path(name), text)
        if not _is_installed():
            _write(_LIST, _LIST_TEXT)
            _write(f"{_UNITS}/{_UNIT}", _UNIT_TEXT)
            _systemctl("daemon-reload")
            _systemctl("enable", "--now", _UNIT)


def drop(name: str) -> None:
    """Removes the file and, with the last one, all that reads them. Raises ``HostError``."""
    with _ONE, _told(f"remove {_path(name)}"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(_path(name))
        if any(entry.endswith(_SUFFIX) for entry in os.listdir(FOLDER)):
            return
        if os.path.exists(f"{_UNITS}/{_UNIT}"):
            _systemctl("disable", "--now", _UNIT)
        for path in (f"{_UNITS}/{_UNIT}", _LIST):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        os.rmdir(FOLDER)
        with contextlib.suppress(OSError):
            os.rmdir(os.path.dirname(FOLDER))
        _systemctl("daemon-reload")


def _is_installed() -> bool:
    links = [f"{_UNITS}/{wants}/{_UNIT}" for wants in _WANTED_BY]
    written = (_text(f"{_UNITS}/{_UNIT}"), _text(_LIST)) == (_UNIT_TEXT, _LIST_TEXT)
    return written and all(os.path.islink(link) for link in links)


def _path(name: str) -> str:
    return f"{FOLDER}/{name}{_SUFFIX}"


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _write(path: str, text: str) -> None:
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(text)


def _systemctl(*words: str) -> None:
    run(["systemctl", *words], tried=f"have systemd {' '.join(words)}", timeout=60)


@contextlib.contextmanager
def _told(tried: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ApplyFailed(tried, cause=error.strerror or str(error)) from None
