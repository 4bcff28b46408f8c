# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks are completed by what is on the host, and only where something is new."""

from __future__ import annotations

import dataclasses
import ipaddress
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.network import ContainerNetworkDriver
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import EngineUnreachable, Refused
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.network import NetworkDriver
from ansible_collections.hybrid.host.plugins.module_utils._model.container_network import (
    ContainerNetwork,
    halves,
)
from ansible_collections.hybrid.host.plugins.module_utils._model.network import AddressRange, Network
from ansible_collections.hybrid.host.plugins.module_utils._model.subnets import Lan, Occupied
from ansible_collections.hybrid.host.plugins.module_utils._model.surroundings import Surroundings, segments

DOCKER = Occupied(ipaddress.IPv4Network("10.71.1.0/24"), Address("container_network", "shop"), "br-1")


def targets(**params: Any) -> list[Target]:
    network, half = halves(Network.from_params({"name": "lan", **params}), lambda: True, lambda: True)
    drivers = (NetworkDriver.__new__(NetworkDriver), ContainerNetworkDriver.__new__(ContainerNetworkDriver))
    return [Target(driver, spec) for driver, spec in zip(drivers, (network, half)) if spec is not None]


def complete(asked: list[Target], found: dict[Address, Any] | None = None, *others: Occupied) -> list[Any]:
    surroundings = Surroundings([lambda: others], lambda bridge: bridge == "taken", lambda _interface: None)
    return [target.asked for target in surroundings(asked, found or {})]


def found(*specs: Network | ContainerNetwork) -> dict[Address, Any]:
    kinds = {Network: "network", ContainerNetwork: "container_network"}
    return {Address(kinds[type(spec)], spec.name): spec for spec in specs}


def on_lan(asked: list[Target], present: dict[Address, Any] | None = None) -> list[Any]:
    """On a host whose br0 is on a LAN; br1 has no address."""
    lan = Lan("192.0.2.0/24", "192.0.2.7", "192.0.2.254", ("fd00:2::7",))
    route = Occupied(ipaddress.IPv4Network("192.0.2.0/24"), Address("route", "br0"), "br0")
    surroundings = Surroundings(
        [lambda: [route]],
        lambda name: name in ("br0", "br1"),
        lambda name: lan if name == "br0" else None,
    )
    return [target.asked for target in surroundings(asked, present or {})]


def unasked() -> list[Occupied]:
    raise AssertionError("nothing is new, so nobody need be asked")


def test_the_shortest_spec_is_a_whole_network() -> None:
    network, half = complete(targets())
    assert (network.mode, network.bridge, network.autostart) == ("nat", "hv-lan", True)
    assert network.gateway == str(ipaddress.IPv4Network(network.subnet)[1])
    assert (half.subnet, half.gateway, half.bridge) == (network.subnet, network.gateway, network.bridge)
    assert (half.masquerade, half.internal) == (False, False)
    assert complete(targets()) == [network, half]


def test_once_it_is_there_it_is_left_as_it_is() -> None:
    network, half = complete(targets(subnet="10.71.1.0/24"))
    there = found(
        dataclasses.replace(network, autostart=False, dhcp=AddressRange("10.71.1.5", "10.71.1.9")), half
    )
    surroundings = Surroundings([unasked], lambda _bridge: True, lambda _interface: None)
    again, half_again = (target.asked for target in surroundings(targets(), there))
    assert (again.subnet, again.autostart, again.dhcp) == ("10.71.1.0/24", None, None)
    assert half_again == dataclasses.replace(half, ip_range=None)


def test_a_half_that_is_missing_takes_after_the_other() -> None:
    there = complete(targets(subnet="10.71.1.0/24", bridge="own"))
    for present in there:
        network, half = complete(targets(), found(present))
        assert (network.subnet, half.subnet) == ("10.71.1.0/24", "10.71.1.0/24")
        assert (network.bridge, half.bridge) == ("own", "own")


def test_moving_takes_everything_along() -> None:
    there = complete(targets(subnet="10.71.1.0/24"))
    network, half = complete(targets(subnet="10.71.2.0/24"), found(*there))
    assert (network.gateway, network.dhcp) == ("10.71.2.1", AddressRange("10.71.2.2", "10.71.2.127"))
    assert (half.gateway, half.ip_range) == ("10.71.2.1", "10.71.2.128/25")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"subnet": "10.71.0.0/16"}, r"overlaps 10\.71\.1\.0/24 of container network shop"),
        ({"bridge": "taken"}, "interface taken already"),
    ],
)
def test_what_others_have_is_refused(params: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=f"network lan: .*{words}"):
        complete(targets(**params), None, DOCKER)


def test_two_new_networks_do_not_get_one_subnet() -> None:
    both = [*targets(attach=["vms"]), *targets(name="wan", attach=["vms"])]
    first, second = complete(both)
    again = complete(both, None, Occupied(ipaddress.IPv4Network(second.subnet), Address("route", "eth0")))
    assert first.subnet != second.subnet
    assert again[1].subnet not in (first.subnet, second.subnet)


def test_an_engine_that_is_down_does_not_matter_to_the_other() -> None:
    def down() -> list[Occupied]:
        raise EngineUnreachable("connect")

    asked = Surroundings([down], lambda _bridge: False, lambda _interface: None)(targets(attach=["vms"]), {})
    assert asked[0].asked.subnet is not None


def test_containers_alone_leave_the_bridge_to_their_engine() -> None:
    (half,) = complete(targets(attach=["containers"], mode="isolated"))
    assert (half.bridge, half.masquerade, half.internal, half.ip_range) == (None, None, True, None)
    assert half.subnet is not None


def test_segments_for_the_address_plan() -> None:
    asked = targets(subnet="10.71.1.0/24", dhcp={"start": "10.71.1.100", "end": "10.71.1.200"})
    completed = Surroundings([], lambda _bridge: False, lambda _interface: None)(asked, {})
    segment = segments(completed, {})["lan"]
    assert segment.ranges == {"vm": ("10.71.1.100", "10.71.1.200"), "container": ("10.71.1.1", "10.71.1.63")}


RANGE: dict[str, Any] = {"containers": {"start": "192.0.2.64", "end": "192.0.2.71"}}


def test_a_network_on_a_bridge_of_the_host_takes_after_the_lan() -> None:
    network, half = on_lan(targets(mode="bridge", bridge="br0", container_driver="bridge", **RANGE))
    assert (network.bridge, network.subnet, network.gateway, network.dhcp) == ("br0", None, None, None)
    assert (half.bridge, half.subnet, half.gateway) == ("br0", "192.0.2.0/24", "192.0.2.254")
    assert (half.hands_off, half.masquerade, half.internal) == (True, False, False)
    assert on_lan(targets(mode="bridge", bridge="br0", container_driver="bridge"), found(network, half))[
        1
    ].gateway == ("192.0.2.254")


def test_containers_are_beside_a_bridge_of_the_host_unless_they_are_to_be_on_it() -> None:
    network, half = on_lan(targets(mode="bridge", bridge="br0", subnet6="fd00:2::/64", **RANGE))
    assert (network.bridge, half.driver, half.parent, half.bridge) == ("br0", "macvlan", "br0", None)
    assert (half.hands_off, half.masquerade, half.internal, half.gateway6) == (None, None, None, "fd00:2::1")
    assert on_lan(targets(mode="bridge", bridge="br0"), found(network, half))[1].gateway == "192.0.2.254"


def test_addresses_of_a_lan_stay_there_and_are_taken_from_there() -> None:
    there = on_lan(targets(mode="bridge", bridge="br0", **RANGE))
    network, half = on_lan(targets(mode="nat"), found(*there))
    assert (network.bridge, half.bridge, half.driver) == ("hv-lan", "hv-lan", "bridge")
    assert network.subnet == half.subnet != "192.0.2.0/24"
    assert (network.dhcp, half.ip_range) == (
        AddressRange(
            str(ipaddress.IPv4Network(network.subnet)[2]), str(ipaddress.IPv4Network(network.subnet)[127])
        ),
        str(list(ipaddress.IPv4Network(network.subnet).subnets())[1]),
    )
    with pytest.raises(Refused, match="which addresses of 192.0.2.0/24 are for containers"):
        on_lan(targets(mode="bridge", bridge="br0"), found(network, half))
    back = on_lan(targets(mode="bridge", bridge="br0", **RANGE), found(network, half))
    assert (back[0].subnet, back[1].subnet, back[1].gateway) == (None, "192.0.2.0/24", "192.0.2.254")


def test_the_host_itself_is_the_router_of_ipv6_on_its_bridge() -> None:
    bridge = {"mode": "bridge", "bridge": "br0", "container_driver": "bridge", **RANGE}
    assert on_lan(targets(subnet6="fd00:2::/64", **bridge))[1].gateway6 == "fd00:2::7"
    for wrong in ({"subnet6": "fd00:3::/64"}, {"subnet6": "fd00:2::/64", "gateway6": "fd00:2::1"}):
        with pytest.raises(Refused, match="a router of fd00:.* that is the host itself on br0"):
            on_lan(targets(**bridge, **wrong))


@pytest.mark.parametrize("driver", ["macvlan", "bridge"])
def test_containers_that_come_later_take_after_the_lan(driver: str) -> None:
    (network,) = on_lan(targets(mode="bridge", bridge="br0", attach=["vms"]))
    later = {"mode": "bridge", "bridge": "br0", "container_driver": driver}
    with pytest.raises(Refused, match="which addresses of .* are for containers .* set attach to vms"):
        on_lan(targets(**later), found(network))
    again, half = on_lan(targets(**later, **RANGE), found(network))
    assert (half.subnet, half.gateway, half.ip_range) == ("192.0.2.0/24", "192.0.2.254", "192.0.2.64/29")
    assert again.subnet is None
    assert on_lan(targets(**later, **RANGE), found(network, half))[1] == half


def test_a_half_that_comes_later_takes_no_subnet_of_others() -> None:
    (network,) = complete(targets(subnet="10.71.1.0/24", attach=["vms"]))
    with pytest.raises(Refused, match=r"overlaps 10\.71\.1\.0/24 of container network shop"):
        complete(targets(), found(network), DOCKER)


def test_a_network_on_an_interface_of_the_host() -> None:
    asked = targets(mode="direct", uplink="br0", container_driver="ipvlan", attach=["containers"], **RANGE)
    (half,) = on_lan(asked)
    assert (half.driver, half.parent, half.bridge, half.gateway) == ("ipvlan", "br0", None, "192.0.2.254")


def test_vms_alone_need_to_know_nothing_of_the_lan() -> None:
    (network,) = on_lan(targets(mode="direct", uplink="eth9", vlan=5, attach=["vms"]))
    assert (network.uplink, network.vlan, network.subnet, network.bridge) == ("eth9.5", None, None, None)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"mode": "bridge", "bridge": "br1"}, "has no address on br1"),
        ({"mode": "direct", "uplink": "eth7", "subnet": "192.0.2.0/24", **RANGE}, "no interface eth7"),
        ({"mode": "bridge", "bridge": "br2", "subnet": "192.0.2.0/24", **RANGE}, "no bridge br2"),
        ({"mode": "bridge", "bridge": "br0"}, r"which addresses of 192\.0\.2\.0/24 are for containers"),
    ],
)
def test_what_a_lan_does_not_tell(params: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        on_lan(targets(**params))


def test_ipv6_comes_with_a_gateway() -> None:
    network, half = complete(targets(subnet6="fd00:71::/64"))
    assert (network.gateway6, half.gateway6, half.subnet6) == ("fd00:71::1", "fd00:71::1", "fd00:71::/64")
    other = Occupied(ipaddress.IPv6Network("fd00:71::/48"), Address("route", "eth0"))
    with pytest.raises(Refused, match="overlaps fd00:71::/48"):
        complete(targets(subnet6="fd00:71::/64"), None, other)
    again = complete(targets(subnet6="fd00:71::/64"), found(network, half), other)
    assert again[0].gateway6 == "fd00:71::1"


def test_a_network_of_a_swarm_is_for_containers() -> None:
    (half,) = complete(targets(mode="overlay"))
    assert (half.driver, half.bridge, half.internal, half.masquerade) == ("overlay", None, None, None)
    assert half.subnet is not None
