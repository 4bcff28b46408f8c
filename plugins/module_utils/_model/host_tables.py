# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Completes what becomes tables of nftables: policies of networks, and published ports of vms."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.change import Address
from .._core.driver import Driver
from .._core.errors import HostError, InvalidSpec
from .._core.order import Target
from .network_policy import NetworkPolicy
from .policy_members import Found, PolicyMembers
from .policy_table import PolicyTable
from .vm_ports import VmPorts, vm_ports

POLICY, PORTS = "policy", "vm_ports"
Make = Callable[[Any, Sequence[Target], Found], Any]


@dataclasses.dataclass(frozen=True)
class HostTables:
    """``complete`` gives networks their subnets, and workloads their addresses, before. ``drivers``, by kind, observe
    what is no part of the run: workloads on a network, and the network of a vm.
    """

    machine_id: Callable[[], str]
    complete: Callable[[Sequence[Target], Found], Sequence[Target]]
    drivers: Mapping[str, Driver]

    def __call__(self, targets: Sequence[Target], found: Found) -> list[Target]:
        """The targets, with all that tables are made of. Raises ``HostError``, naming the policy or the ports."""
        targets = self.complete(targets, found)
        members = PolicyMembers(self.machine_id, self.drivers)
        makers: Mapping[str, Make] = {POLICY: members.policy, PORTS: self._ports}
        specs: dict[Address, Any] = {}
        for target in targets:
            if target.address.kind in makers and not target.absent:
                try:
                    specs[target.address] = makers[target.address.kind](target.asked, targets, found)
                except HostError as error:
                    raise error.about(*target.address) from None
        return [dataclasses.replace(t, asked=specs.get(t.address, t.asked)) for t in targets]

    def _ports(self, asked: VmPorts, targets: Sequence[Target], found: Found) -> VmPorts:
        vm = Address("vm", asked.name)
        specs = [*(t.asked for t in targets if t.address == vm), *([found[vm]] if vm in found else [])]
        nics = [nic for spec in specs for nic in spec.networks or () if nic.network and nic.ip]
        if not nics:
            raise InvalidSpec(
                "published_ports: the vm has no fixed address for them to lead to",
                hint="Write ip for its interface on a network of libvirt's.",
            )
        network, address = str(nics[0].network), nics[0].ip
        known = [t.asked for t in targets if t.address == Address("network", network)]
        if not known and "network" in self.drivers:
            known = [*self.drivers["network"].observe([network]).values()]
        if not (known and known[0].subnet and known[0].bridge) or known[0].mode == "isolated":
            raise InvalidSpec(
                f"published_ports: nothing leads from elsewhere to network {network}",
                hint="They are for networks whose mode is nat or routed.",
            )
        return dataclasses.replace(asked, address=address, subnet=known[0].subnet, bridge=known[0].bridge)


def policy_of(params: Mapping[str, Any]) -> PolicyTable | None:
    """The policy that the options of a network ask for; it goes with its network. Raises ``InvalidSpec``."""
    name, gone = str(params["name"]), PolicyTable(str(params["name"]), state="absent")
    if params.get("state") == "absent":
        return gone
    if params.get("policy") is None:
        return None
    try:
        policy = NetworkPolicy.from_params(params["policy"])
    except HostError as error:
        raise error.about("network", name) from None
    return gone if policy.idle else PolicyTable(name, policy=policy)


def ports_of(params: Mapping[str, Any]) -> VmPorts | None:
    """The published ports that the options of a vm ask for; they go with their vm. Raises ``InvalidSpec``."""
    name = str(params["name"])
    try:
        ports = vm_ports(params.get("published_ports"))
    except HostError as error:
        raise error.about("vm", name) from None
    if params.get("state") == "absent" or ports == ():
        return VmPorts(name, state="absent")
    return None if ports is None else VmPorts(name, ports=ports)
