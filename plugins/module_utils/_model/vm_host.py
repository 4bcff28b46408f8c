# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a vm asks of the machine around libvirt: a port, so that no driver reaches into another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from .._core.driver import Space
from .disk import Disk


class VmHost(Protocol):
    """The host on which libvirt runs. Methods are called from several threads at once."""

    def machine_id(self) -> str:
        """What tells this host from all others."""

    def architecture(self) -> str:
        """As the kernel says it: ``x86_64``."""

    def why_no_kvm(self) -> str:
        """Why KVM runs no guest here; ``""`` where it does."""

    def exists(self, path: str) -> bool:
        """Whether there is a file or a device."""

    def is_qcow2(self, path: str) -> bool:
        """Whether a file begins as a qcow2 image does."""

    def backing_files(self, path: str) -> Sequence[str]:
        """The files that an image rests on, the nearest first, as far as they can be read."""

    def resting_on(self, path: str) -> Sequence[str]:
        """The images beside it, and in libvirt's own folder, that have it as their backing file."""

    def check_images_below(self, path: str) -> None:
        """Raises ``Refused`` where an image below is not what it was when the one above was made on it."""

    def is_encrypted(self, path: str) -> bool:
        """Whether a file is a qcow2 image that is encrypted."""

    def check_passphrase(self, path: str, passphrase: str) -> None:
        """Raises ``Refused`` where an image that is there does not open with it."""

    def virtual_size(self, path: str, image_format: str | None) -> int | None:
        """The bytes that a guest sees of an image or a block device; None where that cannot be read."""

    def grow(self, disk: Disk) -> None:
        """Grows an image that nobody uses to the size that the disk says. Raises ``ApplyFailed``."""

    def is_ours(self, path: str) -> bool:
        """Whether this collection made the disk."""

    def check_image(self, disk: Disk) -> None:
        """Raises ``Refused`` where a new image cannot be made of what it is to be made of."""

    def space(self, disk: Disk) -> Sequence[Space]:
        """What a new image takes."""

    def make_image(self, disk: Disk, vm: str) -> bool:
        """Makes an image for a vm, whole or not at all, where there is none: whether it did. Raises ``HostError``."""

    def made_for(self, path: str) -> str | None:
        """The vm that an image was made for."""

    def build_seed(self, path: str, documents: Mapping[str, str]) -> None:
        """Writes a cloud-init seed, whole or not at all, readable by nobody but its owner. Raises ``ApplyFailed``."""

    def read_seed(self, path: str) -> Mapping[str, str] | None:
        """The documents of a seed; None where there is no file. Raises ``ApplyFailed``."""

    def is_seed(self, path: str) -> bool:
        """Whether a file is as ``build_seed`` writes it. Raises ``ApplyFailed``."""

    def rotated(self, log: str) -> Sequence[str]:
        """The older parts of a log, with a number behind its name."""

    def contents(self, path: str) -> bytes | None:
        """What is in a file; None where there is none. Raises ``ApplyFailed``."""

    def write(self, path: str, contents: bytes) -> None:
        """Writes a file, whole or not at all, readable by nobody but its owner. Raises ``ApplyFailed``."""

    def remove(self, path: str) -> None:
        """Removes a file, where it is there. Raises ``ApplyFailed``."""

    def answers(self, address: str, port: int, seconds: float) -> bool:
        """Whether something accepts a connection within that time."""

    def neighbours(self) -> dict[str, list[str]]:
        """By MAC, the addresses that the host has met, on any of its networks."""

    def has_address(self, interface: str, mac: str, address: str, seconds: float) -> bool | None:
        """Whether a neighbour on that interface answers for an address; None where it cannot be asked."""

    def last_lines(self, path: str, count: int) -> list[str]:
        """The last lines of a log, as far as it can be read, without control characters."""

    def written(self, path: str) -> float | None:
        """When a file was last written, in seconds since the epoch; None where it cannot be seen."""
