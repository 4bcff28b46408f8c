# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who stands in one stack gets an address on its networks, keeps it, and is known by name to all others."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._model.composition import Composition
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.dns import DnsHost
from ansible_collections.hybrid.host.plugins.module_utils._model.identity import nic_mac
from ansible_collections.hybrid.host.plugins.module_utils._model.network import Reservation
from ansible_collections.hybrid.host.plugins.module_utils._model.stack import Stack
from ansible_collections.hybrid.host.plugins.module_utils._model.subnets import Lan
from ansible_collections.hybrid.host.plugins.module_utils._model.surroundings import Surroundings
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm

from ...nouns import DRIVERS, stack_params

MACHINE = "00112233445566778899aabbccddeeff"
MAC = "52:54:00:71:00:01"
LAN = {"name": "lan", "subnet": "10.77.0.0/24", "dns": {"domain": "shop.internal"}}
ERP = {"name": "erp", "networks": [{"network": "lan"}]}
LAST = {"start": "10.77.0.248", "end": "10.77.0.255"}
APP = {"name": "app", "image": "app", "networks": [{"name": "lan", "aliases": ["www"]}]}

Specs = dict[Address, Any]


class Known:
    """A driver that finds what it was told of."""

    def __init__(self, *specs: Any) -> None:
        self._specs = {spec.name: spec for spec in specs}

    def observe(self, names: Collection[str]) -> dict[str, Any]:
        return {name: self._specs[name] for name in names}


def composed(found: Specs | None = None, drivers: Any = None, **params: Any) -> Specs:
    given = stack_params(**params)
    asked = Stack.from_params(given, lambda: True, lambda: True).targets(DRIVERS, given)
    surroundings = Surroundings([], lambda _bridge: False, lambda _interface: None)
    composition = Composition(MACHINE, surroundings, drivers or {})
    return {target.address: target.asked for target in composition(asked, found or {})}


def of(specs: Specs, kind: str, name: str) -> Any:
    return specs[Address(kind, name)]


def hosts(specs: Specs) -> dict[str, set[str]]:
    network = of(specs, "network", "lan")
    return {host.ip: set(host.hostnames) for host in network.dns.hosts}


def reserved(specs: Specs) -> dict[str, str]:
    return {r.mac: r.ip for r in of(specs, "network", "lan").reservations}


def test_each_gets_an_address_of_its_kind_and_a_name() -> None:
    specs = composed(networks=[LAN], vms=[ERP], containers=[APP])
    assert of(specs, "vm", "erp").networks[0].ip == "10.77.0.2"
    app = of(specs, "container", "app")
    assert app.networks[0].ipv4_address == "10.77.0.128"
    assert (app.dns_servers, app.dns_search_domains) == (("10.77.0.1",), ("shop.internal",))
    assert reserved(specs) == {nic_mac(MACHINE, "erp", "lan"): "10.77.0.2"}
    assert hosts(specs) == {
        "10.77.0.2": {"erp", "erp.shop.internal"},
        "10.77.0.128": {"app", "www", "app.shop.internal", "www.shop.internal"},
    }


def test_a_name_that_no_reservation_takes_is_in_the_names_alone() -> None:
    specs = composed(networks=[LAN], vms=[{**ERP, "name": "01-erp"}])
    assert [r.name for r in of(specs, "network", "lan").reservations] == [None]
    assert hosts(specs) == {"10.77.0.2": {"01-erp", "01-erp.shop.internal"}}


def test_a_name_leads_to_one_address() -> None:
    twins = [{**APP, "name": name} for name in ("green", "blue")]
    twins[0]["networks"] = [{"name": "lan", "aliases": ["www", "erp", "printer"]}]
    names = [{"ip": "10.77.0.254", "hostnames": ["printer"]}]
    lan = {**LAN, "dns": {"domain": "shop.internal", "hosts": names}}
    specs = composed(networks=[lan], vms=[ERP], containers=twins)
    blue, green = (of(specs, "container", name).networks[0].ipv4_address for name in ("blue", "green"))
    assert hosts(specs)[blue] == {"blue", "www", "blue.shop.internal", "www.shop.internal"}
    assert hosts(specs)[green] == {"green", "green.shop.internal"}
    with pytest.raises(InvalidSpec, match="vm app: network lan has a name for container/app already"):
        composed(networks=[LAN], vms=[{**ERP, "name": "app"}], containers=[APP])


def test_what_it_makes_is_what_it_asks_for_again() -> None:
    params: dict[str, Any] = {"networks": [LAN], "vms": [ERP], "containers": [APP]}
    specs = composed(**params)
    there = {
        address: dataclasses.replace(
            spec, state="stopped" if address.kind in ("vm", "container") else spec.state
        )
        for address, spec in specs.items()
    }
    for address, spec in composed(there, **params).items():
        asked = dataclasses.replace(spec, state=there[address].state)
        assert DRIVERS[address.kind].plan(asked, there[address], Planning(Disruption.REPLACE)) == ()


def test_nobody_moves_when_others_come_before() -> None:
    there = composed(networks=[LAN], vms=[ERP], containers=[APP])
    specs = composed(
        there,
        networks=[LAN],
        vms=[{**ERP, "name": "crm"}, ERP],
        containers=[{**APP, "name": "api", "networks": [{"name": "lan"}]}, APP],
    )
    assert of(specs, "vm", "erp").networks[0].ip == "10.77.0.2"
    assert of(specs, "vm", "crm").networks[0].ip == "10.77.0.3"
    assert of(specs, "container", "app").networks[0].ipv4_address == "10.77.0.128"
    assert of(specs, "container", "api").networks[0].ipv4_address == "10.77.0.129"


def test_fixed_addresses_are_honoured() -> None:
    vms = [ERP, {"name": "crm", "networks": [{"network": "lan", "ip": "10.77.0.2"}]}]
    specs = composed(networks=[LAN], vms=vms)
    assert of(specs, "vm", "crm").networks[0].ip == "10.77.0.2"
    assert of(specs, "vm", "erp").networks[0].ip == "10.77.0.3"
    with pytest.raises(InvalidSpec, match="vm erp: 10.77.0.2 on network lan belongs to vm/crm"):
        composed(
            networks=[LAN], vms=[vms[1], {"name": "erp", "networks": [{"network": "lan", "ip": "10.77.0.2"}]}]
        )


def test_a_mac_that_is_asked_for_or_there_is_the_one_that_is_reserved() -> None:
    own = {"name": "erp", "networks": [{"network": "lan", "mac": MAC}]}
    there = composed(networks=[LAN], vms=[own])
    assert reserved(there) == {MAC: "10.77.0.2"}
    assert reserved(composed(there, networks=[LAN], vms=[ERP])) == {MAC: "10.77.0.2"}


def test_a_second_interface_on_a_network_has_no_name_and_no_address() -> None:
    specs = composed(
        networks=[LAN], vms=[{"name": "erp", "networks": [{"network": "lan"}, {"network": "lan"}]}]
    )
    assert [nic.ip for nic in of(specs, "vm", "erp").networks] == ["10.77.0.2", None]
    assert len(reserved(specs)) == 1


def test_what_the_user_reserves_is_given_to_nobody_else() -> None:
    lan = {**LAN, "reservations": [{"mac": MAC, "ip": "10.77.0.2", "name": "printer"}]}
    specs = composed(networks=[lan], vms=[ERP])
    assert reserved(specs) == {MAC: "10.77.0.2", nic_mac(MACHINE, "erp", "lan"): "10.77.0.3"}
    with pytest.raises(InvalidSpec, match=f"vm erp: 10.77.0.2 on network lan belongs to {MAC}"):
        composed(networks=[lan], vms=[{"name": "erp", "networks": [{"network": "lan", "ip": "10.77.0.2"}]}])


def test_what_the_user_reserves_for_a_vm_of_the_stack_is_its_address() -> None:
    lan = {**LAN, "reservations": [{"mac": MAC, "ip": "10.77.0.9"}]}
    specs = composed(networks=[lan], vms=[{"name": "erp", "networks": [{"network": "lan", "mac": MAC}]}])
    assert of(specs, "vm", "erp").networks[0].ip == "10.77.0.9"
    assert reserved(specs) == {MAC: "10.77.0.9"}


def test_names_that_the_user_gives_stay_beside_those_of_the_stack() -> None:
    names = [
        {"ip": "10.77.0.2", "hostnames": ["ledger"]},
        {"ip": "10.77.0.254", "hostnames": ["printer"]},
    ]
    specs = composed(networks=[{**LAN, "dns": {"domain": "shop.internal", "hosts": names}}], vms=[ERP])
    assert hosts(specs) == {
        "10.77.0.2": {"ledger", "ledger.shop.internal", "erp", "erp.shop.internal"},
        "10.77.0.254": {"printer", "printer.shop.internal"},
    }


def test_without_a_domain_there_are_addresses_and_no_names() -> None:
    specs = composed(networks=[{"name": "lan", "subnet": "10.77.0.0/24"}], vms=[ERP], containers=[APP])
    assert of(specs, "network", "lan").dns is None
    assert reserved(specs)
    app = of(specs, "container", "app")
    assert (app.networks[0].ipv4_address, app.dns_servers) == ("10.77.0.128", None)


def test_name_servers_that_the_user_gives_are_the_ones() -> None:
    specs = composed(
        networks=[LAN], containers=[{**APP, "dns_servers": ["10.9.9.9"], "dns_search_domains": []}]
    )
    app = of(specs, "container", "app")
    assert (app.dns_servers, app.dns_search_domains) == (("10.9.9.9",), ())


def test_networks_of_others_are_left_alone() -> None:
    specs = composed(vms=[ERP], containers=[APP])
    assert of(specs, "vm", "erp").networks[0].ip is None
    assert of(specs, "container", "app").networks[0].ipv4_address is None


def test_a_network_on_a_lan_reserves_nothing() -> None:
    given = stack_params(
        networks=[{"name": "lan", "mode": "bridge", "bridge": "br0", "containers": LAST}],
        vms=[ERP],
        containers=[APP],
    )
    asked = Stack.from_params(given, lambda: True, lambda: True).targets(DRIVERS, given)
    surroundings = Surroundings([], lambda _bridge: True, lambda _interface: Lan("10.77.0.0/24", "10.77.0.7"))
    specs = {t.address: t.asked for t in Composition(MACHINE, surroundings, {})(asked, {})}
    assert of(specs, "network", "lan").reservations is None
    assert of(specs, "container", "app").networks[0].ipv4_address == "10.77.0.248"


def test_what_goes_has_no_seat() -> None:
    specs = composed(networks=[LAN], vms=[{**ERP, "state": "absent"}, {**ERP, "name": "crm"}])
    assert list(hosts(specs)) == ["10.77.0.2"]
    assert hosts(specs)["10.77.0.2"] == {"crm", "crm.shop.internal"}


LEGACY_MAC = nic_mac(MACHINE, "legacy", "lan")
LEGACY = Vm.from_params(
    {"name": "legacy", "networks": [{"network": "lan", "mac": LEGACY_MAC, "ip": "10.77.0.2"}]}
)
OTHER = Container.from_params({"name": "other", "networks": [{"name": "lan", "ipv4_address": "10.77.0.128"}]})
OTHERS = {"vm": Known(LEGACY), "container": Known(OTHER)}
PRINTER = DnsHost("10.77.0.254", ("printer",))


def with_others(specs: Specs, *reservations: Reservation, hosts: tuple[DnsHost, ...] = ()) -> Specs:
    """The host after a run, with a vm and a container of others, and what they and somebody by hand wrote."""
    lan, half = (of(specs, kind, "lan") for kind in ("network", "container_network"))
    theirs = Reservation(LEGACY_MAC, "10.77.0.2", "legacy")
    lan = dataclasses.replace(
        lan,
        workloads=("legacy", *(address.name for address in specs if address.kind == "vm")),
        reservations=(*(lan.reservations or ()), theirs, *reservations),
        dns=dataclasses.replace(lan.dns, hosts=(*(lan.dns.hosts or ()), PRINTER, *hosts)),
    )
    half = dataclasses.replace(half, workloads=("other",))
    return {**specs, Address("network", "lan"): lan, Address("container_network", "lan"): half}


def test_others_keep_their_addresses_reservations_and_names() -> None:
    by_hand = Reservation("52:54:00:71:00:09", "10.77.0.3", "scanner")
    alone = {k: v for k, v in composed(networks=[LAN]).items() if k.kind.endswith("network")}
    there = with_others(alone, by_hand)
    specs = composed(there, OTHERS, networks=[LAN], vms=[ERP], containers=[APP])
    assert of(specs, "vm", "erp").networks[0].ip == "10.77.0.4"
    assert of(specs, "container", "app").networks[0].ipv4_address == "10.77.0.129"
    mac = nic_mac(MACHINE, "erp", "lan")
    assert reserved(specs) == {LEGACY_MAC: "10.77.0.2", by_hand.mac: "10.77.0.3", mac: "10.77.0.4"}
    assert set(hosts(specs)) == {"10.77.0.4", "10.77.0.129", "10.77.0.254"}
    network = of(specs, "network", "lan")
    again = {**specs, Address("network", "lan"): dataclasses.replace(network, workloads=("erp", "legacy"))}
    assert (
        of(composed(again, OTHERS, networks=[LAN], vms=[ERP], containers=[APP]), "network", "lan") == network
    )


def test_the_address_of_another_is_refused() -> None:
    there = with_others(composed(networks=[LAN]))
    own = {"name": "erp", "networks": [{"network": "lan", "ip": "10.77.0.2"}]}
    with pytest.raises(InvalidSpec, match="10.77.0.2 on network lan belongs to vm/legacy"):
        composed(there, OTHERS, networks=[LAN], vms=[own])


def test_nobody_moves_for_others() -> None:
    there = with_others(composed(networks=[LAN], vms=[ERP], containers=[APP]))
    specs = composed(there, OTHERS, networks=[LAN], vms=[ERP], containers=[APP])
    assert of(specs, "vm", "erp").networks[0].ip == "10.77.0.2"
    assert of(specs, "container", "app").networks[0].ipv4_address == "10.77.0.128"


def test_lists_that_the_user_writes_are_whole() -> None:
    there = with_others(composed(networks=[LAN]), Reservation(MAC, "10.77.0.9", "box"))
    lan = {**LAN, "reservations": [], "dns": {"domain": "shop.internal", "hosts": []}}
    own = {"name": "erp", "networks": [{"network": "lan", "ip": "10.77.0.9"}]}
    specs = composed(there, OTHERS, networks=[lan], vms=[own])
    assert reserved(specs) == {nic_mac(MACHINE, "erp", "lan"): "10.77.0.9"}
    assert set(hosts(specs)) == {"10.77.0.9"}


def test_what_a_run_that_was_killed_has_left_is_nobody_elses() -> None:
    own = {"name": "1erp", "networks": [{"network": "lan", "ip": "10.77.0.20"}]}
    made = composed(networks=[LAN], vms=[own])
    half = dataclasses.replace(of(made, "container_network", "lan"), workloads=("app.hybrid-host-new",))
    left = {Address("network", "lan"): of(made, "network", "lan"), Address("container_network", "lan"): half}
    specs = composed(left, {"container": Known()}, networks=[LAN], vms=[own], containers=[APP])
    assert of(specs, "vm", "1erp").networks[0].ip == "10.77.0.20"


@pytest.mark.parametrize("pruned", [True, False])
def test_what_the_stack_wrote_goes_with_its_workload(*, pruned: bool) -> None:
    crm = {"name": "crm", "networks": [{"network": "lan", "ip": "10.77.0.9"}]}
    app = {**APP, "networks": [{"name": "lan", "ipv4_address": "10.77.0.200"}]}
    there = with_others(composed(networks=[LAN], vms=[crm], containers=[app]))
    if not pruned:
        # They were removed by hand, or by a run that came no further.
        there = {address: spec for address, spec in there.items() if address.kind.endswith("network")}
        lan = dataclasses.replace(of(there, "network", "lan"), workloads=("legacy",))
        there[Address("network", "lan")] = lan
    specs = composed(there, OTHERS, networks=[LAN])
    assert reserved(specs) == {LEGACY_MAC: "10.77.0.2"}
    assert hosts(specs) == {"10.77.0.254": {"printer"}}


def test_what_leaves_the_document_and_stays_on_the_host_keeps_what_it_has() -> None:
    there = with_others(composed(networks=[LAN]), Reservation(MAC, "10.77.0.9", "crm"))
    lan = dataclasses.replace(of(there, "network", "lan"), workloads=("crm", "legacy"))
    crm = Vm.from_params({"name": "crm", "networks": [{"network": "lan", "mac": MAC, "ip": "10.77.0.9"}]})
    there[Address("network", "lan")] = lan
    specs = composed(there, {"vm": Known(LEGACY, crm), "container": Known(OTHER)}, networks=[LAN])
    assert reserved(specs) == {LEGACY_MAC: "10.77.0.2", MAC: "10.77.0.9"}


def test_a_new_subnet_takes_no_reservation_along() -> None:
    there = with_others(composed(networks=[LAN]))
    specs = composed(there, OTHERS, networks=[{**LAN, "subnet": "10.78.0.0/24"}], vms=[ERP])
    assert reserved(specs) == {nic_mac(MACHINE, "erp", "lan"): "10.78.0.2"}
