# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limits that only version 1 of control groups has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.control_groups import version
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.engine_support import outdated


class Told:
    """An engine that tells its settings as both do."""

    def __init__(self, podman: tuple[int, ...] | None) -> None:
        self.podman = podman

    def info(self) -> dict[str, str]:
        return {"CgroupVersion": "2"}

    def do(self, _tried: str, call: Callable[[Any], Any]) -> Any:
        return call(self)

    def get(self, _tried: str, _path: str) -> dict[str, Any]:
        return {"host": {"cgroupVersion": "v2"}}

    def understood(self, _tried: str, read: Callable[[], str]) -> str:
        return read()


@pytest.mark.parametrize("podman", [None, (5, 4, 2)])
def test_both_engines_tell_the_version(podman: tuple[int, ...] | None) -> None:
    engine: Any = Told(podman)
    assert version(engine) == "2"


@pytest.mark.parametrize("limit", [{"memory_swappiness": 0}, {"memory_swappiness": 10}, {"oom_killer": True}])
def test_what_an_engine_would_drop_is_refused_by_its_name(limit: dict[str, Any]) -> None:
    spec = Container("app", **limit)
    assert outdated(spec, lambda: "1") is None
    refused = outdated(spec, lambda: "2")
    assert refused is not None
    assert str(refused).startswith(f"{next(iter(limit))}: the control groups")


@pytest.mark.parametrize("limit", [{}, {"memory_swappiness": -1}, {"oom_killer": False}, {"memory": 1}])
def test_nothing_is_asked_for_what_every_version_has(limit: dict[str, Any]) -> None:
    assert outdated(Container("app", **limit), lambda: str(1 / 0)) is None
