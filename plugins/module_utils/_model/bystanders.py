# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is on the networks of a stack and is not the stack's: workloads, reservations, names."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._core.change import Address
from .._core.driver import Driver
from .._core.order import Target
from .address_plan import Segment
from .dns import DnsHost
from .identity import nic_mac
from .network import Network, Reservation
from .subnets import is_usable
from .vm import Vm

Found = Mapping[Address, Any]
#: The halves of a network, each with what is on it.
WORKLOADS = {"network": "vm", "container_network": "container"}


@dataclasses.dataclass(frozen=True)
class Bystanders:
    """What others have on one network; ``addresses`` are those that are theirs, each with whose it is."""

    reservations: Mapping[str, Reservation]
    hosts: Mapping[str, DnsHost]
    addresses: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Vicinity:
    """Tells what is the stack's own from what is not. ``drivers``, by kind, observe workloads of others."""

    machine_id: str
    drivers: Mapping[str, Driver]

    def of(self, segment: Segment, targets: Sequence[Target], found: Found) -> Bystanders:
        """What others have on the network that is to have these addresses."""
        own = [t.asked for t in targets if t.address.kind in WORKLOADS.values()]
        own += [spec for address, spec in found.items() if address.kind in WORKLOADS.values()]
        others = list(others_on(segment.network, targets, found, self.drivers))
        network: Network | None = found.get(Address("network", segment.network))
        # By hand, what runs may have been changed alone.
        specs = [spec for spec in (network and network.live, network) if spec]
        reservations = {
            r.key: r
            for spec in specs
            for r in spec.reservations or ()
            if r.ip and is_usable(r.ip, segment.subnet) and not self._reserved(r, spec, own, others)
        }
        hosts = {
            host.key: host
            for spec in specs
            for host in (spec.dns.hosts if spec.dns else None) or ()
            if not _named(host, spec, own, others)
        }
        addresses = {host.ip: ", ".join(host.hostnames or ()) for host in hosts.values()}
        addresses.update((r.ip, r.name or r.mac) for r in reservations.values() if r.ip)
        for other in others:
            whose = str(Address("vm" if isinstance(other, Vm) else "container", other.name))
            addresses.update(dict.fromkeys((*_addresses(segment.network, other), *_leased(other)), whose))
        return Bystanders(reservations, hosts, addresses)

    def _reserved(
        self, given: Reservation, network: Network, own: Sequence[Any], others: Sequence[Any]
    ) -> bool:
        """Whether it is for a vm of the stack or, by its MAC, for one that has gone."""
        vms = [spec for spec in own if isinstance(spec, Vm)]
        macs = {nic.mac for vm in vms for nic in vm.networks or () if nic.network == network.name}
        name = given.name or ""
        if given.mac in macs or name in {vm.name for vm in vms}:
            return True
        derived = given.mac == nic_mac(self.machine_id, name, network.name)
        return derived and name not in {spec.name for spec in others}


def others_on(
    network: str, targets: Sequence[Target], found: Found, drivers: Mapping[str, Driver]
) -> Iterator[Any]:
    """Workloads that are on the network and no part of the run, as they are."""
    for half, kind in WORKLOADS.items():
        present, driver = found.get(Address(half, network)), drivers.get(kind)
        there = {Address(kind, name) for name in (present.workloads if present else None) or ()}
        # What was found and is not asked for is on its way out.
        names = sorted(address.name for address in there - {t.address for t in targets} - {*found})
        yield from (driver.observe(names) if driver and names else {}).values()


def _named(host: DnsHost, network: Network, own: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether it is for a workload of the stack or, as a stack writes names, for one that has gone."""
    if network.subnet is None or host.ip == network.gateway or not is_usable(host.ip, network.subnet):
        return False
    ours, theirs = (
        {word for spec in specs for word in (spec.name, *_addresses(network.name, spec))}
        for specs in (own, others)
    )
    names = set(host.hostnames or ())
    if ours & {host.ip, *names}:
        return True
    domain = network.dns.domain if network.dns else None
    short = [name for name in names if "." not in name]
    as_written = names == {*short, *(f"{name}.{domain}" for name in short)}
    return as_written and not theirs & {host.ip, *names}


def _addresses(network: str, workload: Any) -> Iterator[str]:
    """Those that it has on the network for certain."""
    for place in workload.networks or ():
        if isinstance(workload, Vm):
            where, given = place.network, [place.ip]
        else:
            where, given = place.name, [place.ipv4_address, place.address]
        yield from filter(None, given if where == network else ())


def _leased(workload: Any) -> Sequence[str]:
    return getattr(workload, "addresses", None) or ()
