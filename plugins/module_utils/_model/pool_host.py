# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a pool asks of the machine around libvirt: a port, so that no driver reaches into another."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class PoolHost(Protocol):
    """The host on which libvirt runs. Methods are called from several threads at once."""

    def exists(self, path: str) -> bool:
        """Whether there is a file, a folder or a device."""

    def files(self, path: str) -> Collection[str] | None:
        """The names of the regular files in a folder that are not hidden; None where there is none, or it is closed."""

    def mounted(self, path: str) -> bool:
        """Whether a file system is mounted there."""

    def access(self, path: str) -> tuple[str, str, str] | None:
        """The user and the group of a folder, by their numbers, and its mode; None where there is none."""

    def content(self, device: str) -> str:
        """What a block device holds, as blkid calls it; ``""`` for nothing that is known. Raises ``HostError``."""

    def set_access(self, path: str, owner: str | None, group: str | None, mode: str | None) -> None:
        """Gives a folder to a user and a group, by their numbers. Raises ``ApplyFailed``."""
