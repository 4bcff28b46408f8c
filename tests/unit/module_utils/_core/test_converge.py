# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run, from targets to outcome, over an engine made of a dictionary."""

from __future__ import annotations

import dataclasses
import threading

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address, Change
from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Outcome, Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import (
    EngineUnreachable,
    HostError,
    InvalidSpec,
    NotConverged,
    Refused,
)
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo

from .shelf import Part, Shelf, Thing, needing


def targets(shelf: Shelf, *things: Thing, allow: Disruption = Disruption.LIVE) -> list[Target]:
    return [Target(shelf, thing, allow) for thing in things]


def actions(outcome: Outcome) -> list[str]:
    return ["{action} {name}: {status}".format(**action) for action in outcome.result()["actions"]]


def test_the_first_run_makes_it_and_the_second_changes_nothing() -> None:
    shelf = Shelf()
    asked = targets(shelf, Thing("a", "running", memory=1))
    assert actions(converge(asked, Run(check_mode=True))) == ["create a: planned", "start a: planned"]
    assert shelf.there == {}
    assert actions(converge(asked, Run())) == ["create a: applied", "start a: applied"]
    outcome = converge(asked, Run())
    assert not outcome.changed
    assert actions(outcome) == []


def test_only_what_differs_is_in_the_diff() -> None:
    shelf = Shelf()
    shelf.there["a"] = Thing("a", color="red", tags=("t",))
    diff = converge(targets(shelf, Thing("a", color="blue", tags=("t",))), Run(check_mode=True)).result()[
        "diff"
    ]
    assert diff == {"before": {"thing/a": {"color": "red"}}, "after": {"thing/a": {"color": "blue"}}}


def test_what_is_needed_goes_first_and_is_removed_last() -> None:
    shelf = Shelf()
    things = [Thing("c", needs=needing("thing/b")), Thing("b", needs=needing("thing/a")), Thing("a")]
    converge(targets(shelf, *things), Run())
    assert shelf.log == ["create thing/a", "create thing/b", "create thing/c"]
    shelf.log.clear()
    converge(targets(shelf, *(Thing(name, "absent") for name in "abc")), Run())
    assert shelf.log == ["delete thing/c", "delete thing/b", "delete thing/a"]


def test_a_circle_is_refused_by_name() -> None:
    shelf = Shelf()
    with pytest.raises(InvalidSpec, match="circle.*thing/a.*thing/b"):
        converge(
            targets(shelf, Thing("a", needs=needing("thing/b")), Thing("b", needs=needing("thing/a"))), Run()
        )


@pytest.mark.parametrize(
    ("things", "error", "text"),
    [
        ([Thing("a"), Thing("a")], InvalidSpec, "asked for twice"),
        ([Thing("a", port=80), Thing("b", port=80)], InvalidSpec, "port 80 is also asked for by thing/a"),
        ([Thing("a", needs=needing("thing/x"))], Refused, "needs thing/x, which neither exists"),
        ([Thing("a", needs=needing("thing/b")), Thing("b", "absent")], Refused, "asked to be absent"),
        ([Thing("there", image="new")], Refused, "replace .replace. for image.*allow_disruption: replace"),
        ([Thing("there", memory=2), Thing("new")], Refused, "allow_disruption: restart"),
        ([Thing("there", owner="shop")], Refused, "belongs to no stack.*adopt"),
        ([Thing("theirs", owner="shop")], Refused, "belongs to stack lab"),
    ],
)
def test_what_cannot_be_is_refused_before_anything(
    things: list[Thing], error: type[HostError], text: str
) -> None:
    shelf = Shelf()
    shelf.there = {"there": Thing("there", image="old", memory=1), "theirs": Thing("theirs", owner="lab")}
    with pytest.raises(error, match=text):
        converge(targets(shelf, *things), Run(owner="shop"))
    assert shelf.log == []


def test_a_failure_stops_its_dependants_and_nobody_else() -> None:
    shelf = Shelf()
    shelf.broken["b"] = "create"
    things = [
        Thing("a"),
        Thing("b"),
        Thing("c", needs=needing("thing/b")),
        Thing("d", needs=needing("thing/c")),
    ]
    outcome = converge(targets(shelf, *things, Thing("e")), Run())
    assert sorted(actions(outcome)) == [
        "create a: applied",
        "create b: failed",
        "create c: skipped",
        "create d: skipped",
        "create e: applied",
    ]
    assert [str(error) for error in outcome.errors] == ["thing b: could not create it: no room left"]
    shelf.broken.clear()
    outcome = converge(targets(shelf, *things, Thing("e")), Run())
    assert sorted(actions(outcome)) == ["create b: applied", "create c: applied", "create d: applied"]


def test_a_step_that_fails_takes_back_those_before_it() -> None:
    shelf = Shelf()
    shelf.there["a"] = Thing("a", "stopped", color="red")
    shelf.broken["a"] = "start"
    outcome = converge(targets(shelf, Thing("a", "running", color="blue")), Run())
    assert actions(outcome) == ["update a: skipped", "start a: failed"]
    assert not outcome.changed
    assert shelf.there["a"].color == "red"


def test_conditions_are_awaited_before_a_dependant_is_touched() -> None:
    shelf = Shelf()
    things = [Thing("app", needs=needing("thing/db", condition="healthy")), Thing("db")]
    shelf.broken["db"] = "wait healthy"
    outcome = converge(targets(shelf, *things), Run())
    assert actions(outcome) == ["create db: applied", "create app: failed"]
    assert str(outcome.errors[0]) == "thing db: did not become healthy"
    shelf.broken.clear()
    shelf.waits.clear()
    converge(targets(shelf, *things), Run())
    assert ("db", "healthy") in shelf.waits
    shelf.waits.clear()
    converge(targets(shelf, *things), Run())
    assert ("db", "healthy") not in shelf.waits


def test_prune_takes_what_the_owner_has_and_nobody_asks_for() -> None:
    shelf = Shelf()
    shelf.there = {
        "a": Thing("a", owner="shop"),
        "old": Thing("old", owner="shop"),
        "disk": Thing("disk", owner="shop"),
        "b": Thing("b"),
    }
    run = Run(
        owner="shop",
        prune=True,
        parting=lambda address, spec: (
            None if address.name == "disk" else dataclasses.replace(spec, state="absent")
        ),
    )
    assert actions(converge(targets(shelf, Thing("a", owner="shop")), run)) == ["delete old: applied"]
    assert sorted(shelf.there) == ["a", "b", "disk"]


def test_targets_are_completed_by_what_was_found() -> None:
    shelf = Shelf()
    shelf.there["a"] = Thing("a", color="red")

    def same_color(asked: list[Target], found: dict[Address, Thing]) -> list[Target]:
        color = found[Address("thing", "a")].color
        return [dataclasses.replace(t, asked=dataclasses.replace(t.asked, color=color)) for t in asked]

    converge(targets(shelf, Thing("a"), Thing("b")), Run(resolve=same_color))
    assert shelf.there["b"].color == "red"


def test_an_engine_that_does_not_keep_a_value_is_found_out() -> None:
    class Forgetful(Shelf):
        def _apply(self, change: object, before: Thing | None) -> None:
            self.there["a"] = Thing("a", parts=(Part("x", 1),))

    shelf = Forgetful()
    outcome = converge(targets(shelf, Thing("a", parts=(Part("x", 2),))), Run())
    assert isinstance(outcome.errors[0], NotConverged)
    assert "parts[x].speed" in str(outcome.errors[0])


def test_objects_are_as_observed_afterwards() -> None:
    shelf = Shelf()
    outcome = converge(targets(shelf, Thing("a", "running")), Run())
    assert outcome.objects[Address("thing", "a")].state == "running"
    outcome = converge(targets(shelf, Thing("a", "absent")), Run())
    assert Address("thing", "a") not in outcome.objects


def test_of_a_kind_whose_engine_is_to_come_nothing_is_found() -> None:
    shelf = Shelf()
    shelf.there["a"] = Thing("a")
    run = Run(check_mode=True, unborn=frozenset({"thing"}))
    assert actions(converge(targets(shelf, Thing("a")), run)) == ["create a: planned"]


def test_what_is_to_come_need_not_be_there_yet() -> None:
    shelf = Shelf()
    asked = targets(shelf, Thing("a", needs=needing("thing//srv/b")))
    run = Run(check_mode=True, coming=lambda path: path == "/srv/b")
    assert actions(converge(asked, run)) == ["create a: planned"]
    with pytest.raises(Refused, match="neither exists nor is asked for"):
        converge(asked, Run(check_mode=True))


def test_an_engine_that_dies_at_last_leaves_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()

    def die(change: Change, undo: Undo) -> None:
        Shelf.apply(shelf, change, undo)
        monkeypatch.setattr(shelf, "observe", lambda names, owner=None: fail())

    def fail() -> dict[str, Thing]:
        raise EngineUnreachable("list the things", cause="connection refused")

    monkeypatch.setattr(shelf, "apply", die)
    outcome = converge(targets(shelf, Thing("a")), Run())
    assert actions(outcome) == ["create a: applied"]
    assert [str(error) for error in outcome.errors] == ["thing a: list the things: connection refused"]


class Workshop(Shelf):
    """Each change waits for as many as are made side by side; ``most`` is how many ever were."""

    def __init__(self, workers: int) -> None:
        super().__init__()
        self._meeting = threading.Barrier(workers, timeout=10)
        self._count, self.most = 0, 0
        self._counting = threading.Lock()

    def apply(self, change: Change, undo: Undo) -> None:
        with self._counting:
            self._count += 1
            self.most = max(self.most, self._count)
        self._meeting.wait()
        super().apply(change, undo)
        with self._counting:
            self._count -= 1


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_so_many_are_made_side_by_side_and_no_more(workers: int) -> None:
    shelf = Workshop(workers)
    things = [Thing(name, "stopped") for name in "abcdef"]
    outcome = converge(targets(shelf, *things), Run(workers=workers))
    assert outcome.errors == []
    assert (len(shelf.there), shelf.most) == (6, workers)
