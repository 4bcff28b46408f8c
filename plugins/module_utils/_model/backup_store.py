# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What backups of vms ask of the folder that holds them, and of QEMU's tools: a port, so that no driver reaches into
another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from .vm_backup import BackupDisk, VmBackup

# How the folder of a backup begins while it is half made: this is no part of a name, so that it is nobody's.
HALF = ".half+"


class BackupStore(Protocol):
    """One folder of backups, each a folder in it. All methods raise ``HostError`` for what goes wrong."""

    def backups(self, vm: str) -> Sequence[VmBackup]:
        """Those of a vm, the oldest first. What is half made or somebody else's is not among them."""

    def check_free(self, backup: VmBackup) -> None:
        """Raises ``Refused`` where something else has the name that a new backup is to get."""

    def left(self, vm: str) -> Sequence[str]:
        """What runs that were killed have left of backups of a vm, half made or half removed."""

    def clear(self, vm: str) -> None:
        """Removes all of that."""

    def begin(self, backup: VmBackup) -> str:
        """A new folder, without its name yet, that QEMU's own user can go through."""

    def create(self, folder: str, disk: BackupDisk) -> str:
        """An empty image for a disk, over its parent's if it has one; its path."""

    def copy(self, folder: str, disks: Sequence[BackupDisk], seconds: float) -> None:
        """Copies disks that nobody writes to, under QEMU's own locks, which all of them have all the time."""

    def socket_folder(self, domain: int) -> str:
        """Where the QEMU of a running domain may make a socket."""

    def pull(self, image: str, disk: BackupDisk, export: Mapping[str, object], seconds: float) -> None:
        """Copies what an NBD export gives into a new image; of one with a parent what its bitmap says has changed."""

    def keep_file(self, folder: str, name: str, source: str) -> BackupDisk:
        """Copies a small file as it is."""

    def finish(self, folder: str, backup: VmBackup) -> VmBackup:
        """Makes it whole: manifest, then the disk's own caches, then the name."""

    def remove(self, backup: VmBackup) -> None:
        """Removes one: its name first, so that it is never half there."""

    def verify(self, backup: VmBackup) -> None:
        """Holds it, and all that it rests on, against the manifests and QEMU's check. Raises ``Refused``."""

    def check_places(self, backup: VmBackup, places: Mapping[str, str]) -> None:
        """Raises ``Refused`` where a file is in the way that this very restore has not put there; with ``overwrite``
        where it is no file, or may not go.
        """

    def restore(self, backup: VmBackup, places: Mapping[str, str]) -> None:
        """Makes the disks, each whole before it gets its name."""

    def restore_file(self, backup: VmBackup, file: BackupDisk, path: str) -> None:
        """Puts back a file that was kept as it is."""
