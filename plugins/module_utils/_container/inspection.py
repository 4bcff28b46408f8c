# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container as Docker's ``inspect`` tells it, of either engine."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from .engine import Engine
from .podman_answers import as_docker_tells

# On their way from one state to another, which takes no longer than a container has to stop, if nothing is wrong.
_PASSING = ("removing", "stopping")
_SETTLE_SECONDS, _POLL_SECONDS = 15.0, 0.25


def listed(engine: Engine) -> list[dict[str, Any]]:
    """All containers: ``Id``, ``Names`` and ``Labels`` of each. Podman inspects every one for Docker's own list."""
    tried, path = "list the containers", "/libpod/containers/json?all=true"
    # Which of the two it is, the engine says when it is first called.
    return engine.rows(
        tried, lambda api: api.containers(all=True) if engine.podman is None else engine.get(tried, path)
    )


def inspected(engine: Engine, identity: str) -> dict[str, Any] | None:
    """The container of an id or a name; None where there is none.

    Of Podman it is its own API that is asked: in Docker's it tells less, and 4.3 takes fifteen times as long for that.
    """
    if engine.podman is None:
        found: dict[str, Any] | None = engine.find(lambda api: api.inspect_container(identity))
        return found
    entry = engine.get("look it up", f"/libpod/containers/{quote(identity, safe='')}/json")
    return None if entry is None else as_docker_tells(entry)


def settled(engine: Engine, identity: str) -> dict[str, Any] | None:
    """As ``inspected``; one that is just being stopped or removed is waited for, a while."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        entry = inspected(engine, identity)
        if entry is None or entry["State"]["Status"] not in _PASSING or time.monotonic() >= deadline:
            return entry
        time.sleep(_POLL_SECONDS)
