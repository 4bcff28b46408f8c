# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a disk asks of the libvirt whose vms use it: a port, so that no driver reaches into another."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol


@dataclasses.dataclass(frozen=True)
class DiskUser:
    """A vm with an image among its files. ``topmost``: it is a disk of the vm, and not below one.

    ``snapshots``: libvirt keeps some of the vm, which lean on the images as they are.
    """

    vm: str
    running: bool = False
    topmost: bool = True
    snapshots: bool = False


class DiskJobs(Protocol):
    """The libvirt of this host. Methods are called from several threads at once.

    A job is watched until it is done; at its deadline (seconds) it is ended and the vm goes on as before. Raises
    ``ApplyFailed`` then, and where no running vm has the image as a disk.
    """

    def users(self, paths: Collection[str]) -> Mapping[str, Sequence[DiskUser]]:
        """By path, the vms that are defined with the image, or run with it, be it below one of their disks."""

    def grow(self, path: str, size: int) -> None:
        """Gives the disk, and with it the image, this size."""

    def flatten(self, path: str, seconds: float) -> None:
        """Brings into the image all that is below it."""

    def commit(self, path: str, below: tuple[str, str], seconds: float) -> None:
        """Brings what the image holds into the one below, given by path and format, and has the vm go on with that."""

    def copy(self, path: str, target: tuple[str, str], seconds: float) -> None:
        """Writes to the target, given by path and format, what the disk holds at one moment."""
