# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container takes over from the one whose place it takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.container_settings import SETTINGS
from ansible_collections.hybrid.host.plugins.module_utils._container.container_successor import (
    united,
    unnamed_volumes,
)
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Compare
from ansible_collections.hybrid.host.plugins.module_utils._model.attachment import Attachment
from ansible_collections.hybrid.host.plugins.module_utils._model.comparisons import lenient
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

LAN = Attachment("lan", aliases=("web",))
FOUND = Container("app", networks=(LAN,), network_mode="lan")
ASKED = Container("app", networks=(), modes={"networks": Compare.KEYED_SUBSET})


@pytest.mark.parametrize("mode", ["host", "none", "container:db"])
def test_one_that_stands_on_no_network_takes_none_over(mode: str) -> None:
    assert united(dataclasses.replace(ASKED, network_mode=mode), FOUND, {}).networks == ()


def test_one_that_is_asked_for_no_more_networks_keeps_its_own() -> None:
    assert united(dataclasses.replace(ASKED, network_mode="lan"), FOUND, {}).networks == (LAN,)


def more_than(asked: Mapping[str, Any], found: Mapping[str, Any], option: str) -> Any:
    """An option of a successor as the engine is told it, where more may be there than is asked."""
    specs = [
        Container.from_params({"name": "app", **params}, lenient(Container)) for params in (asked, found)
    ]
    return SETTINGS[option].write(getattr(united(*specs, {}), option))


@pytest.mark.parametrize(
    ("asked", "found", "then"),
    [
        (["8080:8080"], ["8080:80"], ["8080:8080"]),
        (["127.0.0.1:8080:80"], ["8080:80"], ["127.0.0.1:8080:80"]),
        (["9090:80"], ["8080:80"], ["9090:80"]),
        (["8080:80"], ["8080:80", "9090:80"], ["8080:80", "9090:80"]),
        (["8080:80"], ["8443:443", "53:53/udp"], ["8080:80", "8443:443", "53:53/udp"]),
        (["53:53"], ["53:53/udp"], ["53:53", "53:53/udp"]),
    ],
)
def test_a_port_that_nobody_asks_for_stays_where_none_takes_its_place(
    asked: list[str], found: list[str], then: list[str]
) -> None:
    ports = more_than({"published_ports": asked}, {"published_ports": found}, "published_ports")
    assert ports == more_than({"published_ports": then}, {}, "published_ports")


@pytest.mark.parametrize(
    ("option", "asked", "found", "then"),
    [
        (
            "security_opts",
            ["seccomp=builtin", "apparmor=docker-default"],
            ["seccomp=unconfined", "apparmor:unconfined", "no-new-privileges"],
            ["seccomp=builtin", "apparmor=docker-default", "no-new-privileges"],
        ),
        (
            "ulimits",
            ["nofile:1024:2048"],
            ["nofile:65536:65536", "core:0:0"],
            ["nofile:1024:2048", "core:0:0"],
        ),
        (
            "devices",
            ["/dev/sda:/dev/x:r"],
            ["/dev/sdb:/dev/x", "/dev/sda:/dev/y"],
            ["/dev/sda:/dev/x:r", "/dev/sda:/dev/y"],
        ),
        ("volumes_from", ["data:ro"], ["data", "more"], ["data:ro", "more"]),
        ("dns_opts", ["ndots:3"], ["ndots:5", "rotate"], ["ndots:3", "rotate"]),
        ("links", ["db2:db"], ["db1:db", "db1:other"], ["db2:db", "db1:other"]),
        ("device_requests", [{"count": 1}], [{"count": -1}], [{"count": 1}]),
    ],
)
def test_a_new_value_takes_the_place_of_the_old_one(
    option: str, asked: list[Any], found: list[Any], then: list[Any]
) -> None:
    assert more_than({option: asked}, {option: found}, option) == more_than({option: then}, {}, option)


@pytest.mark.parametrize("option", ["command", "entrypoint"])
@pytest.mark.parametrize("mode", ["ignore", "allow_more_present"])
def test_of_two_commands_nothing_is_put_together(option: str, mode: str) -> None:
    asked = {option: ["sleep", "1000"], "comparisons": {option: mode}}
    assert more_than(asked, {option: ["sleep", "2000", "-v"]}, option) == ["sleep", "1000"]


@pytest.mark.parametrize(
    ("mode", "then"), [("ignore", ["192.0.2.1"]), ("allow_more_present", ["192.0.2.1", "192.0.2.2"])]
)
def test_an_order_gets_more_only_where_that_is_asked_for(mode: str, then: list[str]) -> None:
    asked = {"dns_servers": ["192.0.2.1"], "comparisons": {"dns_servers": mode}}
    assert more_than(asked, {"dns_servers": ["192.0.2.2"]}, "dns_servers") == then


def test_one_place_is_taken_once() -> None:
    had = {"tmpfs": ["/run", "/data:size=64m"], "volumes": ["old:/srv", "/cache"]}
    asked = {"tmpfs": ["/run", "/srv"], "volumes": ["data:/data", "more:/cache"]}
    assert more_than(asked, had, "tmpfs") == {"/run": "", "/srv": ""}
    assert more_than(asked, had, "volumes") == ["data:/data", "more:/cache"]
    spec = Container.from_params({"name": "app", "tmpfs": ["/scratch/"]})
    unnamed = {"Name": "0" * 64, "Destination": "/scratch"}
    assert unnamed_volumes(spec, [unnamed]) == []
    assert len(unnamed_volumes(Container("app"), [unnamed])) == 1
