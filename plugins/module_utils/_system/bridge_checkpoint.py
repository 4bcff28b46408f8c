# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A checkpoint of the host's network, and the timer on the host that goes back to it unless somebody confirms."""

from __future__ import annotations

import contextlib
import json
import os
import pkgutil
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._core.errors import ApplyFailed, Refused
from .bridge_links import Links
from .bridge_record import FOLDER
from .bridge_restore import ARMED, Checkpoint, write
from .command import check_command, run
from .unit import FOLDER as UNITS

_SOURCES = ("bridge_links", "bridge_restore")
# Ansible sends it inside an archive; on the host it is a folder that Python runs.
_PACKAGE = "hybrid_bridge"
_MAIN = f"""import sys

from {_PACKAGE}.bridge_restore import main

sys.exit(main(sys.argv))
"""
_SERVICE = """[Unit]
Description=Go back to the network from before the change of bridge {name}, which nobody confirmed

[Service]
Type=oneshot
ExecStart={python} -I {folder} rollback
"""
# Enabled, so that a start of the host does not make an unconfirmed change last.
_TIMER = """[Unit]
Description=Time to confirm the change of bridge {name}

[Timer]
OnActiveSec={seconds}
AccuracySec=100ms

[Install]
WantedBy=timers.target
"""


class Watchdog:
    """Of one bridge. Its command is for the controller: ``confirm TOKEN``, ``rollback TOKEN``, ``status``."""

    def __init__(self, name: str, seconds: float) -> None:
        self._name = name
        self._seconds = seconds
        self._folder = os.path.join(FOLDER, f"{name}.checkpoint")
        self.token: str | None = None

    @property
    def command(self) -> list[str]:
        """The words of the watchdog's own program on this host."""
        return [sys.executable, "-I", self._folder]

    @property
    def _timer(self) -> str:
        return os.path.join(UNITS, f"hybrid-host-bridge-{self._name}.timer")

    def arm(self, links: Mapping[str, Any], files: Sequence[str], commands: Sequence[Sequence[str]]) -> None:
        """From here on the host goes back by itself. ``commands`` tell the host's daemons of files that came back.

        Raises ``Refused`` while an earlier change waits to be confirmed, ``HostError`` where there is no systemd.
        """
        for command in ("systemctl", "ip"):
            check_command(command, "arm the watchdog")
        with writing(self._folder):
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            checkpoint = Checkpoint(self._folder)
            with checkpoint.held() as told:
                if told["outcome"] == ARMED and os.path.exists(self._timer):
                    raise Refused(
                        "waits for an earlier change to be confirmed or taken back",
                        hint="Run it again when the rollback_timeout of that one is over, or take it back on the host: "
                        + " ".join([*self.command, "rollback"]),
                    )
                units = self._write_units()
                kept = {
                    "links": links,
                    "files": {path: _content(path) for path in files},
                    "commands": [list(argv) for argv in commands],
                    "units": units,
                }
                write(os.path.join(self._folder, "checkpoint.json"), json.dumps(kept), 0o600)
                self._write_program()
                run(["systemctl", "daemon-reload"], tried="arm the watchdog")
                run(["systemctl", "restart", os.path.basename(units[0])], tried="arm the watchdog")
                self.token = secrets.token_hex(8)
                checkpoint.tell(ARMED, self.token)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """The timer waits for the block. Raises ``ApplyFailed`` where it has ended: what it took back stays so."""
        with Checkpoint(self._folder).held() as told:
            if (told["outcome"], told["token"]) != (ARMED, self.token):
                raise ApplyFailed(
                    "change the host's interfaces",
                    cause=f"{self._seconds:g} s were over, and the host's network is as before",
                    hint="Write a longer rollback_timeout.",
                )
            yield

    def rollback(self) -> None:
        """Goes back now. Raises ``ApplyFailed`` where the network is not as it was."""
        told = json.loads(run([*self.command, "rollback", self.token or ""], tried="go back"))
        if told["left"]:
            raise ApplyFailed("go back to the checkpoint", cause="; ".join(told["left"]))

    def _write_units(self) -> list[str]:
        name = os.path.basename(self._timer)
        service = f"{os.path.splitext(self._timer)[0]}.service"
        link = os.path.join(UNITS, "timers.target.wants", name)
        facts = {"name": self._name, "seconds": f"{self._seconds:g}", "folder": self._folder}
        write(self._timer, _TIMER.format(**facts), 0o644)
        write(service, _SERVICE.format(python=sys.executable, **facts), 0o644)
        os.makedirs(os.path.dirname(link), exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.symlink(f"../{name}", link)
        return [self._timer, service, link]

    def _write_program(self) -> None:
        place = os.path.join(self._folder, _PACKAGE)
        for name in _SOURCES:
            source = pkgutil.get_data(__package__ or "", f"{name}.py") or b""
            write(os.path.join(place, f"{name}.py"), source.decode(), 0o600)
        write(os.path.join(place, "__init__.py"), "", 0o600)
        write(os.path.join(self._folder, "__main__.py"), _MAIN, 0o600)


def snapshot(links: Links, names: Sequence[str]) -> dict[str, Any]:
    """How these links are now, None being one that is not there."""
    return {name: links.get(name) for name in names}


@contextlib.contextmanager
def writing(place: str) -> Iterator[None]:
    """Has a file that cannot be written fail as ``ApplyFailed``; ``place`` is for errors that name none."""
    try:
        yield
    except OSError as error:
        raise ApplyFailed(f"write {error.filename or place}", cause=error.strerror or str(error)) from None


def _content(path: str) -> tuple[str | None, int]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(), os.fstat(file.fileno()).st_mode & 0o7777
    except FileNotFoundError:
        return None, 0
