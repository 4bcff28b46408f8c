# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The containers above an interface of the host, of which its own list shows nothing."""

from __future__ import annotations

from .engine import Engine
from .network_answers import PARENT, networks
from .survey import engines


def above(interface: str) -> list[str]:
    """The running containers on networks whose parent it is. Read only.

    Raises ``EngineUnreachable``: what an engine ran goes on without it, and nothing else tells of it.
    """
    there = [engine for engine in engines({}) if engine.present()]
    return sorted(name for engine in there for name in _above(engine, interface))


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
