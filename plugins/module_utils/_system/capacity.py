# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what a plan takes against what the host's file systems have free, before anything is made."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence

from .._core.change import Address
from .._core.driver import Space
from .._core.errors import Refused

IGNORE, WARN, REFUSE = "ignore", "warn", "refuse"
_UNITS = ("KiB", "MiB", "GiB", "TiB")
_HINT = "Free space, ask for less, or set capacity: {policy}."


@dataclasses.dataclass(frozen=True)
class Room:
    """A file system, by one of its folders."""

    device: int
    folder: str
    free: int


@dataclasses.dataclass(frozen=True)
class Capacity:
    """``policy`` is for what disks come to take when they are full, which they need not. What is written at once has
    to fit in any case.
    """

    policy: str

    def __call__(self, taken: Sequence[tuple[Address, Space]]) -> list[str]:
        """Warnings, one a file system. Raises ``Refused``, naming the first object that is too much."""
        places: dict[int, tuple[Room, list[tuple[Address, Space]]]] = {}
        for address, space in taken:
            room = room_at(space.path)
            places.setdefault(room.device, (room, []))[1].append((address, space))
        answers = [self._weighed(room, here) for room, here in places.values()]
        return [answer for answer in answers if answer]

    def _weighed(self, room: Room, here: Sequence[tuple[Address, Space]]) -> str:
        now, full = sum(s.now for _address, s in here), sum(s.full for _address, s in here)
        names = ", ".join(dict.fromkeys(str(address) for address, _space in here))
        left = f"below {room.folder}, where {amount(room.free)} are free"
        if now > room.free and self.policy != IGNORE:
            raise Refused(
                f"{amount(now)} are to be written {left}: {names}", hint=_HINT.format(policy=IGNORE)
            ).about(*here[0][0])
        if full <= room.free or self.policy == IGNORE:
            return ""
        text = f"{names} can come to take {amount(full)} {left}"
        if self.policy == REFUSE:
            raise Refused(text, hint=_HINT.format(policy=WARN)).about(*here[0][0])
        return text


def room_at(path: str) -> Room:
    """Where a file is to be; of its folder, what there is already."""
    folder = os.path.dirname(path)
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    status = os.statvfs(folder)
    return Room(os.stat(folder).st_dev, folder, status.f_bavail * status.f_frsize)


def amount(count: int) -> str:
    """In the largest unit of which it is at least one."""
    power = max(0, min((count.bit_length() - 1) // 10 - 1, len(_UNITS) - 1))
    return f"{count / 1024 ** (power + 1):.1f} {_UNITS[power]}"
