# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was measured, and what of it keeps its goal."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Sequence


@dataclasses.dataclass
class Row:
    """One thing measured, in seconds or bytes. ``against`` is what the ratio is to; ``goal`` is the most it may be.

    Where a row has a goal and nothing to compare with, the goal is for the median itself.
    """

    title: str
    measured: list[float] = dataclasses.field(default_factory=list)
    against: Row | None = None
    goal: float | None = None
    unit: str = "s"

    @property
    def median(self) -> float:
        return statistics.median(self.measured)

    @property
    def ratio(self) -> float | None:
        """The median of each turn's own ratio, as the machine's pace changes from turn to turn."""
        if self.against is None:
            return None
        turns = zip(self.measured, self.against.measured, strict=True)
        return statistics.median(own / other for own, other in turns)

    @property
    def kept(self) -> bool:
        found = self.median if self.ratio is None else self.ratio
        return self.goal is None or found <= self.goal

    def line(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        goal = "" if self.goal is None else f"<= {self.goal:g} {'kept' if self.kept else 'MISSED'}"
        spread = f"{min(self.measured):.2f} .. {max(self.measured):.2f}"
        return (
            f"{self.title:<58} {self.median:8.2f} {self.unit:<2} {len(self.measured):4} "
            f"{spread:>16} {ratio:>6}  {goal}"
        ).rstrip()


def table(rows: Sequence[Row]) -> str:
    head = f"{'':<58} {'median':>11} {'runs':>4} {'from .. to':>16} {'ratio':>6}  goal"
    return "\n".join([head, *(row.line() for row in rows if row.measured)])
