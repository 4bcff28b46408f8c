# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The containers above an interface of the host, of which its own list shows nothing."""

from __future__ import annotations

import contextlib

from .._core.errors import EngineUnreachable
from .engine import Engine
from .network_answers import PARENT, networks
from .survey import engines


def above(interface: str) -> list[str]:
    """The running containers on networks whose parent it is, as far as this host's engines tell. Read only."""
    found: list[str] = []
    for engine in engines({}):
        if engine.present():
            with contextlib.suppress(EngineUnreachable):
                found += _above(engine, interface)
    return sorted(found)


def _above(engine: Engine, interface: str) -> list[str]:
    return engine.understood("read the networks", lambda: _names(engine, interface))


def _names(engine: Engine, interface: str) -> list[str]:
    there = {
        network["Name"]
        for network in networks(engine)
        if (network.get("Options") or {}).get(PARENT) == interface
    }
    containers = engine.rows("list the containers", lambda api: api.containers()) if there else []
    return [
        f"container/{container['Names'][0].lstrip('/')}"
        for container in containers
        if not there.isdisjoint((container.get("NetworkSettings") or {}).get("Networks") or {})
    ]
