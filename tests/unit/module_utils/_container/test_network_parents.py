# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The containers above an interface, as engines tell of them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container import network_parents
from ansible_collections.hybrid.host.plugins.module_utils._container.network_parents import above
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import EngineUnreachable

from .test_network import Docker


class Stopped(Docker):
    """An engine of which but the socket is there."""

    def networks(self) -> list[dict[str, Any]]:
        raise EngineUnreachable("reach docker", cause="nobody listens")


class Missing(Stopped):
    """An engine that the host has not."""

    def present(self) -> bool:
        return False


@pytest.fixture
def docker(monkeypatch: pytest.MonkeyPatch) -> Docker:
    docker = Docker()
    monkeypatch.setattr(Docker, "present", lambda engine: True, raising=False)
    monkeypatch.setattr(network_parents, "engines", lambda params: [Missing(), docker])
    return docker


def test_what_does_not_answer_may_have_containers_there(
    monkeypatch: pytest.MonkeyPatch, docker: Docker
) -> None:
    monkeypatch.setattr(network_parents, "engines", lambda params: [docker, Stopped()])
    with pytest.raises(EngineUnreachable):
        above("br0")


def test_containers_are_known_by_the_parent_of_their_network(docker: Docker) -> None:
    some: dict[str, Any] = {"labels": {}, "internal": False, "ipam": {}}
    docker.create_network(name="lan", driver="macvlan", options={"parent": "br0"}, **some)
    docker.create_network(name="none", driver="null", options=None, **some)
    assert above("br0") == []
    docker.run("web")
    docker.run("idle", "exited")
    assert (above("br0"), above("br1")) == (["container/web"], [])
