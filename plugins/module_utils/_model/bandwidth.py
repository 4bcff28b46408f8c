# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an interface or a network may take and give."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Disruption, field
from .part import part


@dataclasses.dataclass(frozen=True)
class Rate:
    """Kilobytes a second, and kilobytes in one ``burst``, as libvirt counts them; an average of 0 is no limit."""

    average: int | None = field(Disruption.LIVE)
    peak: int | None = field(Disruption.LIVE)
    burst: int | None = field(Disruption.LIVE)


@dataclasses.dataclass(frozen=True)
class Bandwidth:
    """What the interface may take (``inbound``) and give."""

    inbound: Rate | None = field(Disruption.LIVE)
    outbound: Rate | None = field(Disruption.LIVE)


def bandwidth(value: Mapping[str, Any] | None) -> Bandwidth | None:
    """Of the options. Raises ``InvalidSpec`` for a rate without an average."""
    return part(Bandwidth, value, {"inbound": _rate, "outbound": _rate})


def _rate(value: Mapping[str, Any]) -> Rate | None:
    rate = part(Rate, value)
    if rate is not None and rate.average is None:
        raise InvalidSpec("bandwidth needs an average", hint="Write it in kilobytes a second.")
    return rate
