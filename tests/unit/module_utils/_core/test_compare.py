# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs, and what is shown of it."""

from __future__ import annotations

from ansible_collections.hybrid.host.plugins.module_utils._core.compare import compare, plain
from ansible_collections.hybrid.host.plugins.module_utils._core.field import MASK
from hypothesis import given
from hypothesis import strategies as st

from .shelf import Part, Thing, merged

texts = st.text(max_size=8)
things = st.builds(
    Thing,
    name=st.just("a"),
    color=st.none() | texts,
    memory=st.none() | st.integers(),
    password=st.none() | texts,
    env=st.none() | st.dictionaries(texts, texts, max_size=3),
    tags=st.none() | st.lists(texts, max_size=3, unique=True).map(tuple),
    parts=st.none()
    | st.lists(
        st.builds(Part, key=texts, speed=st.none() | st.integers()), max_size=3, unique_by=lambda p: p.key
    ).map(tuple),
)


def paths(asked: Thing, found: Thing) -> list[str]:
    return [difference.path for difference in compare(asked, found)]


@given(things)
def test_nothing_differs_from_itself(thing: Thing) -> None:
    assert compare(thing, thing) == ()


@given(things, things)
def test_what_was_merged_no_longer_differs(asked: Thing, found: Thing) -> None:
    assert compare(asked, merged(asked, found)) == ()


@given(things)
def test_a_field_that_is_not_asked_is_not_compared(found: Thing) -> None:
    assert compare(Thing("a"), found) == ()


def test_members_in_another_order_are_the_same() -> None:
    assert paths(Thing("a", tags=("x", "y")), Thing("a", tags=("y", "x"))) == []


def test_an_empty_list_is_not_an_unmanaged_one() -> None:
    assert paths(Thing("a", tags=()), Thing("a", tags=("x",))) == ["tags"]


def test_a_subset_ignores_what_is_there_besides() -> None:
    assert paths(Thing("a", env={"A": "1", "B": "2"}), Thing("a", env={"A": "1", "C": "3"})) == ["env[B]"]


def test_keyed_items_are_compared_by_key_and_field() -> None:
    asked = Thing("a", parts=(Part("x", 2), Part("new", 1)))
    found = Thing("a", parts=(Part("old", 1), Part("x", 1)))
    assert paths(asked, found) == ["parts[x].speed", "parts[new]", "parts[old]"]


def test_secrets_are_never_shown() -> None:
    asked = Thing("a", password="hunter2", env={"TOKEN": "hunter2"})
    shown = [d.shown(d.after) for d in compare(asked, Thing("a"))]
    assert shown == [MASK, MASK]
    assert "hunter2" not in str(plain(asked))


def test_plain_leaves_out_what_is_not_managed() -> None:
    thing = Thing("a", parts=(Part("x", None),), tags=("t",))
    assert plain(thing) == {
        "name": "a",
        "state": "present",
        "tags": ["t"],
        "parts": [{"key": "x"}],
        "needs": [],
    }
