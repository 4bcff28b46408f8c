# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limits and restart policies of a container that stays: what that costs with Podman, and how each engine is asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from .._core.compare import Difference
from .._core.field import Disruption
from .container_settings import Tree
from .engine import Engine

# Older ones do not keep what they are told.
_KEPT_SINCE = (5, 1)
_PERIOD, _NANO = 100_000, 10**9
_WHERE = {
    "Memory": ("memory", "limit"),
    "MemoryReservation": ("memory", "reservation"),
    "MemorySwap": ("memory", "swap"),
    "CpuShares": ("cpu", "shares"),
    "CpuPeriod": ("cpu", "period"),
    "CpuQuota": ("cpu", "quota"),
    "CpusetCpus": ("cpu", "cpus"),
    "CpusetMems": ("cpu", "mems"),
    "PidsLimit": ("pids", "limit"),
    "BlkioWeight": ("blockIO", "weight"),
}


def with_podman_costs(
    differences: Sequence[Difference], found: Any, podman: tuple[int, ...]
) -> list[Difference]:
    """What differs, at the cost that it has with Podman. An address that was asked for and is there does not differ."""
    addresses = {f"networks[{place.name}].ipv4_address": place.address for place in found.networks or ()}
    return [
        d if _is_live(d, found, podman) else dataclasses.replace(d, disruption=Disruption.REPLACE)
        for d in differences
        if d.after is None or addresses.get(d.path) != d.after
    ]


def _is_live(difference: Difference, found: Any, podman: tuple[int, ...]) -> bool:
    """Of one that does not run, Podman does not tell which addresses it was given; none takes a limit away.

    Nor processors, which it keeps even where there are none of that number: the container would not start again.
    """
    if difference.path.startswith("networks"):
        return bool(found.state == "running")
    lifted = difference.after in (None, 0, -1, "") and not difference.path.startswith("restart")
    first = difference.path in ("cpuset_cpus", "cpuset_mems") and not difference.before
    return podman >= _KEPT_SINCE and not lifted and not first


def update(engine: Engine, identity: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Changes limits in place. ``body`` is that of Docker's ``update``; so is the answer, as far as there is one."""
    tried = "change the limits of the container"
    if engine.podman is None:
        return engine.post(tried, f"/containers/{identity}/update", body) or {}
    query, limits = podman_update(body)
    engine.post(tried, f"/libpod/containers/{identity}/update{query}", limits)
    return {}


def podman_update(body: Mapping[str, Any]) -> tuple[str, Tree]:
    """Query and body of Podman's own ``update``. In Docker's it takes a restart policy away that is not told."""
    asked = dict(body)
    policy = asked.pop("RestartPolicy", None) or {}
    if "NanoCpus" in asked:
        asked.update(CpuPeriod=_PERIOD, CpuQuota=round(asked.pop("NanoCpus") * _PERIOD / _NANO))
    limits: Tree = {}
    for key, value in asked.items():
        section, name = _WHERE[key]
        limits.setdefault(section, {})[name] = value
    query = {"restartPolicy": policy.get("Name"), "restartRetries": policy.get("MaximumRetryCount")}
    written = urlencode({key: value for key, value in query.items() if value})
    return (f"?{written}" if written else ""), limits
