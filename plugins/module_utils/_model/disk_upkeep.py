# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done to an image that exists, and how far it may go."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .quantity import duration, size

JOB_SECONDS = 3600.0
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
# A share of a small image is nothing: rewriting it would reclaim less than its metadata may differ by.
_LEAST = 1 << 20


@dataclasses.dataclass(frozen=True)
class Threshold:
    """From how much waste on an image is rewritten: ``count`` bytes, or else a ``percent`` of what it takes."""

    count: int | None = None
    percent: float = 10.0

    def of(self, allocated: int) -> int:
        """In bytes, for an image that takes this much."""
        return max(_LEAST, int(allocated * self.percent / 100)) if self.count is None else self.count


@dataclasses.dataclass(frozen=True)
class Upkeep:
    """``rebase`` is safe or unsafe, ``repair`` leaks, all or None; ``job_timeout`` is in seconds."""

    allow_shrink: bool = False
    rebase: str = "safe"
    commit: bool = False
    compact: bool = False
    threshold: Threshold = Threshold()
    repair: str | None = None
    check: bool = False
    job_timeout: float = JOB_SECONDS

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Upkeep:
        """Of a disk's options. Raises ``InvalidSpec``."""
        return cls(
            allow_shrink=bool(params.get("allow_shrink")),
            rebase=params.get("rebase") or cls.rebase,
            commit=bool(params.get("commit")),
            compact=bool(params.get("compact")),
            threshold=_threshold(params.get("compact_threshold")),
            repair=params.get("repair"),
            check=bool(params.get("check")),
            job_timeout=_seconds(params.get("job_timeout")),
        )

    @property
    def checks(self) -> bool:
        """Whether QEMU's check is to look at the image."""
        return self.check or self.repair is not None


def _threshold(value: Any) -> Threshold:
    if value is None:
        return Threshold()
    share = _PERCENT.fullmatch(str(value).strip())
    if share is None:
        return Threshold(count=size(value, "compact_threshold"))
    if not 0 < float(share[1]) < 100:
        raise InvalidSpec(
            f"compact_threshold: {value!r} is no share", hint="Write more than 0% and less than 100%."
        )
    return Threshold(percent=float(share[1]))


def _seconds(value: Any) -> float:
    seconds = duration(value, "job_timeout")
    if seconds == 0:
        raise InvalidSpec("job_timeout: nothing is done in no time", hint="Leave it out, or write some time.")
    return JOB_SECONDS if seconds is None else seconds
