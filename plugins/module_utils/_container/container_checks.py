# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Healthchecks in the engine's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.healthcheck import DISABLED, Healthcheck

#: What engines count times and processors in.
NANO = 10**9
_TIMES = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start_period": "StartPeriod",
    "start_interval": "StartInterval",
}


def write_healthcheck(check: Healthcheck) -> dict[str, Any]:
    times = {key: getattr(check, name) for name, key in _TIMES.items()}
    result: dict[str, Any] = {key: round(value * NANO) for key, value in times.items() if value is not None}
    if check.test is not None:
        result["Test"] = list(check.test)
    if check.retries is not None:
        result["Retries"] = check.retries
    return result


def read_healthcheck(entry: Mapping[str, Any] | None) -> Healthcheck:
    entry = entry or {}
    times = {name: (entry.get(key) or 0) / NANO for name, key in _TIMES.items()}
    return Healthcheck(tuple(entry.get("Test") or DISABLED), retries=entry.get("Retries") or 0, **times)
