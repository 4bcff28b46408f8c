# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes as engines list them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.volume import VolumeDriver
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import Refused
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target, check_owners
from ansible_collections.hybrid.host.plugins.module_utils._model.volume import Volume

GIVEN = {"type": "tmpfs", "device": "tmpfs", "o": "size=1m,uid=1000"}


class Engine:
    def __init__(self, options: dict[str, str], containers: Sequence[dict[str, Any]] = ()) -> None:
        self._containers = containers
        self._entry = {"Name": "db", "Driver": "local", "Options": options}

    def understood(self, _tried: str, read: Any) -> Any:
        return read()

    def rows(self, tried: str, _call: Any) -> Any:
        return [self._entry] if "volumes" in tried else self._containers


@pytest.mark.parametrize("added", [{}, {"SIZE": "1m", "UID": "1000"}])
def test_what_podman_adds_to_the_options_is_no_difference(added: dict[str, str]) -> None:
    driver: Any = VolumeDriver
    found = driver(Engine({**GIVEN, **added})).observe(["db"])["db"]
    assert found.driver_options == GIVEN
    assert driver(Engine({})).plan(Volume("db", driver_options=GIVEN), found, Planning()) == ()


@pytest.mark.parametrize(
    ("recreate", "label", "planned", "warnings"),
    [
        ("never", "new", [], 1),
        ("never", "old", [], 0),
        ("options-changed", "new", ["replace"], 0),
        ("options-changed", "old", [], 0),
        ("always", "new", ["replace"], 0),
        ("always", "old", ["replace"], 0),
    ],
)
def test_what_becomes_of_a_volume_that_is_there(
    recreate: str, label: str, planned: list[str], warnings: int
) -> None:
    driver: Any = VolumeDriver
    asked = Volume.from_params({"name": "db", "labels": {"site": label}, "recreate": recreate})
    found = Volume("db", labels={"site": "old"})
    changes = driver(Engine({})).plan(asked, found, Planning())
    assert [change.action for change in changes] == planned
    assert len(driver(Engine({})).remarks(asked, found).warnings) == warnings


@pytest.mark.parametrize(
    ("asked", "owner", "refused"),
    [
        ({}, None, None),
        ({"driver": "local", "recreate": "never"}, None, None),
        ({"recreate": "always"}, None, "belongs to no stack"),
        ({"driver": "nfs"}, None, "belongs to no stack"),
        ({"state": "absent"}, None, "belongs to no stack"),
        ({}, "lab", "belongs to stack lab"),
    ],
)
def test_one_of_nobodys_is_used_as_it_is(
    asked: dict[str, Any], owner: str | None, refused: str | None
) -> None:
    driver: Any = VolumeDriver
    spec = Volume.from_params({"name": "db", "owner": "shop", **asked})
    found = {Address("volume", "db"): Volume("db", driver="local", owner=owner)}
    with pytest.raises(Refused, match=refused) if refused else contextlib.nullcontext():
        check_owners([Target(driver(Engine({})), spec)], found)


@pytest.mark.parametrize(
    ("asked", "users"),
    [
        ({"state": "absent"}, ("app",)),
        ({"driver": "nfs"}, ("app",)),
        ({"driver": "nfs", "recreate": "never"}, None),
        ({}, None),
    ],
)
def test_who_has_a_volume_matters_where_it_is_to_go(
    asked: dict[str, Any], users: tuple[str, ...] | None
) -> None:
    driver: Any = VolumeDriver
    there = [{"Names": ["/app"], "Mounts": [{"Name": "db"}]}, {"Names": ["/other"], "Mounts": None}]
    engine = Engine({}, there)
    spec = Volume.from_params({"name": "db", **asked})
    assert driver(engine).prepare(spec, Volume("db", driver="local")).users == users
