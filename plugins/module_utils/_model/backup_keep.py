# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which backups stay."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from .._core.errors import InvalidSpec

_PERIODS: Mapping[str, Callable[[datetime.datetime], Hashable]] = {
    "last": lambda moment: moment,
    "daily": lambda moment: moment.date(),
    "weekly": lambda moment: tuple(moment.isocalendar())[:2],
    "monthly": lambda moment: (moment.year, moment.month),
}


@dataclasses.dataclass(frozen=True)
class Keep:
    """How many stay: the newest ones, and the newest one of each of so many days, weeks and months (in UTC)."""

    last: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0

    @property
    def total(self) -> int:
        """As many as can be kept at most, without those that others rest on."""
        return sum(getattr(self, period) for period in _PERIODS)

    @classmethod
    def parsed(cls, value: Any) -> Keep | None:
        """Of a number, or of a dict of numbers. Raises ``InvalidSpec``; none at all would keep nothing."""
        if value is None:
            return None
        numbers = value if isinstance(value, Mapping) else {"last": value}
        strange = sorted(set(numbers) - set(_PERIODS))
        if strange:
            raise InvalidSpec(f"keep: there is no {', '.join(strange)}", hint=f"Use {', '.join(_PERIODS)}.")
        keep = cls(**{period: _number(number, period) for period, number in numbers.items()})
        if keep.total == 0:
            raise InvalidSpec("keep: nothing would be kept", hint="Keep at least one.")
        return keep

    def kept(self, moments: Mapping[str, datetime.datetime]) -> set[str]:
        """Those of the backups, given by label, that stay of themselves."""
        newest_first = sorted(moments, key=lambda label: (moments[label], label), reverse=True)
        stays: set[str] = set(newest_first[: self.last])
        for period in ("daily", "weekly", "monthly"):
            seen: set[Hashable] = set()
            for label in newest_first:
                key = _PERIODS[period](moments[label])
                if key not in seen and len(seen) < getattr(self, period):
                    seen.add(key)
                    stays.add(label)
        return stays


def _number(value: Any, period: str) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal():
        raise InvalidSpec(f"keep.{period}: {value!r} is not a number", hint="Write how many to keep.")
    return int(text)
