# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who gets which address of a network: decided before anything is applied, the same on every run."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Mapping, Sequence

from .._core.change import Address
from .._core.errors import InvalidSpec, Refused

Range = tuple[str, str]


@dataclasses.dataclass(frozen=True)
class Seat:
    """One place of a workload on a network. ``fixed`` is what the user wrote, ``present`` what the workload has."""

    workload: Address
    fixed: str | None = None
    present: str | None = None


@dataclasses.dataclass(frozen=True)
class Segment:
    """The addresses of one network: a subnet, its gateway, and a range (first, last) for each kind of workload.

    ``reserved`` are addresses that are given away already, each with whom it is given to.
    """

    network: str
    subnet: str
    gateway: str
    ranges: dict[str, Range]
    reserved: Mapping[str, str] = dataclasses.field(default_factory=dict)


def plan_addresses(segment: Segment, seats: Sequence[Seat]) -> dict[Address, str]:
    """An address for each seat: the fixed ones, then those that are there already, then the lowest that are free.

    Raises ``InvalidSpec`` for a fixed address that the network does not have or that is asked for twice, and
    ``Refused`` when a range is used up.
    """
    given: dict[Address, str] = {}
    taken = {segment.gateway: "the gateway", **segment.reserved}
    for seat in seats:
        if seat.fixed is not None:
            address = _usable(segment, seat)
            if address in taken:
                raise InvalidSpec(
                    f"{address} on network {segment.network} belongs to {taken[address]}",
                    hint="Choose another.",
                ).about(*seat.workload)
            taken[address] = str(seat.workload)
            given[seat.workload] = address
    for seat in seats:
        if seat.workload not in given and seat.present not in taken and _inside(segment, seat.present):
            given[seat.workload] = str(seat.present)
            taken[given[seat.workload]] = str(seat.workload)
    for seat in seats:
        if seat.workload not in given:
            address = _lowest(segment, seat, taken)
            taken[address] = str(seat.workload)
            given[seat.workload] = address
    return given


def _usable(segment: Segment, seat: Seat) -> str:
    try:
        address = str(ipaddress.IPv4Address(seat.fixed))
    except ipaddress.AddressValueError as error:
        raise InvalidSpec(f"{seat.fixed!r} is not an address", cause=str(error)).about(
            *seat.workload
        ) from None
    if not _inside(segment, address):
        raise InvalidSpec(
            f"{address} is not an address for workloads of network {segment.network} ({segment.subnet})"
        ).about(*seat.workload)
    return address


def _inside(segment: Segment, address: str | None) -> bool:
    if address is None:
        return False
    subnet = ipaddress.IPv4Network(segment.subnet)
    value = ipaddress.IPv4Address(address)
    return value in subnet and value not in (subnet.network_address, subnet.broadcast_address)


def _lowest(segment: Segment, seat: Seat, taken: dict[str, str]) -> str:
    first, last = (int(ipaddress.IPv4Address(end)) for end in segment.ranges[seat.workload.kind])
    for number in range(first, last + 1):
        address = str(ipaddress.IPv4Address(number))
        if address not in taken:
            return address
    start, end = segment.ranges[seat.workload.kind]
    raise Refused(
        f"no address is left between {start} and {end} on network {segment.network}",
        hint="Widen the range or the subnet.",
    ).about(*seat.workload)
