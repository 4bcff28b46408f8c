# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a network's options may say, and what its two halves take from them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import EngineUnreachable, InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.container_network import (
    ContainerNetwork,
    default_bridge,
    halves,
)
from ansible_collections.hybrid.host.plugins.module_utils._model.dns import Dns, DnsHost
from ansible_collections.hybrid.host.plugins.module_utils._model.network import (
    AddressRange,
    Network,
    Reservation,
)

SUBNET = {"subnet": "10.71.1.0/24"}
MAC = "52:54:00:71:00:01"


def network(**params: Any) -> Network:
    return Network.from_params({"name": "lan", **params})


def test_what_is_left_out_is_not_managed() -> None:
    assert network() == Network(name="lan")


def test_values_get_one_spelling() -> None:
    spec = network(
        **SUBNET,
        dhcp={"start": "10.71.1.10", "end": "10.71.1.20"},
        reservations=[{"mac": "52:54:00:71:00:0A", "ip": "10.71.1.30", "name": None}],
        dns={"domain": "shop.internal", "hosts": [{"ip": "10.71.1.9", "hostnames": ["erp", "db.other"]}]},
    )
    assert network(dns={"forwarders": ["FD00::0:1"]}).dns == Dns(None, ("fd00::1",))
    assert spec.dhcp == AddressRange("10.71.1.10", "10.71.1.20")
    assert spec.reservations == (Reservation("52:54:00:71:00:0a", "10.71.1.30"),)
    assert spec.dns == Dns(
        "shop.internal", None, (DnsHost("10.71.1.9", ("erp", "db.other", "erp.shop.internal")),)
    )


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"name": "<b/>"}, "is not a name"),
        ({"name": "a" * 64}, "is not a name"),
        ({"bridge": "a" * 16}, "bridge"),
        ({"bridge": "../x"}, "bridge"),
        ({"subnet": "10.71.1.5/24"}, "subnet"),
        ({**SUBNET, "gateway": "10.71.2.1"}, "gateway: 10.71.2.1 is not an address for hosts of"),
        ({**SUBNET, "gateway": "10.71.1.255"}, "gateway"),
        ({**SUBNET, "gateway": "door"}, "gateway"),
        ({**SUBNET, "dhcp": {"start": "10.71.1.9", "end": "10.71.1.3"}}, "before it starts"),
        ({**SUBNET, "dhcp": {"start": "10.71.1.1", "end": "10.71.1.3"}}, "holds the gateway"),
        ({**SUBNET, "dhcp": {"start": "10.71.1.9", "end": "10.71.2.3"}}, r"dhcp\.end"),
        ({**SUBNET, "containers": {"start": "10.71.1.5", "end": "10.71.1.9"}}, "one CIDR block"),
        (
            {
                **SUBNET,
                "dhcp": {"start": "10.71.1.9", "end": "10.71.1.130"},
                "containers": {"start": "10.71.1.128", "end": "10.71.1.254"},
            },
            "overlap",
        ),
        ({**SUBNET, "reservations": [{"mac": MAC, "ip": "10.72.1.9"}]}, "reservations"),
        ({"reservations": [{"mac": "52-54", "ip": "10.72.1.9"}]}, "is not a MAC"),
        ({"reservations": [{"mac": MAC, "ip": "10.72.1.9"}, {"mac": MAC, "ip": "10.72.1.8"}]}, "twice"),
        ({"dns": {"domain": "a..b"}}, "not a host or domain name"),
        ({"dns": {"domain": "a\nb"}}, "not a host or domain name"),
        ({"dns": {"forwarders": ["dns.example"]}}, r"dns\.forwarders"),
        ({"dns": {"hosts": [{"ip": "10.71.1.9", "hostnames": ["{{ x }}"]}]}}, "not a host or domain name"),
        (
            {"dns": {"hosts": [{"ip": f"10.71.1.{n}", "hostnames": ["erp"]} for n in (8, 9)]}},
            "name erp is there twice",
        ),
        ({"mtu": 10}, "mtu"),
    ],
)
def test_what_is_refused(params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpec, match=words) as caught:
        network(**params)
    assert caught.value.kind == "network"


@pytest.mark.parametrize(
    ("name", "bridge"),
    [
        ("lan", "hv-lan"),
        ("twelve-chars", "hv-twelve-chars"),
        ("thirteen-long", "hv-912108c9b5d7"),
        ("a.b", "hv-2e7336dc8eba"),
    ],
)
def test_the_bridge_of_a_network_that_names_none(name: str, bridge: str) -> None:
    assert default_bridge(name) == bridge
    assert len(bridge) <= 15


def test_halves_by_what_the_host_has() -> None:
    assert halves(network(), lambda: True, lambda: False) == (Network("lan"), None)
    assert halves(network(), lambda: False, lambda: True) == (None, ContainerNetwork("lan"))
    with pytest.raises(EngineUnreachable, match="network lan: found neither"):
        halves(network(), lambda: False, lambda: False)


def test_halves_that_are_asked_for_do_not_depend_on_the_host() -> None:
    both = network(attach=["vms", "containers"], mode="isolated", mtu=1400, **SUBNET)
    vms, containers = halves(both, lambda: False, lambda: False)
    assert vms == both
    assert containers == ContainerNetwork(
        "lan", driver="bridge", subnet="10.71.1.0/24", internal=True, mtu=1400
    )


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"attach": []}, "attach"),
        ({"attach": ["containers"], "dns": {"domain": "a"}}, "dns: without libvirt"),
        ({"containers": {"start": "10.71.1.128", "end": "10.71.1.254"}}, "needs its subnet"),
    ],
)
def test_halves_that_cannot_be(params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpec, match=words):
        halves(network(**params), lambda: True, lambda: True)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"mode": "bridge"}, "mode bridge needs bridge"),
        ({"mode": "direct"}, "mode direct needs uplink"),
        ({"mode": "isolated", "uplink": "eth1"}, "mode isolated has no uplink"),
        ({"mode": "direct", "uplink": "eth1", "dns": {"domain": "a"}, "mtu": 9000}, "no dns and no mtu"),
        ({"mode": "bridge", "bridge": "br0", "vlan": 5}, "only vms"),
        ({"mode": "direct", "uplink": "eth1", "vlan": 4095}, "vlan: 4095 is out of range"),
        ({"mode": "overlay", "attach": ["vms"]}, "for containers alone"),
        ({"subnet6": "fd00:71::/80"}, "not a /64"),
        ({"subnet6": "10.0.0.0/24"}, "not an IPv6 subnet"),
        ({"subnet6": "fd00:71::/64", "gateway6": "fd00:72::1"}, "not an address for hosts"),
        ({"bandwidth": {"inbound": {"peak": 5}}}, "needs an average"),
    ],
)
def test_what_does_not_go_with_a_mode(params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpec, match=words):
        network(**params)
