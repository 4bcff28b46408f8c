# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Units of systemd that the collection leaves on the host."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Sequence

from .._core.errors import ApplyFailed
from .command import run
from .whole_file import replacing

FOLDER = "/etc/systemd/system"


@dataclasses.dataclass(frozen=True)
class Unit:
    """A service of this text, wanted by some others when they start."""

    name: str
    text: str
    wanted_by: Sequence[str]

    def is_installed(self) -> bool:
        """Whether it is there as it is to be, and starts with the host."""
        links = [f"{FOLDER}/{other}.wants/{self.name}" for other in self.wanted_by]
        return text_of(self._path) == self.text and all(os.path.islink(link) for link in links)

    def install(self) -> None:
        """Writes it, and starts it now and with the host. Raises ``HostError``."""
        write(self._path, self.text)
        systemctl("daemon-reload")
        systemctl("enable", self.name)
        systemctl("restart", self.name)

    def remove(self) -> None:
        """Stops and removes it, where it is there. Raises ``HostError``."""
        if not os.path.exists(self._path):
            return
        systemctl("disable", "--now", self.name)
        remove(self._path)
        systemctl("daemon-reload")

    @property
    def _path(self) -> str:
        return f"{FOLDER}/{self.name}"


def systemctl(*words: str) -> None:
    """Has systemd do something. Raises ``ApplyFailed``."""
    run(["systemctl", *words], tried=f"have systemd {' '.join(words)}", timeout=60)


def text_of(path: str) -> str | None:
    """What a file holds; None where there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def write(path: str, text: str) -> None:
    """A file that everybody may read, whole or not at all. Raises ``ApplyFailed``."""
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(text)


def remove(path: str) -> None:
    """A file, where it is there. Raises ``ApplyFailed``."""
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
    except OSError as error:
        raise ApplyFailed(f"remove {path}", cause=error.strerror or str(error)) from None
