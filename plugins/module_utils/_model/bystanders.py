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
from .names import lasting_name
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
class _Workloads:
    """By what some of them are known on one network: the MACs are those of vms, with the derived ones."""

    names: frozenset[str]
    addresses: frozenset[str]
    macs: frozenset[str]

    def have(self, host: DnsHost) -> bool:
        names = set(host.hostnames or ())
        return host.ip in self.addresses or not names.isdisjoint(self.names | self.addresses)


@dataclasses.dataclass(frozen=True)
class Vicinity:
    """Tells what is the stack's own from what is not. ``drivers``, by kind, observe workloads of others."""

    machine_id: str
    drivers: Mapping[str, Driver]

    def of(self, segment: Segment, targets: Sequence[Target], found: Found) -> Bystanders:
        """What others have on the network that is to have these addresses; of what the document lists, none stay."""
        address = Address("network", segment.network)
        asked: Network | None = next((t.asked for t in targets if t.address == address), None)
        network: Network | None = found.get(address)
        # By hand, what runs may have been changed alone.
        specs = [spec for spec in (network and network.live, network) if spec]
        kinds = WORKLOADS.values()
        own = [
            *(t.asked for t in targets if t.address.kind in kinds),
            *(spec for address, spec in found.items() if address.kind in kinds),
        ]
        others = list(others_on(segment.network, targets, found, self.drivers))
        ours, theirs = self._known(segment.network, own), self._known(segment.network, others)
        reservations, hosts = {}, {}
        if asked is None or asked.reservations is None:
            reservations = {
                r.key: r
                for spec in specs
                for r in spec.reservations or ()
                if r.ip
                and is_usable(r.ip, segment.subnet)
                and not self._reserved(r, spec.name, (ours, theirs))
            }
        if asked is None or asked.dns is None or asked.dns.hosts is None:
            hosts = {
                host.key: host
                for spec in specs
                for host in (spec.dns.hosts if spec.dns else None) or ()
                if not _named(host, spec, ours, theirs)
            }
        addresses = {host.ip: ", ".join(host.hostnames or ()) for host in hosts.values()}
        addresses.update((r.ip, r.name or r.mac) for r in reservations.values() if r.ip)
        for other in others:
            whose = str(Address("vm" if isinstance(other, Vm) else "container", other.name))
            addresses.update(dict.fromkeys((*_addresses(segment.network, other), *_leased(other)), whose))
        return Bystanders(reservations, hosts, addresses)

    def _known(self, network: str, specs: Sequence[Any]) -> _Workloads:
        vms = [spec for spec in specs if isinstance(spec, Vm)]
        macs = {nic.mac for vm in vms for nic in vm.networks or () if nic.network == network and nic.mac}
        macs |= {nic_mac(self.machine_id, vm.name, network) for vm in vms}
        return _Workloads(
            frozenset(spec.name for spec in specs),
            frozenset(address for spec in specs for address in _addresses(network, spec)),
            frozenset(macs),
        )

    def _reserved(self, given: Reservation, network: str, known: tuple[_Workloads, _Workloads]) -> bool:
        """Whether it is for a vm of the stack or, by its MAC, for one that has gone."""
        ours, theirs = known
        if given.mac in ours.macs or given.name in ours.names:
            return True
        derived = given.mac == nic_mac(self.machine_id, given.name or "", network)
        return derived and given.name not in theirs.names


def others_on(
    network: str, targets: Sequence[Target], found: Found, drivers: Mapping[str, Driver]
) -> Iterator[Any]:
    """Workloads that are on the network and no part of the run, as they are."""
    known = {target.address for target in targets} | {*found}
    for half, kind in WORKLOADS.items():
        present, driver = found.get(Address(half, network)), drivers.get(kind)
        # What was found and is not asked for is on its way out, and what a run that was killed has left is cleared.
        names = sorted(
            name
            for name in (present.workloads if present else None) or ()
            if Address(kind, lasting_name(name)) not in known
        )
        yield from (driver.observe(names) if driver and names else {}).values()


def _named(host: DnsHost, network: Network, ours: _Workloads, theirs: _Workloads) -> bool:
    """Whether it is for a workload of the stack or, as a stack writes names, for one that has gone."""
    if network.subnet is None or host.ip == network.gateway or not is_usable(host.ip, network.subnet):
        return False
    if ours.have(host):
        return True
    names = set(host.hostnames or ())
    domain = network.dns.domain if network.dns else None
    short = [name for name in names if "." not in name]
    as_written = names == {*short, *(f"{name}.{domain}" for name in short)}
    return as_written and not theirs.have(host)


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
