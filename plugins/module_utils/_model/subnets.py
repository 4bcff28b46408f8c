# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arithmetic of subnets: parsing, default ranges for vms and containers, and a subnet that nobody has."""

from __future__ import annotations

import dataclasses
import hashlib
import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any, Union

from .._core.change import Address
from .._core.driver import Claim
from .._core.errors import InvalidSpec, Refused

Subnet = ipaddress.IPv4Network
AnySubnet = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]
SMALLEST = 29
_ADDRESSES = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}


@dataclasses.dataclass(frozen=True)
class Lan:
    """What an interface of the host is on: the subnet, the host's own address in it, and the router that it uses.

    ``own6`` are the host's IPv6 addresses there.
    """

    subnet: str
    address: str
    router: str | None = None
    own6: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Occupied:
    """A subnet that the host uses already: of a network, or (kind ``route``) behind an interface."""

    subnet: AnySubnet
    address: Address
    bridge: str | None = None

    @property
    def owner(self) -> str:
        """In words, whose it is."""
        kind, name = self.address
        words = {"network": "libvirt network", "container_network": "container network"}
        return f"{words[kind]} {name}" if kind in words else f"the host's route through {name}"


def parse_subnet(value: str, option: str = "subnet") -> str:
    """The subnet in its own spelling. Raises ``InvalidSpec`` for host bits, IPv6, and for less than 8 addresses."""
    try:
        subnet = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise InvalidSpec(
            f"{option}: {value!r} is not an IPv4 subnet", cause=str(error), hint="Write it as 10.77.0.0/24."
        ) from None
    if subnet.prefixlen > SMALLEST or subnet.prefixlen == 0:
        raise InvalidSpec(
            f"{option}: {value} has no room for workloads", hint=f"Use a prefix from /1 to /{SMALLEST}."
        )
    return str(subnet)


def parse_address(value: str, option: str, version: int | None = 4) -> str:
    """The address in its own spelling, of either version with None. Raises ``InvalidSpec``."""
    version = version or (6 if ":" in value else 4)
    try:
        return str(_ADDRESSES[version](value))
    except ValueError as error:
        raise InvalidSpec(f"{option}: {value!r} is not an IPv{version} address", cause=str(error)) from None


def parse_subnet6(value: str) -> str:
    """The IPv6 subnet in its own spelling. Raises ``InvalidSpec`` unless it is a /64: guests choose their own address
    only in such a one.
    """
    try:
        subnet = ipaddress.IPv6Network(value)
    except ValueError as error:
        raise InvalidSpec(
            f"subnet6: {value!r} is not an IPv6 subnet", cause=str(error), hint="Write it as fd00:77::/64."
        ) from None
    if subnet.prefixlen != 64:
        raise InvalidSpec(
            f"subnet6: {value} is not a /64", hint="Guests choose their addresses in a /64 alone."
        )
    return str(subnet)


def is_usable(address: str, subnet: str) -> bool:
    """Whether a workload or a gateway can have this address of the subnet. IPv6 has no broadcast address."""
    network, value = ipaddress.ip_network(subnet), ipaddress.ip_address(address)
    last = network.broadcast_address if network.version == 4 else None
    return value in network and value not in (network.network_address, last)


def first_address(subnet: str) -> str:
    """The gateway's address, where nobody says otherwise."""
    return str(ipaddress.ip_network(subnet).network_address + 1)


def lower_range(subnet: str, gateway: str, taken: tuple[str, str] | None) -> tuple[str, str]:
    """First and last address for vms: the lower half, or the widest part of it beside the gateway.

    Where a range is taken that reaches into the lower half, the widest part of the whole subnet beside both.
    """
    network = ipaddress.IPv4Network(subnet)
    low, _high = network.subnets()
    whole = (int(network.network_address) + 1, int(network.broadcast_address) - 1)
    own = int(ipaddress.IPv4Address(gateway))
    gaps = _without([(whole[0], int(low.broadcast_address))], own, own)
    if taken is not None:
        start, end = (int(ipaddress.IPv4Address(address)) for address in taken)
        if start <= int(low.broadcast_address):
            gaps = _without(_without([whole], own, own), start, end)
    if not gaps:
        raise Refused(f"the range of containers leaves no address of {subnet} to vms")
    first, last = max(gaps, key=lambda gap: gap[1] - gap[0])
    return str(ipaddress.IPv4Address(first)), str(ipaddress.IPv4Address(last))


def _without(gaps: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """What is left of ranges when one is taken out."""
    parts = [
        part for first, last in gaps for part in ((first, min(last, start - 1)), (max(first, end + 1), last))
    ]
    return [(first, last) for first, last in dict.fromkeys(parts) if first <= last]


def upper_block(subnet: str, taken: tuple[str, str] | None) -> str:
    """The part of the subnet for containers: its upper half, or the largest block beside a range that is taken.

    In CIDR notation, as Docker takes it. Raises ``Refused`` where no block of four addresses is left.
    """
    _low, high = ipaddress.IPv4Network(subnet).subnets()
    if taken is None:
        return str(high)
    start, end = (ipaddress.IPv4Address(address) for address in taken)
    if end < high.network_address or start > high.broadcast_address:
        return str(high)
    network = ipaddress.IPv4Network(subnet)
    blocks = [
        block
        for first, last in ((network.network_address, start - 1), (end + 1, network.broadcast_address))
        if first <= last
        for block in ipaddress.summarize_address_range(first, last)
        if block.num_addresses >= 4
    ]
    if not blocks:
        raise Refused(
            f"vms have the addresses {start} to {end}, which leaves none of {subnet} to containers",
            hint="Write dhcp and containers, so that each kind has a range of its own.",
        )
    return str(max(blocks, key=lambda block: block.num_addresses))


def covering(start: str, end: str, subnet: str | None) -> str:
    """The one CIDR block that a range of addresses is, but for the subnet's own first and last address, if it is known.

    Docker takes no other kind of range: raises ``InvalidSpec`` with the nearest one that it takes.
    """
    first, last = ipaddress.IPv4Address(start), ipaddress.IPv4Address(end)
    if subnet is not None:
        network = ipaddress.IPv4Network(subnet)
        first = network.network_address if first == network.network_address + 1 else first
        last = network.broadcast_address if last == network.broadcast_address - 1 else last
    blocks = list(ipaddress.summarize_address_range(first, last))
    if len(blocks) == 1:
        return str(blocks[0])
    largest = max(blocks, key=lambda block: block.num_addresses)
    raise InvalidSpec(
        f"containers: {start} to {end} is not one CIDR block, and Docker takes no other range",
        hint=f"Use {largest.network_address} to {largest.broadcast_address} ({largest}), for instance.",
    )


def bounds(block: str, subnet: str) -> tuple[str, str]:
    """First and last address of a CIDR block that a workload of the subnet can have."""
    network, whole = ipaddress.IPv4Network(block), ipaddress.IPv4Network(subnet)
    first, last = network.network_address, network.broadcast_address
    if first == whole.network_address:
        first += 1
    if last == whole.broadcast_address:
        last -= 1
    return str(first), str(last)


def in_range(address: str, start: str, end: str) -> bool:
    """Whether the address lies between the two, ends included."""
    low, value, high = (int(ipaddress.IPv4Address(a)) for a in (start, address, end))
    return low <= value <= high


def any_subnet(value: str) -> AnySubnet:
    """A subnet of either family, in its own spelling."""
    return ipaddress.ip_network(value)


def overlap(one: AnySubnet, other: AnySubnet) -> bool:
    """Whether the two have addresses in common."""
    if isinstance(one, ipaddress.IPv4Network):
        return isinstance(other, ipaddress.IPv4Network) and one.overlaps(other)
    return isinstance(other, ipaddress.IPv6Network) and one.overlaps(other)


def check_free(subnet: str, occupied: Iterable[Occupied]) -> None:
    """Raises ``Refused`` where the subnet overlaps one that is in use, naming its owner."""
    wanted = ipaddress.ip_network(subnet)
    for other in occupied:
        if overlap(wanted, other.subnet):
            raise Refused(
                f"subnet {subnet} overlaps {other.subnet} of {other.owner}", hint="Choose another subnet."
            )


def free_subnet(name: str, occupied: Iterable[Occupied]) -> str:
    """A /24 that overlaps nothing that is in use: for one name always the same, as long as it is free."""
    taken = [other.subnet for other in occupied]
    for candidate in _candidates(name):
        if not any(overlap(candidate, other) for other in taken):
            return str(candidate)
    raise Refused("no /24 of the private ranges is free", hint="Say which subnet to use.")


def _candidates(name: str) -> Iterator[Subnet]:
    """Subnets away from those that Docker, Kubernetes and libvirt take by default; 192.168.x where 10.x is routed."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    for pool, size in (("10.192.0.0", 32 * 256), ("192.168.0.0", 256)):
        start = int(ipaddress.IPv4Address(pool))
        for step in range(size):
            yield ipaddress.IPv4Network((start + (seed + step) % size * 256, 24))


@dataclasses.dataclass(frozen=True)
class Shared:
    """What both halves of one network have together, and no other network may have: a subnet, a bridge."""

    network: str
    value: AnySubnet | str

    def overlaps(self, other: Shared) -> bool:
        if self.network == other.network:
            return False
        if isinstance(self.value, str) or isinstance(other.value, str):
            return self.value == other.value
        return overlap(self.value, other.value)

    def __str__(self) -> str:
        return str(self.value)


def shared_claims(spec: Any) -> list[Claim]:
    """What a half of a network, of either engine, claims for both."""
    claims = [
        Claim("subnet", Shared(spec.name, any_subnet(subnet)))
        for subnet in (spec.subnet, spec.subnet6)
        if subnet
    ]
    return claims + ([Claim("bridge", Shared(spec.name, spec.bridge))] if spec.bridge else [])
