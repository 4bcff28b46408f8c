# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a bridge is to be, of what is asked, of what was asked before, and of what its ports bring along."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import compare
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import Refused
from ansible_collections.hybrid.host.plugins.module_utils._model.host_bridge import HostBridge, StaticRoute
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge import BACKENDS
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_asked import (
    check_nics,
    compared,
    observed,
    whole,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_links import lines
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_wanted import (
    origin_of,
    with_bridge,
    with_leases,
    without_bridge,
)

from .bridge_host import address, bridge, link, route

NIC = link(
    addresses=[address("10.9.0.1/24"), address("fd00:9::1/64")],
    routes=[
        route("default", "10.9.0.254"),
        route("192.168.7.0/24", "10.9.0.250"),
        route("::/0", "fd00:9::fe"),
    ],
)
LEASED = link(
    addresses=[address("10.9.0.77/24", dynamic=True)], routes=[route("default", "10.9.0.254", dynamic=True)]
)


def asked(**params: Any) -> HostBridge:
    return HostBridge.from_params({"name": "br0", **params})


def test_ports_bring_addresses_routes_and_their_mac() -> None:
    kept = whole(asked(ports=["eth0"]), None, {"eth0": NIC})
    assert kept.addresses == ("10.9.0.1/24", "fd00:9::1/64")
    assert (kept.gateway, kept.gateway6) == ("10.9.0.254", "fd00:9::fe")
    assert kept.routes == (StaticRoute("192.168.7.0/24", "10.9.0.250"),)
    assert kept.mac == NIC["mac"]


def test_a_lease_is_asked_for_anew_and_used_until_then() -> None:
    links = {"eth0": LEASED}
    kept = whole(asked(ports=["eth0"]), None, links)
    assert (kept.addresses, kept.gateway) == (("dhcp",), None)
    wanted = with_bridge(compared(asked(ports=["eth0"]), None, kept), kept, links)
    assert wanted["br0"]["addresses"] == []
    taken = with_leases(wanted, kept, links)["br0"]
    assert (taken["addresses"], taken["routes"]) == (LEASED["addresses"], LEASED["routes"])


def test_addresses_that_are_written_replace_those_of_the_ports() -> None:
    kept = whole(asked(ports=["eth0"], addresses=["10.9.0.8/24"]), None, {"eth0": NIC})
    assert kept.addresses == ("10.9.0.8/24",)
    # The router that the new address reaches is still the way out; the other family's is not.
    assert (kept.gateway, kept.gateway6) == ("10.9.0.254", None)
    other = whole(asked(ports=["eth0"], addresses=["10.8.0.8/24"]), None, {"eth0": NIC})
    assert (other.gateway, other.routes) == (None, None)


def test_options_that_are_left_out_stay_as_they_were_asked() -> None:
    first = whole(asked(ports=["eth0"], mtu=1400, stp=True), None, {"eth0": NIC})
    links = {
        "eth0": link(master="br0"),
        "br0": bridge(addresses=NIC["addresses"], routes=NIC["routes"], mtu=1400),
    }
    found = observed("br0", links, first)
    assert whole(asked(), found, links) == first
    assert whole(asked(mtu=1500), found, links) == dataclasses.replace(first, mtu=1500)


def test_the_second_run_finds_nothing_to_do_and_an_address_that_went_comes_back() -> None:
    spec = asked(ports=["eth0"])
    kept = whole(spec, None, {"eth0": NIC})
    links = {"eth0": link(master="br0"), "br0": bridge(addresses=NIC["addresses"], routes=NIC["routes"])}
    found = observed("br0", links, kept)
    assert found is not None
    held = compared(spec, found, whole(spec, found, links))
    assert compare(dataclasses.replace(held, persist=None), found) == ()
    bare = observed("br0", {**links, "br0": bridge(addresses=NIC["addresses"][1:])}, kept)
    assert bare is not None
    held = compared(spec, bare, whole(spec, bare, links))
    assert {d.path for d in compare(held, bare)} == {"addresses", "gateway", "gateway6", "routes"}


def test_addresses_and_ports_of_others_stay() -> None:
    spec = asked(ports=["eth0"], addresses=["10.9.0.1/24"])
    kept = whole(spec, None, {"eth0": NIC})
    more = [address("10.9.0.1/24"), address("10.8.0.1/24")]
    links = {
        "eth0": link(master="br0"),
        "vnet0": link(master="br0"),
        "br0": bridge(addresses=more, routes=[route("default", "10.9.0.254")]),
    }
    found = observed("br0", links, kept)
    assert found is not None
    assert (found.ports, found.others) == (("eth0",), ("vnet0",))
    assert [d.path for d in compare(compared(spec, found, kept), found)] == ["addresses", "routes"]
    left_out = asked(ports=["eth0"])
    assert "addresses" not in [d.path for d in compare(compared(left_out, found, kept), found)]


def test_a_bridge_of_somebody_else_keeps_what_it_has_when_it_is_taken_over() -> None:
    links = {"br0": bridge(addresses=[address("10.7.0.1/24")], routes=[route("default", "10.7.0.254")])}
    found = observed("br0", links, None)
    assert found is not None
    assert found.managed is False
    kept = whole(asked(), found, links)
    assert (kept.addresses, kept.gateway) == (("10.7.0.1/24",), "10.7.0.254")


def test_a_port_that_is_asked_for_no_more_is_loose() -> None:
    links = {"eth0": link(master="br0"), "eth1": link(master="br0"), "br0": bridge()}
    spec = dataclasses.replace(asked(ports=["eth0"]), former=("eth0", "eth1"))
    kept = whole(spec, None, links)
    assert "link set dev eth1 nomaster" in lines(links, with_bridge(spec, kept, links))


def test_ports_get_back_what_they_brought() -> None:
    origin = origin_of({**NIC, "addresses": [*NIC["addresses"], *LEASED["addresses"]]})
    assert origin == {"mtu": 1500, "addresses": NIC["addresses"], "routes": NIC["routes"]}
    links = {"eth0": link(master="br0", mtu=1400), "br0": bridge()}
    wanted = without_bridge(HostBridge("br0", ports=("eth0", "gone")), {"eth0": origin}, links)
    assert lines(links, wanted)[:3] == [
        "link delete dev br0",
        "link set dev eth0 mtu 1500",
        "address replace 10.9.0.1/24 dev eth0",
    ]


@pytest.mark.parametrize(
    ("links", "says"),
    [
        ({}, "no interface eth0"),
        ({"eth0": bridge()}, "is a bridge itself"),
        ({"eth0": link(master="br7")}, "is a port of br7"),
    ],
)
def test_ports_that_cannot_be_had_are_refused(links: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        whole(asked(ports=["eth0"]), None, links)


def test_a_bond_is_a_port_of_those_only_that_can_keep_it() -> None:
    links = {"eth0": link(kind="veth"), "eth1": link(), "bond0": link(kind="bond")}
    check_nics(HostBridge("br0", ports=("eth0", "eth1")), links)
    with pytest.raises(Refused, match="bond0 is a bond, and persist: networkmanager takes NICs only"):
        check_nics(HostBridge("br0", ports=("bond0",), persist="networkmanager"), links)
    assert [name for name, backend in BACKENDS.items() if not backend.nics_only] == ["networkd", "none"]


def test_a_port_that_the_host_has_lost_is_refused() -> None:
    found = HostBridge("br0", kept=HostBridge("br0", ports=("eth9",)))
    with pytest.raises(Refused, match="has no interface eth9"):
        whole(asked(), found, {})


def test_an_interface_of_that_name_is_refused() -> None:
    with pytest.raises(Refused, match="no bridge"):
        observed("br0", {"br0": link()}, None)
