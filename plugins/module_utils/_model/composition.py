# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What workloads gain by standing in one stack: addresses on its networks, and each other's names."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .._core.change import Address
from .._core.driver import Driver
from .._core.errors import InvalidSpec
from .._core.order import Target
from .address_plan import Seat, Segment, plan_addresses
from .bystanders import Bystanders, Vicinity
from .dns import DnsHost
from .identity import nic_mac
from .names import reserved_name
from .network import Reservation
from .surroundings import segments

Found = Mapping[Address, Any]


@dataclasses.dataclass(frozen=True)
class Place:
    """One network of the stack: its addresses, its domain (None: no names), what others have, and who sits where."""

    segment: Segment
    domain: str | None
    others: Bystanders
    seats: dict[Address, str]


@dataclasses.dataclass(frozen=True)
class Composition:
    """Completes the targets of a stack by what was found on the host: the same on every run.

    ``complete`` gives the networks what the user left out, before anybody gets an address on them. ``drivers``, by
    kind, observe workloads of others there.
    """

    machine_id: str
    complete: Callable[[Sequence[Target], Found], list[Target]]
    drivers: Mapping[str, Driver]

    def __call__(self, targets: Sequence[Target], found: Found) -> list[Target]:
        """The targets with the addresses that their networks give them, and the networks with all names.

        What has an address keeps it, of the stack or not. Raises ``InvalidSpec`` or ``Refused`` as ``plan_addresses``
        does.
        """
        targets = self.complete(targets, found)
        workloads = [t for t in targets if t.address.kind in ("vm", "container") and not t.absent]
        domains = {t.asked.name: _domain(t) for t in targets if t.address.kind == "network"}
        networks = {t.asked.name: t.asked for t in targets if t.address.kind == "network"}
        places = {}
        for name, bare in segments(targets, found).items():
            others = Vicinity(self.machine_id, self.drivers).of(bare, targets, found)
            segment = dataclasses.replace(bare, reserved=others.addresses)
            seats = self._seated(segment, networks.get(name), workloads, found)
            places[name] = Place(segment, domains.get(name), others, seats)
        specs = {t.address: _placed(t.asked, t.address.kind, places) for t in workloads}
        for target in targets:
            if target.address.kind == "network" and not target.absent and target.asked.subnet:
                place = places[target.asked.name]
                specs[target.address] = self._with_names(target.asked, place, specs, found)
        return [dataclasses.replace(t, asked=specs.get(t.address, t.asked)) for t in targets]

    def _seated(
        self, segment: Segment, network: Any | None, workloads: Sequence[Target], found: Found
    ) -> dict[Address, str]:
        """An address on one network for each workload. What the user reserves there is for the NIC with that MAC."""
        reserved = {r.key: r.ip for r in (network.reservations if network else None) or ()}
        theirs = dict(segment.reserved)
        seats = []
        for seat in _seats(segment.network, workloads, found):
            if seat.workload.kind not in segment.ranges:
                _check_unfixed(segment, seat)
                continue
            own = None
            if seat.workload.kind == "vm":
                vm = next(t.asked for t in workloads if t.address == seat.workload)
                own = reserved.pop(self._mac(vm, segment.network, found.get(seat.workload)), None)
            seats.append(dataclasses.replace(seat, fixed=seat.fixed or own))
            # Who has an address keeps it, even where another has it too.
            theirs.pop(str(seat.present), None)
        theirs.update((ip, mac) for mac, ip in reserved.items())
        return plan_addresses(dataclasses.replace(segment, reserved=theirs), seats)

    def _with_names(self, network: Any, place: Place, specs: Mapping[Address, Any], found: Found) -> Any:
        """The network with a reservation for each vm on it and, where it has a domain, a name for each workload.

        Where the user lists none, those of others stay.
        """
        reservations = {**place.others.reservations}
        if network.reservations is not None:
            reservations = {r.key: r for r in network.reservations}
        for address, ip in place.seats.items():
            if address.kind == "vm":
                mac = self._mac(specs[address], network.name, found.get(address))
                reservations[mac] = Reservation(mac=mac, ip=ip, name=reserved_name(address.name))
        completed = dataclasses.replace(network, reservations=tuple(reservations.values()))
        if place.domain is None:
            return completed
        hosts = {**place.others.hosts}
        if network.dns.hosts is not None:
            hosts = {host.key: host for host in network.dns.hosts}
        taken = {name for host in hosts.values() for name in host.hostnames or ()}
        for address, names in _names(network.name, place, specs).items():
            ip = place.seats[address]
            given = hosts[ip].hostnames or () if ip in hosts else ()
            hostnames = (*given, *(name for name in names if name not in taken))
            if hostnames:
                hosts[ip] = DnsHost(ip=ip, hostnames=hostnames)
        return dataclasses.replace(
            completed, dns=dataclasses.replace(network.dns, hosts=tuple(hosts.values()))
        )

    def _mac(self, vm: Any, network: str, found: Any | None) -> str:
        """The MAC of a vm's NIC: the one asked for, else the one that is there, else the derived one."""
        for spec in filter(None, (vm, found)):
            for nic in spec.networks or ():
                if nic.network == network and nic.mac:
                    return str(nic.mac)
        return nic_mac(self.machine_id, vm.name, network)


def _domain(target: Target) -> str | None:
    dns = target.asked.dns
    return dns.domain if dns is not None else None


def _seats(network: str, workloads: Sequence[Target], found: Found) -> Iterator[Seat]:
    for target in workloads:
        present = found.get(target.address)
        for wanted, fixed in _attached(target.asked, target.address.kind):
            if wanted == network:
                there = dict(_attached(present, target.address.kind)) if present is not None else {}
                yield Seat(target.address, fixed, there.get(network))


def _check_unfixed(segment: Segment, seat: Seat) -> None:
    """Of a workload on a network that gives addresses to the other kind alone."""
    if seat.fixed is not None:
        raise InvalidSpec(
            f"nothing gives out {seat.fixed} on network {segment.network}, which is on the host's own interface",
            hint="Leave ip out, and set the address in cloud_init.network.",
        ).about(*seat.workload)


def _attached(spec: Any, kind: str) -> Iterator[tuple[str, str | None]]:
    """The networks of a workload, each with the address that it has there."""
    for item in spec.networks or ():
        if kind == "vm" and item.network and not item.ordinal:
            yield item.network, item.ip
        elif kind == "container":
            yield item.name, item.ipv4_address or item.address


def _placed(spec: Any, kind: str, places: Mapping[str, Place]) -> Any:
    """A workload with its addresses; a container also with the name servers of its networks."""
    address = Address(kind, spec.name)
    if kind == "vm":
        networks = tuple(
            dataclasses.replace(n, ip=places[n.network].seats[address])
            if n.network in places and address in places[n.network].seats and not n.ordinal
            else n
            for n in spec.networks or ()
        )
        return dataclasses.replace(spec, networks=networks) if spec.networks else spec
    if not spec.networks:
        return spec
    networks = tuple(
        dataclasses.replace(n, ipv4_address=places[n.name].seats[address]) if n.name in places else n
        for n in spec.networks
    )
    named = [places[n.name] for n in spec.networks if n.name in places and places[n.name].domain]
    servers = tuple(place.segment.gateway for place in named) or None
    domains = tuple(place.domain for place in named) or None
    return dataclasses.replace(
        spec,
        networks=networks,
        dns_servers=spec.dns_servers if spec.dns_servers is not None else servers,
        dns_search_domains=spec.dns_search_domains if spec.dns_search_domains is not None else domains,
    )


def _names(network: str, place: Place, specs: Found) -> dict[Address, list[str]]:
    """The names of each workload on a network. Raises ``InvalidSpec`` where two have one name.

    A name leads to one address here: aliases that containers share, among which their engine chooses, to the first's.
    """
    holders: dict[str, Address] = {}
    for address in sorted(place.seats):
        other = holders.setdefault(address.name, address)
        holders[f"{address.name}.{place.domain}"] = address
        if other != address:
            raise InvalidSpec(
                f"network {network} has a name for {other} already, which is called the same",
                hint="Give one of the two another name, or a network of its own.",
            ).about(*address)
    for address in sorted(place.seats):
        for alias in _aliases(specs[address], network):
            holders.setdefault(alias, address)
            holders.setdefault(f"{alias}.{place.domain}", address)
    return {address: [name for name, held in holders.items() if held == address] for address in place.seats}


def _aliases(spec: Any, network: str) -> Sequence[str]:
    for item in spec.networks or ():
        if getattr(item, "name", None) == network:
            return tuple(getattr(item, "aliases", None) or ())
    return ()
