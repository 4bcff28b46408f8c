# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two halves of one network, made to agree with each other and with what is there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from .._core.change import Address
from .._core.errors import Refused
from .._core.order import Target
from . import subnets
from .container_network import ContainerNetwork, default_bridge
from .network import AddressRange, Network
from .network_mode import OWN
from .subnets import Lan, Occupied

Found = Mapping[Address, Any]
VMS, CONTAINERS = "network", "container_network"
_ON_LAN = ("bridge", "direct")


class Halves:
    """The halves, asked and found, and what they have in common.

    ``interface`` is that of the host which a network is on that has no bridge of its own.
    """

    def __init__(self, name: str, vms: Target | None, containers: Target | None, found: Found) -> None:
        self.name, self.vms, self.containers = name, vms, containers
        self.found: Network | None = found.get(Address(VMS, name)) if vms else None
        self.found_half: ContainerNetwork | None = (
            found.get(Address(CONTAINERS, name)) if containers else None
        )
        asked = [target.asked for target in (vms, containers) if target]
        self.mode = self._mode()
        # What is on a LAN has the LAN's addresses, and leaves them there when it is to be elsewhere.
        on_lan = self.mode in _ON_LAN
        if self.found_half is not None and _is_on_lan(self.found_half) != on_lan:
            self.found_half = None
        there = [spec for spec in (self.found, self.found_half) if spec]
        present = [spec for spec in there if _is_on_lan(spec) == on_lan]
        self.new = not present
        self.wanted, self.wanted6 = asked[0].subnet, asked[0].subnet6
        self.there: str | None = next((spec.subnet for spec in present if spec.subnet), None)
        self.there6: str | None = next((spec.subnet6 for spec in present if spec.subnet6), None)
        self.subnet: str | None = self.wanted or self.there
        bridges = [spec.bridge for spec in [*asked, *present] if spec.bridge]
        self.bridge: str | None = bridges[0] if bridges else None
        if self.bridge is None and vms is not None and self.mode in OWN:
            self.bridge = default_bridge(name)
        self.present_bridges = {spec.bridge for spec in present}
        self.interface = self._interface(asked, present)
        self._lan: Lan | None = None
        self._asked_gateway: str | None = asked[0].gateway
        self._found_gateway: str | None = next((spec.gateway for spec in present if spec.gateway), None)

    def _mode(self) -> str:
        if self.vms is not None:
            return self.vms.asked.mode or (self.found.mode if self.found and self.found.mode else "nat")
        halves = self._container_halves()
        driver = next((half.driver for half in halves if half.driver), "bridge")
        if driver == "bridge":
            hands_off = next((half.hands_off for half in halves if half.hands_off is not None), False)
            return "bridge" if hands_off else "nat"
        return "overlay" if driver == "overlay" else "direct"

    def _container_halves(self) -> list[ContainerNetwork]:
        asked = [self.containers.asked] if self.containers else []
        return [*asked, *([self.found_half] if self.found_half else [])]

    def _interface(self, asked: list[Any], present: list[Any]) -> str | None:
        if self.mode == "bridge":
            return self.bridge
        parents = [
            getattr(spec, "uplink", None) or getattr(spec, "parent", None) for spec in [*asked, *present]
        ]
        return next(filter(None, parents), None) if self.mode == "direct" else None

    @property
    def _shared(self) -> bool:
        """Whether containers are on the bridge itself."""
        return next((half.driver for half in self._container_halves() if half.driver), "bridge") == "bridge"

    @property
    def _comes(self) -> bool:
        """Whether the half of containers is still to be made, where it is to be."""
        return self.containers is not None and self.found_half is None

    def moves(self) -> bool:
        """Whether the host is to have a half, a subnet or a bridge for it that it does not have yet."""
        grows = (self.vms is not None and self.found is None) or self._comes
        moved = self.wanted is not None and self.wanted != self.there
        moved6 = self.wanted6 is not None and self.wanted6 != self.there6
        return (
            grows or moved or moved6 or (self.bridge is not None and self.bridge not in self.present_bridges)
        )

    def owns(self, other: Occupied) -> bool:
        """Whether a subnet that is in use is this network's own."""
        mine = {half.address for half in (self.vms, self.containers) if half}
        there = {*self.present_bridges, self.interface} - {None}
        return other.address in mine or other.bridge in there

    def join(self, lan: Lan | None) -> None:
        """Takes the subnet and the router from what the host's interface is on, if it is on one. Raises ``Refused``."""
        self._lan = lan
        if self.containers is None:
            return
        if self.subnet is None and lan is not None:
            self.subnet = lan.subnet
        if self.subnet is None:
            raise Refused(
                f"the host has no address on {self.interface}, so the subnet there is not known",
                hint="Write subnet.",
            )
        self._check_own6(self.containers.asked, lan)
        if self._comes and self.containers.asked.ip_range is None:
            raise Refused(
                f"which addresses of {self.subnet} are for containers is not known",
                hint="Write containers, a range that the DHCP server there does not give out, or set attach to vms.",
            )

    def _check_own6(self, asked: ContainerNetwork, lan: Lan | None) -> None:
        """Docker gives a bridge the gateway's IPv6 address, which would be another's there."""
        if self.mode != "bridge" or not self._shared or asked.subnet6 is None:
            return
        own = [address for address in lan.own6 if subnets.is_usable(address, asked.subnet6)] if lan else []
        if asked.gateway6 not in own and (asked.gateway6 or not own):
            raise Refused(
                f"containers need a router of {asked.subnet6} that is the host itself on {self.interface}",
                hint="Leave gateway6 out, and give the host an address of subnet6 there.",
            )

    def settle(self, others: Iterable[Occupied]) -> None:
        """Chooses a subnet where there is none to be had otherwise; refuses one that others have."""
        others = list(others)
        if self.subnet is not None:
            subnets.check_free(self.subnet, others)
        elif self.new and self.interface is None:
            self.subnet = subnets.free_subnet(self.name, others)
        if self.wanted6 is not None and self.interface is None:
            subnets.check_free(self.wanted6, others)

    def occupied(self) -> list[Occupied]:
        """The subnets that no other network can have from here on."""
        mine = [subnet for subnet in (self.subnet, self.wanted6 or self.there6) if subnet is not None]
        return [Occupied(subnets.any_subnet(subnet), Address(VMS, self.name)) for subnet in mine]

    def completed(self) -> dict[Address, Any]:
        """What both are asked to be, with all that the user left out."""
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
        if self._lan is not None and self._lan.subnet == self.subnet:
            # What is on an interface by macvlan does not reach the host's own address there.
            own = self._lan.address if self._shared else None
            return self._lan.router or own or subnets.first_address(self.subnet)
        return subnets.first_address(self.subnet)

    def _gateway6(self, asked: Any, present: Any) -> str | None:
        given: str | None = asked.gateway6
        if given or asked.subnet6 is None:
            return given
        if present is not None and present.subnet6 == asked.subnet6 and present.gateway6:
            return str(present.gateway6)
        if self.mode == "bridge" and self._shared and self._lan is not None:
            return next((own for own in self._lan.own6 if subnets.is_usable(own, asked.subnet6)), None)
        return subnets.first_address(asked.subnet6)

    def _network(self, asked: Network) -> Network:
        spec = asked
        if self.found is None:
            spec = dataclasses.replace(
                spec,
                mode=asked.mode or "nat",
                autostart=True if asked.autostart is None else asked.autostart,
            )
        if self.mode not in OWN:
            # What is on the host's interface is that one's network: libvirt has no address there.
            return dataclasses.replace(spec, subnet=None, gateway=None, subnet6=None, gateway6=None)
        subnet, gateway, gateway6 = self.subnet, self._gateway, self._gateway6(asked, self.found)
        spec = dataclasses.replace(
            spec, subnet=subnet, gateway=gateway, gateway6=gateway6, bridge=self.bridge
        )
        moved = self.found is None or subnet != self.there
        if spec.dhcp is None and subnet and gateway and moved:
            spec = dataclasses.replace(spec, dhcp=_lower(asked, subnet, gateway))
        return spec.checked()

    def _container_network(self, asked: ContainerNetwork) -> ContainerNetwork:
        spec = dataclasses.replace(
            asked,
            subnet=self.subnet,
            gateway=self._gateway,
            gateway6=self._gateway6(asked, self.found_half),
            bridge=self.bridge if self._shared else None,
        )
        if self.vms is None or self.mode not in OWN:
            started = spec.internal is None and self.found_half is None and self.mode in OWN
            return dataclasses.replace(spec, internal=False) if started else spec
        moved = self.found_half is None or (self.subnet is not None and self.found_half.subnet != self.subnet)
        if spec.ip_range is None and moved and self.subnet:
            dhcp = self.vms.asked.dhcp or (self.found.dhcp if self.found else None)
            upper = subnets.upper_block(self.subnet, (dhcp.start, dhcp.end) if dhcp else None)
            spec = dataclasses.replace(spec, ip_range=upper)
        return dataclasses.replace(spec, internal=self.mode == "isolated", masquerade=False, waits=True)


def _lower(asked: Network, subnet: str, gateway: str) -> AddressRange:
    taken = asked.containers
    return AddressRange(*subnets.lower_range(subnet, gateway, (taken.start, taken.end) if taken else None))


def _is_on_lan(spec: Network | ContainerNetwork) -> bool:
    if isinstance(spec, Network):
        return spec.mode in _ON_LAN
    return bool(spec.hands_off) or spec.driver in ("macvlan", "ipvlan")
