# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a change: what they say where they fail, and that none is taken after the way back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._system import bridge_steps
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_steps import Steps, host_links

from .bridge_host import bridge


class Waiting:
    """A watchdog whose time is up after so many steps."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        self._left -= 1
        if self._left < 0:
            raise ApplyFailed("change the host's interfaces", cause="60 s were over")
        yield


def steps(number: int = 99) -> Steps:
    watchdog: Any = Waiting(number)
    return Steps(watchdog)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []

    def run(argv: Any, **_how: Any) -> str:
        told.append(" ".join(getattr(word, "text", word) for word in argv))
        return ""

    monkeypatch.setattr(bridge_steps, "run", run)
    return told


def test_no_step_is_taken_after_the_way_back(ran: list[str]) -> None:
    two = steps(2)
    two.take(["link set dev br0 up"])
    two.take([])
    with pytest.raises(ApplyFailed, match="60 s were over"):
        two.tell([["networkctl", "reload"], ["networkctl", "reconfigure", "eth0"]])
    assert ran == ["ip -batch link set dev br0 up\n", "networkctl reload"]


def failing(times: int) -> Any:
    """An ``ip`` that fails so often."""
    left = list(range(times))

    def run(_argv: Any, **_how: Any) -> str:
        if left:
            left.pop()
            raise ApplyFailed(
                "x", cause="RTNETLINK answers: Operation not supported\nCommand failed /dev/fd/4:2\n"
            )
        return ""

    return run


def test_a_batch_that_fails_again_and_again_names_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_steps, "run", failing(99))
    change, lines = steps(), ["link add name br0 type bridge", "link set dev br0 up"]
    for _time in range(9):
        change.take(lines)
    with pytest.raises(
        ApplyFailed, match=r"^ip link set dev br0 up: RTNETLINK answers: Operation not supported$"
    ):
        change.take(lines)


def test_a_batch_that_a_daemon_came_before_is_left_to_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_steps, "run", failing(9))
    change, lines = steps(), ["link add name br0 type bridge", "link set dev br0 up"]
    for _time in range(20):
        change.take(lines)


def test_what_a_daemon_says_is_told_without_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_argv: Any, **_how: Any) -> str:
        raise ApplyFailed(
            "x", cause="No such file\nTraceback (most recent call last):\n  line 23\nError: exit status 1"
        )

    monkeypatch.setattr(bridge_steps, "run", run)
    with pytest.raises(ApplyFailed, match=r"^x: No such file; Error: exit status 1$"):
        steps().tell([["netplan", "apply"]])


def test_what_a_daemon_undoes_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_steps, "settle", lambda *_how: ["link set dev br0 up"])
    with pytest.raises(ApplyFailed, match="something undoes it again: link set dev br0 up"):
        steps().settle({"br0": bridge()})


@pytest.mark.usefixtures("ran")
def test_links_that_nobody_can_read_are_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert host_links() == {}
    monkeypatch.setattr(bridge_steps, "run", lambda argv, **how: "Object is unknown")
    with pytest.raises(ApplyFailed, match="read the host's interfaces"):
        host_links()
