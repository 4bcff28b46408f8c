# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bridges of the host itself, as users describe them and as the host has them."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Mapping
from typing import Any

from .._core.errors import HostError, InvalidSpec
from .._core.field import Compare, Disruption, field, hidden, reported
from .names import checked_bridge
from .quantity import duration
from .subnets import parse_address

DHCP = "dhcp"
# A switch that speaks STP blocks a port for twice its forward delay, of 15 s.
LEAST_SECONDS, STP_SECONDS, MOST_SECONDS = 10, 45, 3600


@dataclasses.dataclass(frozen=True)
class StaticRoute:
    """A way of the host's, through a bridge; a destination alone is on the link itself."""

    to: str
    via: str | None = None
    metric: int | None = None

    def __str__(self) -> str:
        via = f" via {self.via}" if self.via else ""
        return f"{self.to}{via}" + (f" metric {self.metric}" if self.metric else "")


@dataclasses.dataclass(frozen=True)
class HostBridge:
    """A bridge. ``addresses`` are in CIDR notation, or the word ``dhcp``; ``files`` are what keeps it over a start.

    ``others`` are ports that nobody asked this collection for, and interfaces above the bridge: those of workloads.
    ``managed`` is false where somebody else made the bridge, ``adopted`` true where it was taken over from them.
    ``former`` are the ports that were asked for before, ``gone`` is what is only written. By ``iaid``, besides the
    host's own DUID, DHCP servers know the host; without it they know it by the MAC.
    ``servers`` and ``domains`` are what is written of DNS for the ports, and not what came by DHCP.
    ``kept`` is the whole of what is asked now and was asked before, by which ``files`` are made.
    """

    name: str
    state: str = "present"
    ports: tuple[str, ...] | None = field(Disruption.LIVE, Compare.SET)
    addresses: tuple[str, ...] | None = field(Disruption.LIVE, Compare.SET)
    gateway: str | None = field(Disruption.LIVE)
    gateway6: str | None = field(Disruption.LIVE)
    routes: tuple[StaticRoute, ...] | None = field(Disruption.LIVE, Compare.SUBSET)
    vlan_filtering: bool | None = field(Disruption.LIVE)
    stp: bool | None = field(Disruption.LIVE)
    mtu: int | None = field(Disruption.LIVE)
    persist: str | None = field()
    files: dict[str, str] | None = field()
    mac: str | None = reported()
    others: tuple[str, ...] | None = reported()
    managed: bool | None = reported()
    servers: tuple[str, ...] | None = hidden()
    domains: tuple[str, ...] | None = hidden()
    iaid: str | None = hidden()
    adopted: bool | None = hidden()
    former: tuple[str, ...] | None = hidden()
    gone: bool | None = hidden()
    kept: HostBridge | None = hidden()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> HostBridge:
        """Of the module's options. Raises ``InvalidSpec``."""
        name = params["name"]
        try:
            checked_bridge(name, "name")
            return cls._parsed(name, params)
        except HostError as error:
            raise error.about("host_bridge", name) from None

    @classmethod
    def _parsed(cls, name: str, params: Mapping[str, Any]) -> HostBridge:
        persist, gateway, gateway6 = (params.get(option) for option in ("persist", "gateway", "gateway6"))
        return cls(
            name=name,
            state=params.get("state") or "present",
            ports=_ports(name, params.get("ports")),
            addresses=_addresses(params.get("addresses")),
            gateway=parse_address(gateway, "gateway") if gateway is not None else None,
            gateway6=parse_address(gateway6, "gateway6", 6) if gateway6 is not None else None,
            vlan_filtering=params.get("vlan_filtering"),
            stp=params.get("stp"),
            mtu=_mtu(params.get("mtu")),
            persist=None if persist in (None, "auto") else persist,
        ).checked()

    def checked(self) -> HostBridge:
        """Itself. Raises ``InvalidSpec`` where a gateway is in none of the subnets that are written."""
        for option, gateway in (("gateway", self.gateway), ("gateway6", self.gateway6)):
            if gateway and self.addresses is not None and not self.reaches(gateway):
                raise InvalidSpec(
                    f"{option}: {gateway} is in no subnet of addresses", hint="Correct one of the two."
                )
        return self

    def reaches(self, router: str) -> bool:
        """Whether a router is on the link: a link-local one always is, and what DHCP gives is not known."""
        address = ipaddress.ip_address(router)
        if address.is_link_local or (address.version == 4 and DHCP in (self.addresses or ())):
            return True
        return any(address in ipaddress.ip_interface(own).network for own in self.static)

    @property
    def static(self) -> tuple[str, ...]:
        """The addresses without the word ``dhcp``."""
        return tuple(address for address in self.addresses or () if address != DHCP)

    @property
    def dhcp(self) -> bool:
        """Whether an address comes by DHCP."""
        return DHCP in (self.addresses or ())

    @property
    def defaults(self) -> tuple[StaticRoute, ...]:
        """The two gateways as routes."""
        ways = (("default", self.gateway), ("::/0", self.gateway6))
        return tuple(StaticRoute(to, via) for to, via in ways if via)


def rollback_seconds(params: Mapping[str, Any]) -> float:
    """Of the option. Raises ``InvalidSpec`` where it is too short for a change that works, or beyond an hour."""
    seconds = duration(params["rollback_timeout"], "rollback_timeout") or 0
    least = STP_SECONDS if params.get("stp") else LEAST_SECONDS
    if least <= seconds <= MOST_SECONDS:
        return seconds
    why = ", since stp keeps a new port silent for 30 s" if params.get("stp") else ""
    raise InvalidSpec(
        f"rollback_timeout: {seconds:g} s is out of range", hint=f"Write {least} to {MOST_SECONDS} s{why}."
    ).about("host_bridge", params["name"])


def is_six(value: str) -> bool:
    """Whether an address, or a subnet, is of IPv6."""
    return ":" in value


def _ports(bridge: str, ports: list[str] | None) -> tuple[str, ...] | None:
    if ports is None:
        return None
    for port in ports:
        checked_bridge(port, "ports")
        if port in (bridge, "lo"):
            raise InvalidSpec(f"ports: {port} cannot be a port of {bridge}", hint="Name an interface.")
    if len(set(ports)) < len(ports):
        raise InvalidSpec("ports: one is written twice", hint="Keep one of the two.")
    return tuple(ports)


def _addresses(addresses: list[str] | None) -> tuple[str, ...] | None:
    return None if addresses is None else tuple(dict.fromkeys(_address(text) for text in addresses))


def _address(text: str) -> str:
    if text == DHCP:
        return text
    hint = "Write it with its prefix, as 10.77.0.2/24 or fd00:77::2/64, or write dhcp."
    try:
        interface = ipaddress.ip_interface(text)
    except ValueError as error:
        raise InvalidSpec(f"addresses: {text!r} is not an address", cause=str(error), hint=hint) from None
    if "/" not in text:
        raise InvalidSpec(f"addresses: {text!r} has no prefix", hint=hint)
    return str(interface)


def _mtu(value: int | None) -> int | None:
    if value is not None and not 68 <= value <= 65535:
        raise InvalidSpec(f"mtu: {value} is out of range", hint="Write one from 68 to 65535.")
    return value
