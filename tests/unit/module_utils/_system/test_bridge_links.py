# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links as ``ip -json`` tells them, and the lines that lead from one state to another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ansible_collections.hybrid.host.plugins.module_utils._system import bridge_links
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_links import (
    ADDED,
    ALL,
    STATIC,
    lines,
    look,
    settle,
)

from .bridge_host import ETH0, LINKS, address, bridge, link, route

WORDS = ["10.9.0.1/24", "broadcast", "10.9.0.255"]


def host(argv: Sequence[str]) -> str:
    return json.dumps(LINKS[" ".join(argv)])


def test_links_are_read_with_their_addresses_and_routes() -> None:
    eth0 = look(host)["eth0"]
    assert (eth0["mac"], eth0["up"], eth0["master"], eth0["kind"]) == ("52:54:00:00:00:01", True, None, None)
    assert [held["at"] for held in eth0["addresses"]] == ["10.9.0.1/24", "10.9.1.5/24", "fd00:9::1/64"]
    assert [held["dynamic"] for held in eth0["addresses"]] == [False, True, False]
    assert eth0["addresses"][0]["words"] == WORDS
    assert eth0["addresses"][1]["words"][1:] == ["valid_lft", "1000", "preferred_lft", "900"]
    assert [" ".join(way["words"]) for way in eth0["routes"]] == [
        "default via 10.9.0.254 metric 100 proto dhcp",
        "192.168.7.0/24 via 10.9.0.250 src 10.9.0.1",
        "169.254.9.0/24 scope link",
        "::/0 via fd00:9::fe",
    ]
    assert [way["dynamic"] for way in eth0["routes"]] == [True, False, False, False]


def test_a_bridge_is_told_from_other_links() -> None:
    br7 = look(host)["br7"]
    assert (br7["kind"], br7["stp"], br7["vlan_filtering"]) == ("bridge", True, False)


def test_what_is_above_a_link_is_told() -> None:
    above = [{**ETH0, "ifname": "macvtap0", "link": "br7"}, {**ETH0, "ifname": "eth1", "link_index": 7}]
    links = look(lambda argv: json.dumps(above if argv[-1] == "link" else []))
    assert {name: link["below"] for name, link in links.items()} == {"macvtap0": "br7", "eth1": None}


def test_addresses_go_from_the_port_before_they_come_to_the_bridge() -> None:
    now = {"eth0": link(addresses=[address("10.9.0.1/24"), address("10.9.0.2/24")])}
    wanted = {
        "eth0": link(master="br0"),
        "br0": bridge(addresses=[address("10.9.0.1/24")], routes=[route("default", "10.9.0.254")]),
    }
    assert lines(now, wanted) == [
        "link add name br0 address 52:54:00:00:00:01 type bridge",
        "link set dev eth0 master br0",
        "link set dev br0 up",
        "address delete 10.9.0.2/24 dev eth0",
        "address delete 10.9.0.1/24 dev eth0",
        "address replace 10.9.0.1/24 dev br0",
        "route replace default via 10.9.0.254 dev br0",
    ]


def test_what_is_there_needs_nothing() -> None:
    there = {"eth0": link(master="br0"), "br0": bridge(addresses=[address("10.9.0.1/24")])}
    assert lines(there, there) == []


def test_a_bridge_goes_before_its_ports_get_back_what_they_had() -> None:
    now = {"eth0": link(master="br0"), "br0": bridge(addresses=[address("10.9.0.1/24")])}
    wanted = {"br0": None, "eth0": link(addresses=[address("10.9.0.1/24")])}
    assert lines(now, wanted) == ["link delete dev br0", "address replace 10.9.0.1/24 dev eth0"]


def test_what_others_added_stays_or_goes_by_the_extent() -> None:
    now = {"br0": bridge(addresses=[address("10.9.0.1/24"), address("10.9.1.5/24", dynamic=True)])}
    gone = {extent: lines(now, {"br0": {**bridge(), "extent": extent}}) for extent in (ALL, STATIC, ADDED)}
    assert gone == {
        ALL: ["address delete 10.9.1.5/24 dev br0", "address delete 10.9.0.1/24 dev br0"],
        STATIC: ["address delete 10.9.0.1/24 dev br0"],
        ADDED: [],
    }


def test_another_gateway_takes_the_place_of_the_old_one() -> None:
    now = {"br0": bridge(routes=[route("default", "10.9.0.254"), route("10.8.0.0/16", "10.9.0.9")])}
    wanted = {"br0": {**bridge(routes=[route("default", "10.9.0.1")]), "extent": STATIC}}
    assert lines(now, wanted) == ["route replace default via 10.9.0.1 dev br0"]
    both = {"br0": bridge(routes=[*now["br0"]["routes"], route("default", "10.9.0.1")])}
    assert lines(both, wanted) == ["route delete default via 10.9.0.254 dev br0"]


def test_ways_on_the_link_come_before_those_over_it() -> None:
    wanted = {"br0": bridge(routes=[route("10.8.0.0/16", "10.7.0.1"), route("10.7.0.1/32")])}
    assert [line.split()[2] for line in lines({"br0": bridge()}, wanted)] == ["10.7.0.1/32", "10.8.0.0/16"]


def test_settings_are_changed_only_where_they_are_asked_for() -> None:
    now = {"br0": bridge()}
    assert lines(now, {"br0": {**bridge(), "stp": None, "vlan_filtering": None, "mtu": None}}) == []
    assert lines(now, {"br0": {**bridge(), "stp": True, "vlan_filtering": True, "mtu": 1400}}) == [
        "link set dev br0 type bridge stp_state 1",
        "link set dev br0 type bridge vlan_filtering 1",
        "link set dev br0 mtu 1400",
    ]


def test_settling_goes_on_until_nobody_undoes_it(monkeypatch: Any) -> None:
    """A daemon takes the address away again, once."""
    monkeypatch.setattr(bridge_links.time, "sleep", lambda seconds: None)
    states = iter([False, True, False, True, True, True, True])
    ran: list[Any] = []
    monkeypatch.setattr(
        bridge_links,
        "look",
        lambda read: {"br0": bridge(addresses=[address("10.9.0.1/24")] if next(states) else [])},
    )
    assert settle({"br0": bridge(addresses=[address("10.9.0.1/24")])}, host, ran.append, 60) == []
    assert ran == [["address replace 10.9.0.1/24 dev br0"]] * 2


def test_settling_tells_what_is_left_at_the_deadline(monkeypatch: Any) -> None:
    monkeypatch.setattr(bridge_links, "look", lambda read: {"br0": bridge()})
    left = settle({"br0": bridge(addresses=[address("10.9.0.1/24")])}, host, lambda lines: None, -1)
    assert left == ["address replace 10.9.0.1/24 dev br0"]
