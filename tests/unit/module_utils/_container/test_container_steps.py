# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of an engine again, or asked more, where Podman keeps what it should have let go."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container import container_steps
from ansible_collections.hybrid.host.plugins.module_utils._container.container_steps import ContainerSteps
from ansible_collections.hybrid.host.plugins.module_utils._container.engine import EngineFailed
from ansible_collections.hybrid.host.plugins.module_utils._model.attachment import Attachment
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

TAKEN = "cannot listen on the TCP port: listen tcp4 127.0.0.1:80: bind: address already in use"
PODMAN, DOCKER = (5, 4, 2), None
FORGET = ["disconnect it from the network lan"]


class Engine:
    """Fails with the ``causes``, one after another, then does what it is told; ``asked`` is all of that."""

    def __init__(self, podman: tuple[int, ...] | None, *causes: str) -> None:
        self.podman = podman
        self.asked: list[str] = []
        self._causes = [*causes]

    def do(self, tried: str, _call: Any) -> None:
        self.asked.append(tried)
        if self._causes:
            raise EngineFailed(tried, cause=self._causes.pop(0), status=500)

    def post(self, tried: str, _path: str, _body: Any) -> None:
        self.do(tried, None)

    def rows(self, tried: str, _call: Any) -> list[Any]:
        self.asked.append(tried)
        return []


def steps(engine: Any) -> ContainerSteps:
    return ContainerSteps(engine, Container("web"))


@pytest.fixture(autouse=True)
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container_steps, "_POLL_SECONDS", 0.0)


def test_podman_is_made_to_let_go_of_a_port() -> None:
    engine = Engine(PODMAN, TAKEN, TAKEN)
    steps(engine).start_again("web")
    assert engine.asked.count("start the container") == 3
    assert "list the containers" in engine.asked


def test_a_port_that_stays_taken_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container_steps, "_TIDY_SECONDS", 0.0)
    with pytest.raises(EngineFailed, match="already in use"):
        steps(Engine(PODMAN, TAKEN, TAKEN)).start_again("web")


@pytest.mark.parametrize(("podman", "cause"), [(DOCKER, TAKEN), (PODMAN, "no such file")])
def test_what_time_does_not_heal_is_told_at_once(podman: tuple[int, ...] | None, cause: str) -> None:
    engine = Engine(podman, cause)
    with pytest.raises(EngineFailed):
        steps(engine).start_again("web")
    assert engine.asked == ["start the container"]


@pytest.mark.parametrize(
    ("podman", "causes", "then"),
    [
        (PODMAN, ["not in any subnet", "no such device"], FORGET),
        (PODMAN, ["not in any subnet"], FORGET),
        (PODMAN, ["is already connected to network lan"], []),
        (DOCKER, ["not in any subnet"], []),
    ],
)
def test_podman_forgets_a_network_that_it_could_not_connect(
    podman: tuple[int, ...] | None, causes: list[str], then: list[str]
) -> None:
    engine = Engine(podman, *causes)
    with pytest.raises(EngineFailed, match=causes[0]):
        steps(engine).connect("web", Attachment("lan", ipv4_address="192.0.2.1"))
    assert engine.asked[1:] == then
