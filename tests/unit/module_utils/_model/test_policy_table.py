# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may reach whom, as it is written and as nft reads it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError
from ansible_collections.hybrid.host.plugins.module_utils._model.network_policy import NetworkPolicy
from ansible_collections.hybrid.host.plugins.module_utils._model.policy_table import Member, PolicyTable

NGINX = Member(Address("container", "nginx"), {"tier": "front"}, ("10.77.0.5",))
APP = Member(Address("container", "app"), {"tier": "back"}, ("10.77.0.6", "fd00:77::6"))
TWIN = Member(Address("vm", "app"), {"tier": "back"}, ("10.77.0.7",))
LOOSE = Member(Address("container", "loose"), {"tier": "side"}, ())


def table(*allow: dict[str, Any], **fields: Any) -> PolicyTable:
    policy = NetworkPolicy.from_params({"allow": allow, **fields})
    subnets, members = ("10.77.0.0/24", "fd00:77::/64"), (NGINX, APP, TWIN, LOOSE)
    return PolicyTable("lan", policy=policy, subnets=subnets, bridge="hv-lan", members=members)


def lines(spec: PolicyTable, family: str, chain: str, *, aware: bool = False) -> list[str]:
    """The lines of one chain, stripped."""
    text = spec.text(aware=aware)
    body = text.partition(f"table {family} hybrid_policy_lan {{\n")[2].partition("\n}\n")[0]
    return [
        line.strip() for line in body.partition(f"chain {chain} {{\n")[2].partition("    }")[0].splitlines()
    ]


REST = ['counter drop comment "default"']


def test_a_port_of_one_workload_is_open_to_another_and_answers_come_back() -> None:
    spec = table({"from": "nginx", "to": "container/app", "port": "3000"})
    asks = 'ip saddr 10.77.0.5 tcp dport 3000 counter accept comment "allow[0]"'
    answers = (
        'ip daddr 10.77.0.5 tcp sport 3000 tcp flags & (syn | ack) != syn counter accept comment "allow[0]"'
    )
    jumps = ["ip daddr 10.77.0.6 jump daddr_10.77.0.6", "ip saddr 10.77.0.6 jump saddr_10.77.0.6"]
    assert lines(spec, "bridge", "daddr_10.77.0.6") == [asks]
    assert lines(spec, "bridge", "saddr_10.77.0.6") == [answers]
    assert lines(spec, "bridge", "ipv4") == [*jumps, *REST]
    assert lines(spec, "inet", "ipv4") == [jumps[0], *REST]
    assert lines(spec, "bridge", "ipv6") == REST


def test_a_kernel_that_tracks_connections_over_bridges_needs_no_rules_for_answers() -> None:
    spec = table({"from": "nginx", "to": "container/app", "port": "3000"})
    text = spec.text(aware=True)
    assert "sport" not in text
    assert 'meta obrname "hv-lan" goto policed' in lines(spec, "bridge", "forward", aware=True)
    assert lines(spec, "bridge", "policed", aware=True)[:2] == [
        "ct state established,related accept",
        "ether type arp accept",
    ]


def test_what_is_published_is_there_for_all_and_only_past_the_host() -> None:
    for aware in (True, False):
        assert "ct status dnat accept" in lines(table(), "inet", "policed", aware=aware)
        assert "ct status dnat accept" not in lines(table(), "bridge", "policed", aware=aware)


@pytest.mark.parametrize(
    ("rule", "accepted"),
    [
        ({"to": "nginx"}, [""]),
        ({"to": "nginx", "protocol": "udp"}, ["meta l4proto udp "]),
        ({"to": "nginx", "port": "8000-8010", "protocol": "sctp"}, ["sctp dport 8000-8010 "]),
        ({"to": "nginx", "protocol": "icmp"}, ["icmp type echo-request "]),
        ({"from": "app", "to": "nginx", "port": 1}, ["ip saddr 10.77.0.6/31 tcp dport 1 "]),
        ({"from": "tier=back", "to": "nginx", "port": 1}, ["ip saddr 10.77.0.6/31 tcp dport 1 "]),
        ({"from": "vm/app", "to": "tier=front", "port": 1}, ["ip saddr 10.77.0.7 tcp dport 1 "]),
        ({"from": "192.0.2.0/24", "to": "nginx", "port": 1}, ["ip saddr 192.0.2.0/24 tcp dport 1 "]),
        ({"from": "tier=none", "to": "nginx", "port": 1}, [""] * 0),
    ],
)
def test_how_one_is_reached(rule: dict[str, Any], accepted: list[str]) -> None:
    found = lines(table(rule), "inet", "daddr_10.77.0.5")
    assert found == [f'{words}counter accept comment "allow[0]"' for words in accepted]


def test_both_families_of_a_workload_are_meant() -> None:
    spec = table({"from": "container/app", "to": "container/app", "protocol": "icmp"})
    assert lines(spec, "inet", "daddr_fd00_77__6") == [
        'ip6 saddr fd00:77::6 icmpv6 type echo-request counter accept comment "allow[0]"'
    ]


def test_a_subnet_is_no_chain_of_its_own() -> None:
    spec = table({"to": "10.77.0.128/25", "port": 53, "protocol": "udp"}, {"port": 22})
    assert lines(spec, "bridge", "ipv4") == [
        'ip daddr 10.77.0.128/25 udp dport 53 counter accept comment "allow[0]"',
        'ip saddr 10.77.0.128/25 udp sport 53 counter accept comment "allow[0]"',
        'tcp dport 22 counter accept comment "allow[1]"',
        'tcp sport 22 tcp flags & (syn | ack) != syn counter accept comment "allow[1]"',
        *REST,
    ]


def test_what_is_not_allowed_may_pass_and_is_logged() -> None:
    assert lines(table(default="allow", log=True), "bridge", "ipv4") == [
        'limit rate 10/second burst 20 packets log prefix "hybrid.host lan: "',
        'counter accept comment "default"',
    ]


def test_no_rule_looks_into_a_set() -> None:
    text = table({"from": "tier=back", "to": "tier=back"}, {"from": "app", "to": "nginx", "port": 1}).text(
        aware=False
    )
    assert not [line for line in text.splitlines() if "{" in line and not line.endswith("{")]


def test_the_tables_are_marked_and_replace_those_that_are_there() -> None:
    text = dataclasses.replace(table(), owner="shop").text(aware=False)
    assert text.count('comment "hybrid.host/stack=shop"') == 2
    assert text.splitlines()[1:5] == [
        "table bridge hybrid_policy_lan",
        "delete table bridge hybrid_policy_lan",
        "table inet hybrid_policy_lan",
        "delete table inet hybrid_policy_lan",
    ]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"port": "0"}, "policy.allow[0].port: '0' is not a port"),
        ({"port": "9-8"}, "'9-8' is not a port"),
        ({"port": "http"}, "'http' is not a port"),
        ({"port": "80", "protocol": "icmp"}, "policy.allow[0]: icmp has no ports"),
        ({"from": "=x"}, "policy.allow[0].from: '=x' names no label"),
        ({"from": "pod/x"}, "'pod/x' is no address"),
        ({"to": "10.77.0.1/24"}, "has host bits set"),
        ({"to": "a b"}, "policy.allow[0].to: 'a b' is no workload"),
        ({"to": "redis"}, "policy.allow[0].to: there is no workload redis on the network"),
        ({"from": "vm/nginx"}, "there is no workload vm/nginx on the network"),
        ({"from": "loose"}, "container/loose has no fixed address on the network"),
        ({"to": "192.0.2.1"}, "policy.allow[0].to: 192.0.2.1/32 is not on the network"),
    ],
)
def test_what_makes_no_sense_is_refused(rule: dict[str, Any], says: str) -> None:
    with pytest.raises(HostError) as caught:
        table(rule).text(aware=False)
    assert says in str(caught.value)
