# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Completes networks by what is on the host: the two halves agree, and new subnets and bridges are nobody else's."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .._core.change import Address
from .._core.errors import EngineUnreachable, HostError, Refused
from .._core.order import Target
from . import subnets
from .address_plan import Segment
from .container_network import ContainerNetwork, default_bridge
from .network import AddressRange, Network
from .subnets import Occupied

Found = Mapping[Address, Any]
Source = Callable[[], Sequence[Occupied]]
VMS, CONTAINERS = "network", "container_network"


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """``sources`` tell which subnets are in use, ``has_bridge`` whether the host has an interface of that name.

    They are asked only when a network is to be made or moved. What the user left out is taken from what is there, so
    that it does not count as a difference.
    """

    sources: Sequence[Source]
    has_bridge: Callable[[str], bool]

    def __call__(self, targets: Sequence[Target], found: Found) -> list[Target]:
        """The targets with both halves of each network complete. Raises ``Refused`` for a subnet or bridge in use."""
        networks = {t.asked.name: t for t in targets if t.address.kind == VMS and not t.absent}
        halves = {t.asked.name: t for t in targets if t.address.kind == CONTAINERS and not t.absent}
        specs: dict[Address, Any] = {}
        chosen: list[Occupied] = []
        for name in {**networks, **halves}:
            segment = _Halves(name, networks.get(name), halves.get(name), found)
            try:
                if segment.moves():
                    segment.settle([*self._others(segment), *chosen])
                    self._check_bridge(segment)
                specs.update(segment.completed())
            except HostError as error:
                raise error.about(VMS if name in networks else CONTAINERS, name) from None
            if segment.subnet is not None:
                chosen.append(Occupied(subnets.Subnet(segment.subnet), Address(VMS, name)))
        return [dataclasses.replace(t, asked=specs.get(t.address, t.asked)) for t in targets]

    def _others(self, segment: _Halves) -> list[Occupied]:
        others: list[Occupied] = []
        for source in self.sources:
            with contextlib.suppress(EngineUnreachable):
                others += source()
        return [o for o in others if not segment.owns(o)]

    def _check_bridge(self, segment: _Halves) -> None:
        bridge = segment.bridge
        if bridge is not None and bridge not in segment.present_bridges and self.has_bridge(bridge):
            raise Refused(
                f"the host has an interface {bridge} already, which is not this network's",
                hint="Choose another name for the bridge, or remove that one.",
            )


class _Halves:
    """The two halves of one network, asked and found, and what they have in common."""

    def __init__(self, name: str, vms: Target | None, containers: Target | None, found: Found) -> None:
        self.name, self.vms, self.containers = name, vms, containers
        self.found: Network | None = found.get(Address(VMS, name)) if vms else None
        self.found_half: ContainerNetwork | None = (
            found.get(Address(CONTAINERS, name)) if containers else None
        )
        asked = [target.asked for target in (vms, containers) if target]
        present = [spec for spec in (self.found, self.found_half) if spec]
        self.wanted = asked[0].subnet
        self.there: str | None = present[0].subnet if present else None
        self.new = not present
        self.subnet: str | None = self.wanted or self.there
        bridges = [spec.bridge for spec in [*asked, *present] if spec.bridge]
        self.bridge: str | None = bridges[0] if bridges else (default_bridge(name) if vms else None)
        self.present_bridges = {spec.bridge for spec in present}
        self._asked_gateway: str | None = asked[0].gateway
        self._found_gateway: str | None = present[0].gateway if present else None

    def moves(self) -> bool:
        """Whether the host is to have a subnet or a bridge for it that it does not have yet."""
        moved = self.wanted is not None and self.wanted != self.there
        return self.new or moved or self.bridge not in self.present_bridges

    def owns(self, other: Occupied) -> bool:
        mine = {half.address for half in (self.vms, self.containers) if half}
        return other.address in mine or (other.bridge is not None and other.bridge in self.present_bridges)

    def settle(self, others: Iterable[Occupied]) -> None:
        """Chooses a subnet where there is none to be had otherwise; refuses one that others have."""
        others = list(others)
        if self.subnet is None and self.new:
            self.subnet = subnets.free_subnet(self.name, others)
        elif self.subnet is not None:
            subnets.check_free(self.subnet, others)

    def completed(self) -> dict[Address, Any]:
        specs: dict[Address, Any] = {}
        if self.vms:
            specs[self.vms.address] = self._network(self.vms.asked)
        if self.containers:
            specs[self.containers.address] = self._container_network(self.containers.asked)
        return specs

    @property
    def _gateway(self) -> str | None:
        if self._asked_gateway or self.subnet is None:
            return self._asked_gateway
        if self.subnet == self.there and self._found_gateway:
            return self._found_gateway
        return subnets.first_address(self.subnet)

    def _network(self, asked: Network) -> Network:
        subnet, gateway = self.subnet, self._gateway
        spec = dataclasses.replace(asked, subnet=subnet, gateway=gateway, bridge=self.bridge)
        if self.found is None:
            spec = dataclasses.replace(
                spec,
                mode=asked.mode or "nat",
                autostart=True if asked.autostart is None else asked.autostart,
            )
        moved = self.found is None or subnet != self.there
        if spec.dhcp is None and subnet and gateway and moved:
            spec = dataclasses.replace(spec, dhcp=_lower(asked, subnet, gateway))
        return spec.checked()

    def _container_network(self, asked: ContainerNetwork) -> ContainerNetwork:
        spec = dataclasses.replace(asked, subnet=self.subnet, gateway=self._gateway, bridge=self.bridge)
        moved = self.found_half is None or (self.subnet is not None and self.found_half.subnet != self.subnet)
        if self.vms is None:
            return (
                dataclasses.replace(spec, internal=bool(asked.internal)) if self.found_half is None else spec
            )
        mode = self.vms.asked.mode or (self.found.mode if self.found else "nat")
        if spec.ip_range is None and moved and self.subnet:
            dhcp = self.vms.asked.dhcp or (self.found.dhcp if self.found else None)
            upper = subnets.upper_block(self.subnet, (dhcp.start, dhcp.end) if dhcp else None)
            spec = dataclasses.replace(spec, ip_range=upper)
        return dataclasses.replace(spec, internal=mode == "isolated", masquerade=False)


def _lower(asked: Network, subnet: str, gateway: str) -> AddressRange:
    taken = asked.containers
    return AddressRange(*subnets.lower_range(subnet, gateway, (taken.start, taken.end) if taken else None))


def segments(targets: Sequence[Target], found: Found) -> dict[str, Segment]:
    """The address plan's view of completed networks; those without a subnet are left out."""
    result: dict[str, Segment] = {}
    for target in targets:
        if target.address.kind not in (VMS, CONTAINERS) or target.absent or target.asked.subnet is None:
            continue
        spec, present = target.asked, found.get(target.address)
        segment = result.setdefault(spec.name, Segment(spec.name, spec.subnet, spec.gateway, {}))
        if target.address.kind == VMS:
            dhcp = spec.dhcp or (present.dhcp if present else None)
            segment.ranges["vm"] = (
                (dhcp.start, dhcp.end) if dhcp else subnets.lower_range(spec.subnet, spec.gateway, None)
            )
        else:
            block = (
                spec.ip_range
                or (present.ip_range if present else None)
                or subnets.upper_block(spec.subnet, None)
            )
            segment.ranges["container"] = subnets.bounds(block, spec.subnet)
    return result
