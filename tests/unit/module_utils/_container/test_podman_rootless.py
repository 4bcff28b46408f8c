# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Podman without root may limit, and what it is refused."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container import podman_rootless
from ansible_collections.hybrid.host.plugins.module_utils._container.engine import Engine
from ansible_collections.hybrid.host.plugins.module_utils._container.podman_rootless import controllers
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.engine_support import CONTROLLERS, unlimited

PODMAN = (5, 4, 2)


class Told:
    """As much of an engine as is asked for its settings."""

    def __init__(self, address: str, podman: tuple[int, ...] | None, *, rootless: bool = True) -> None:
        self.address, self.podman = address, podman
        self._host = {"security": {"rootless": rootless}, "cgroupControllers": ["memory", "pids"]}
        self.asked: list[str] = []

    def get(self, _tried: str, path: str) -> dict[str, Any]:
        self.asked.append(path)
        return {"host": self._host}

    def understood(self, _tried: str, read: Callable[[], Any]) -> Any:
        return read()


@pytest.mark.parametrize(
    ("engine", "groups"),
    [
        (Told("unix:///run/user/1000/podman/podman.sock", PODMAN), ("memory", "pids")),
        (Told("tcp://192.0.2.1:2375", PODMAN, rootless=False), None),
        (Told("unix:///var/run/docker.sock", None), None),
    ],
)
def test_the_control_groups_of_a_podman_without_root(engine: Told, groups: tuple[str, ...] | None) -> None:
    assert controllers(cast(Engine, engine)) == groups
    assert len(engine.asked) == (engine.podman is not None)


def test_root_s_own_socket_is_asked_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    of_root = SimpleNamespace(stat=lambda _path: SimpleNamespace(st_uid=0))
    monkeypatch.setattr(podman_rootless, "os", of_root)
    engine = Told("unix:///run/podman/podman.sock", PODMAN)
    assert controllers(cast(Engine, engine)) is None
    assert engine.asked == []


@pytest.mark.parametrize("option", sorted(CONTROLLERS))
def test_a_limit_is_refused_by_its_name_where_its_control_group_is_not_there(option: str) -> None:
    spec = Container("app", **{option: 1})
    assert unlimited(spec, lambda: None) is None
    assert unlimited(spec, lambda: [CONTROLLERS[option]]) is None
    refused = unlimited(spec, list)
    assert refused is not None
    assert str(refused).startswith(f"{option}: Podman without root cannot")


def test_nothing_is_asked_where_there_is_no_limit() -> None:
    assert unlimited(Container("app", env={"A": "b"}), lambda: 1 / 0) is None
