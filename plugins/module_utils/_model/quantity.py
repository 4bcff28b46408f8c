# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sizes and durations, as users write them."""

from __future__ import annotations

import re
from typing import Any

from .._core.errors import InvalidSpec

_FACTORS = {"": 0, "B": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[KMGTP]?)(?:i?B)?", re.IGNORECASE)
_PART = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ms|us|s|m|h|$)")
_SECONDS = {"": 1, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
LARGEST = 2**63 - 1


def size(value: Any, option: str, *, zero: bool = False) -> int | None:
    """Bytes of ``1073741824``, ``512M``, ``1.5G``, ``4GiB``; None stays None. Units are binary.

    Raises ``InvalidSpec`` for anything else, for what does not fit in 63 bits, and (unless ``zero``) for 0.
    """
    if value is None:
        return None
    match = None if isinstance(value, bool) else _SIZE.fullmatch(str(value).strip())
    if match is None:
        raise InvalidSpec(
            f"{option}: {value!r} is not a size",
            hint="Write bytes, or a number with K, M, G or T, such as 512M.",
        )
    result = (
        int(float(match["number"]) * 1024 ** _FACTORS[match["unit"].upper()])
        if ("." in match["number"])
        else int(match["number"]) * 1024 ** _FACTORS[match["unit"].upper()]
    )
    if result > LARGEST or (result == 0 and not zero):
        raise InvalidSpec(
            f"{option}: {value!r} is out of range", hint="Write a size above 0 and below 8 EiB."
        )
    return result


def duration(value: Any, option: str) -> float | None:
    """Seconds of ``30``, ``10s``, ``1h30m``, ``500ms``; None stays None. Raises ``InvalidSpec`` for anything else.

    To the nanosecond, in which engines count: what is added up out of units is else beside what they have kept.
    """
    if value is None:
        return None
    text = "" if isinstance(value, bool) else str(value).strip()
    parts = list(_PART.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        raise InvalidSpec(f"{option}: {value!r} is not a duration", hint="Write seconds, or 10s, 5m, 1h.")
    return round(float(sum(float(part["number"]) * _SECONDS[part["unit"]] for part in parts)), 9)
