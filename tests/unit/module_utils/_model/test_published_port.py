# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Published ports: every spelling that users have, and which two the host cannot give at once."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.container_ports import (
    published,
    write_bindings,
)
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import plain
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.published_port import (
    PublishedPort,
    published_ports,
)


@pytest.mark.parametrize(
    ("written", "ports"),
    [
        (80, [PublishedPort(80)]),
        ("8080:80", [PublishedPort(80, host_port=8080)]),
        ("53:53/udp", [PublishedPort(53, "udp", host_port=53)]),
        ("127.0.0.1:8080:80", [PublishedPort(80, host_ip="127.0.0.1", host_port=8080)]),
        ("8080-8081:80-81", [PublishedPort(80, host_port=8080), PublishedPort(81, host_port=8081)]),
    ],
)
def test_spellings(written: object, ports: list[PublishedPort]) -> None:
    assert published_ports([written, written]) == tuple(ports)


@pytest.mark.parametrize(
    "written", ["http", "0:80", "80:99999", "80-82:80-81", "80/icmp", "", "-1:80", "81-80", "1-9999999999"]
)
def test_what_is_refused(written: str) -> None:
    with pytest.raises(InvalidSpec, match="published_ports"):
        published_ports([written])


@pytest.mark.parametrize(
    ("first", "second", "collide"),
    [
        ("80:80", "80:8080", True),
        ("80:80", "80:80/udp", False),
        ("80:80", "81:80", False),
        ("80:80", "127.0.0.1:80:80", True),
        ("127.0.0.1:80:80", "127.0.0.2:80:80", False),
        ("80", "80", False),
    ],
)
def test_what_the_host_cannot_give_twice(first: str, second: str, *, collide: bool) -> None:
    (one,), (other,) = published_ports([first]) or (), published_ports([second]) or ()
    assert one.overlaps(other) is collide
    assert other.overlaps(one) is collide


@pytest.mark.parametrize(
    ("params", "addresses"),
    [
        ({}, ["", "127.0.0.1", ""]),
        ({"default_host_ip": ""}, ["", "127.0.0.1", ""]),
        ({"default_host_ip": "0.0.0.0"}, ["0.0.0.0", "127.0.0.1", "0.0.0.0"]),
        ({"security_profile": "recommended"}, ["127.0.0.1", "127.0.0.1", "127.0.0.1"]),
    ],
)
def test_an_address_that_nobody_names_is_the_engines_to_choose(
    params: dict[str, str], addresses: list[str]
) -> None:
    written = ["80:80", "127.0.0.1:81:80", "8000-8009:82"]
    spec = Container.from_params({"name": "web", "published_ports": written, **params})
    bindings = write_bindings(spec.published_ports or ())
    assert [entry["HostIp"] for entries in bindings.values() for entry in entries] == addresses
    assert published(bindings) == spec.published_ports


def test_all_addresses_are_one_port_however_they_are_told() -> None:
    (asked,) = published_ports(["80:80"]) or ()
    assert published({"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "80"}]}) == (asked,)
    assert write_bindings(published({"80/tcp": [{"HostPort": "80"}]})) == write_bindings([asked])
    assert "implied" not in plain(asked)
