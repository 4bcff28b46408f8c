# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine is told where one container takes the place of another."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.container import ContainerDriver
from ansible_collections.hybrid.host.plugins.module_utils._container.container_answer import (
    Surroundings,
    read,
)
from ansible_collections.hybrid.host.plugins.module_utils._container.container_change import ContainerChange
from ansible_collections.hybrid.host.plugins.module_utils._container.container_wait import Waiter
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address, Change
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import Difference
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo
from ansible_collections.hybrid.host.plugins.module_utils._model.comparisons import lenient
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

OLD, NEW = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
ENTRY: Mapping[str, Any] = {
    "Id": "f" * 64,
    "Name": "/web",
    "Image": OLD,
    "State": {"Status": "exited", "ExitCode": 0},
    "Config": {"Image": "app:latest", "Env": []},
    "HostConfig": {"NetworkMode": "bridge"},
    "NetworkSettings": {"Networks": {"bridge": {}}},
    "Mounts": [],
}


class Docker:
    """An engine with one container and these images, by their names. ``made`` are the bodies that it was given."""

    name = "docker"
    podman = None

    def __init__(self, entry: Mapping[str, Any], images: Mapping[str, str]) -> None:
        self._entry = entry
        self._images = images
        self.made: list[Any] = []
        self.connected: list[Any] = []
        self.removed: list[str] = []

    def do(self, _tried: str, _call: Any) -> Any:
        return {"StatusCode": 0}

    def find(self, call: Any, _tried: str = "") -> Any:
        return call(self)

    def post(self, _tried: str, path: str, body: Any) -> Any:
        if path.startswith("/containers/create"):
            self.made.append(body)
        if path.endswith("/connect"):
            self.connected.append((path, body["EndpointConfig"]))
        return {"Id": "new"}

    def inspect_container(self, identity: str) -> Any:
        return None if identity in self.removed else self._entry

    def remove_container(self, identity: str, **_how: bool) -> None:
        self.removed.append(identity)

    def inspect_image(self, name: str) -> Any:
        identity = self._images.get(name)
        return identity and {"Id": identity, "Config": {}}


def replaced(
    asked: Mapping[str, Any], found: Mapping[str, Any], images: Mapping[str, str]
) -> tuple[Any, Docker]:
    """What the successor is made of, where the old one has these sections; and the engine."""
    entry = copy.deepcopy({**ENTRY, **found})
    spec = Container.from_params({"name": "web", **asked}, lenient(Container))
    engine: Any = Docker(entry, images)
    old = read(entry, Surroundings({}, {}, {}))
    waiter = Waiter(engine, lambda *_where: True, spec)
    ContainerChange(
        engine, Change("replace", Address("container", "web"), asked=spec, found=old), Undo(), waiter
    ).apply()
    return engine.made[0], engine


@pytest.mark.parametrize(
    ("asked", "images", "then"),
    [
        ({}, {"app:latest": OLD}, "app:latest"),
        ({}, {"app:latest": NEW}, OLD),
        ({"pull": "always"}, {}, OLD),
        ({"image": "app:2"}, {"app:latest": NEW}, "app:2"),
    ],
)
def test_without_a_word_of_the_image_it_stays_the_same(
    asked: Mapping[str, Any], images: Mapping[str, str], then: str
) -> None:
    assert replaced({"state": "present", **asked}, {}, images)[0]["Image"] == then


def test_places_on_networks_that_nobody_manages_stay() -> None:
    lan = {"IPAMConfig": {"IPv4Address": "192.0.2.5"}, "Aliases": ["shop"]}
    there = {"NetworkSettings": {"Networks": {"bridge": {}, "lan": lan}}}
    asked = {"state": "present", "network_mode": "bridge"}
    _body, engine = replaced(asked, there, {})
    assert [(path, place["IPAMConfig"], place["Aliases"]) for path, place in engine.connected] == [
        ("/networks/lan/connect", lan["IPAMConfig"], lan["Aliases"])
    ]
    assert replaced({**asked, "network_mode": "none"}, there, {})[1].connected == []


def test_what_follows_from_an_option_stays_as_long_as_that_does() -> None:
    host = {
        "NetworkMode": "bridge",
        "Memory": 1 << 26,
        "MemorySwap": 1 << 28,
        "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 4},
    }
    asked = {"state": "present", "memory": "64M", "restart_policy": "on-failure"}
    same = replaced(asked, {"HostConfig": host}, {})[0]["HostConfig"]
    assert {key: same[key] for key in host} == host
    other = {**asked, "memory": "32M", "restart_policy": "always"}
    body = replaced(other, {"HostConfig": host}, {})[0]["HostConfig"]
    assert "MemorySwap" not in body
    assert body["RestartPolicy"] == {"Name": "always"}


@pytest.mark.parametrize("option", ["auto_remove", "cleanup"])
def test_a_job_goes_at_its_end_where_it_took_the_place_of_another_too(option: str) -> None:
    _body, engine = replaced({"detach": False, option: True}, {}, {})
    assert engine.removed[-2:] == [ENTRY["Id"], "new"]
    _body, engine = replaced({"detach": False}, {}, {})
    assert engine.removed[-1] == ENTRY["Id"]


@pytest.mark.parametrize("found", [None, Container("web", id="f" * 64, blkio_weight=100)])
def test_what_an_engine_does_not_keep_is_told_in_its_words(
    monkeypatch: pytest.MonkeyPatch, found: Container | None
) -> None:
    said = "Your kernel does not support Block I/O weight. Weight discarded."
    monkeypatch.setattr(Docker, "post", lambda *_asked: {"Id": "new", "Warnings": [said]})
    engine: Any = Docker(ENTRY, {})
    asked = Container("web", image="app", blkio_weight=200, state="present")
    differences = (Difference("blkio_weight", 100, 200, Disruption.LIVE),)
    change = Change(
        "update" if found else "create",
        Address("container", "web"),
        differences=differences if found else (),
        asked=asked,
        found=found,
    )
    driver = ContainerDriver(engine, lambda *_asked: True)
    driver.apply(change, Undo())
    assert driver.remarks(asked, asked).warnings == (f"docker: {said}",)
