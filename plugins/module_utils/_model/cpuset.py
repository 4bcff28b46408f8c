# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sets of processors, as libvirt writes them: ``0-3,^2,7``."""

from __future__ import annotations

import re

from .._core.errors import InvalidSpec

_RANGE = re.compile(r"(?P<out>\^?)(?P<first>\d{1,4})(?:-(?P<last>\d{1,4}))?")


def cpus(text: str, option: str) -> list[int]:
    """The numbers in the set, in order. Raises ``InvalidSpec`` for what is no set or an empty one."""
    taken: set[int] = set()
    for word in str(text).replace(" ", "").split(","):
        match = _RANGE.fullmatch(word)
        last = int(match["last"] or match["first"]) if match else -1
        if match is None or last < int(match["first"]):
            raise InvalidSpec(f"{option}: {text!r} is no set of processors", hint="Write such as 0-3,^2,7.")
        numbers = range(int(match["first"]), last + 1)
        taken = taken.difference(numbers) if match["out"] else taken.union(numbers)
    if not taken:
        raise InvalidSpec(f"{option}: {text!r} leaves no processor")
    return sorted(taken)


def cpuset(text: str, option: str) -> str:
    """The set in its shortest form, so that two ways to write it are one."""
    numbers = cpus(text, option)
    words: list[str] = []
    for number in numbers:
        if words and number - 1 in numbers:
            words[-1] = f"{words[-1].partition('-')[0]}-{number}"
        else:
            words.append(str(number))
    return ",".join(words)
