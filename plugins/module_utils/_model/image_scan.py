# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image may have of known vulnerabilities."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

SEVERITIES = ("negligible", "low", "medium", "high", "critical")
_NAMED = 5


@dataclasses.dataclass(frozen=True)
class Scan:
    """What looks at an image, and from which severity on a finding is too much."""

    command: str = "auto"
    severity: str = "high"
    ignore_unfixed: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any] | None) -> Scan | None:
        """Of the option ``scan``."""
        return cls(params["command"], params["severity"], bool(params["ignore_unfixed"])) if params else None

    def beyond(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Those that are too much, the worst first, each once."""
        least = SEVERITIES.index(self.severity)
        kept = {f for f in findings if f.rank >= least and (f.fixed or not self.ignore_unfixed)}
        return tuple(sorted(kept, key=lambda f: (-f.rank, f.id)))


@dataclasses.dataclass(frozen=True)
class Finding:
    """One vulnerability of an image. ``fixed`` says whether there is a version without it."""

    id: str
    severity: str
    fixed: bool

    @property
    def rank(self) -> int:
        """What a scanner has no severity for weighs the least."""
        severity = self.severity.lower()
        return SEVERITIES.index(severity) if severity in SEVERITIES else 0


def named(findings: Sequence[Finding]) -> str:
    """``7 findings: CVE-1 (critical), CVE-2 (high), ...``."""
    worst = ", ".join(f"{f.id} ({f.severity.lower()})" for f in findings[:_NAMED])
    more = ", ..." if len(findings) > _NAMED else ""
    return f"{len(findings)} finding{'s' if len(findings) > 1 else ''}: {worst}{more}"
