# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes tables of the host's knows who is on which network, and at which address."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError
from ansible_collections.hybrid.host.plugins.module_utils._core.order import check_references, ordered
from ansible_collections.hybrid.host.plugins.module_utils._model.composition import Composition
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.container_network import ContainerNetwork
from ansible_collections.hybrid.host.plugins.module_utils._model.host_tables import (
    HostTables,
    policy_of,
    ports_of,
)
from ansible_collections.hybrid.host.plugins.module_utils._model.stack import Stack
from ansible_collections.hybrid.host.plugins.module_utils._model.surroundings import Surroundings

from ...nouns import DRIVERS, stack_params

MACHINE = "00112233445566778899aabbccddeeff"
LAN: dict[str, Any] = {
    "name": "lan",
    "subnet": "10.77.0.0/24",
    "policy": {"allow": [{"from": "app", "to": "erp"}]},
}
ERP = {"name": "erp", "labels": {"tier": "old"}, "networks": [{"network": "lan", "mac": "52:54:00:71:00:01"}]}
APP = {"name": "app", "image": "app", "networks": [{"name": "lan"}]}

Specs = dict[Address, Any]


class Others:
    """A driver that finds one container more on the network."""

    def observe(self, names: Collection[str]) -> dict[str, Any]:
        places = [{"name": "lan", "ipv4_address": "10.77.0.200"}]
        return {n: Container.from_params({"name": n, "networks": places}) for n in names}


def completed(found: Specs | None = None, **params: Any) -> Specs:
    given = stack_params(**params)
    asked = Stack.from_params(given, lambda: True, lambda: True).targets(DRIVERS, given)
    composition = Composition(MACHINE, Surroundings([], lambda _bridge: False, lambda _interface: None), {})
    drivers: Any = {"container": Others()}
    targets = HostTables(lambda: MACHINE, composition, drivers)(asked, found or {})
    check_references(targets, found or {})
    ordered(targets, found or {})
    return {target.address: target.asked for target in targets}


def addresses(specs: Specs) -> dict[str, tuple[str, ...]]:
    return {str(m.workload): m.addresses for m in specs[Address("policy", "lan")].members}


def test_the_policy_knows_all_that_are_asked_for() -> None:
    specs = completed(networks=[LAN], vms=[ERP], containers=[APP, {"name": "lone", "image": "app"}])
    assert addresses(specs) == {"container/app": ("10.77.0.128",), "vm/erp": ("10.77.0.2",)}
    policy = specs[Address("policy", "lan")]
    assert (policy.subnets, policy.bridge, policy.owner) == (("10.77.0.0/24",), "hv-lan", "shop")
    assert policy.halves == ("network", "container_network")
    assert {m.workload.name: m.labels for m in policy.members}["erp"] == {"tier": "old"}


def test_everybody_has_the_ipv6_address_that_goes_with_the_mac() -> None:
    lan = {**LAN, "subnet6": "fd00:77::/64"}
    specs = completed(networks=[lan], vms=[ERP], containers=[APP])
    assert addresses(specs)["vm/erp"] == ("10.77.0.2", "fd00:77::5054:ff:fe71:1")
    assert addresses(specs)["container/app"] == ("10.77.0.128", "fd00:77::42:aff:fe4d:80")
    place = {"name": "lan", "ipv6_address": "fd00:77::6", "mac_address": "02:00:00:00:00:06"}
    specs = completed(networks=[lan], vms=[ERP], containers=[{**APP, "networks": [place]}])
    assert addresses(specs)["container/app"] == ("10.77.0.128", "fd00:77::6", "fd00:77::ff:fe00:6")


def test_others_on_the_network_count_and_those_on_their_way_out_do_not() -> None:
    half = ContainerNetwork("lan", subnet="10.77.0.0/24", workloads=("app", "gone", "other"), owner="shop")
    going = Container.from_params({"name": "gone", "image": "x", "networks": [{"name": "lan"}]})
    found = {Address("container_network", "lan"): half, Address("container", "gone"): going}
    assert set(addresses(completed(found, networks=[LAN], vms=[ERP], containers=[APP]))) == {
        "container/app",
        "container/other",
        "vm/erp",
    }


def test_a_workload_comes_after_the_policy_of_its_network_and_needs_none() -> None:
    targets = DRIVERS["vm"].references(
        completed(networks=[LAN], vms=[ERP], containers=[APP])[Address("vm", "erp")]
    )
    assert Address("policy", "lan") in [reference.address for reference in targets]
    idle = {**LAN, "policy": {"default": "allow"}}
    assert completed(networks=[idle], vms=[ERP], containers=[APP])[Address("policy", "lan")].state == "absent"


def test_a_policy_is_for_a_network_with_a_bridge_of_its_own() -> None:
    found: Specs = {
        Address("container_network", "lan"): ContainerNetwork("lan", driver="macvlan", parent="eth0")
    }
    with pytest.raises(HostError, match=r"policy lan: policy: mode direct has no bridge of its own"):
        completed(
            found,
            networks=[{"name": "lan", "subnet": "10.77.0.0/24", "policy": {}, "attach": ["containers"]}],
        )


def test_published_ports_lead_to_the_first_fixed_address() -> None:
    vm = {**ERP, "published_ports": ["8080:80"]}
    ports = completed(networks=[LAN], vms=[vm], containers=[APP])[Address("vm_ports", "erp")]
    assert (ports.address, ports.subnet, ports.bridge, ports.owner) == (
        "10.77.0.2",
        "10.77.0.0/24",
        "hv-lan",
        "shop",
    )
    with pytest.raises(HostError, match="vm_ports erp: published_ports: the vm has no fixed address"):
        completed(vms=[{**vm, "networks": [{"bridge": "br0"}]}])


def test_what_goes_takes_its_tables_along() -> None:
    gone = policy_of({"name": "lan", "state": "absent"})
    assert gone is not None
    assert gone.state == "absent"
    assert policy_of({"name": "lan"}) is None
    assert ports_of({"name": "erp"}) is None
    for params in ({"state": "absent"}, {"published_ports": []}):
        ports = ports_of({"name": "erp", **params})
        assert ports is not None
        assert ports.state == "absent"


def test_an_error_of_the_policy_names_the_network() -> None:
    with pytest.raises(HostError, match=r"network lan: policy\.allow\[0\]\.port"):
        policy_of({"name": "lan", "policy": {"allow": [{"port": "x"}]}})
    with pytest.raises(HostError, match="vm erp: published_ports: 80/tcp needs a port of the host"):
        ports_of({"name": "erp", "published_ports": ["80"]})


def test_a_port_of_the_host_is_for_one_workload() -> None:
    port = {"published_ports": ["8080:80"]}
    claims = [
        claim
        for address, spec in completed(
            networks=[LAN], vms=[{**ERP, **port}], containers=[{**APP, **port}]
        ).items()
        for claim in DRIVERS[address.kind].claims(spec)
        if claim.resource == "port"
    ]
    assert len(claims) == 2
    assert claims[0].collides(claims[1])
    assert dataclasses.replace(claims[0], value=9).collides(claims[1]) is False
