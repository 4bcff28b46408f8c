# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a bridge is to be: what is asked, with what was asked before, and with what its ports bring along."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Sequence
from typing import Any

from .._core.errors import Refused
from .._model.host_bridge import DHCP, HostBridge, StaticRoute, is_six
from .bridge_links import DEFAULTS, Links

# What is no device of the machine has a kind; one end of a veth is the NIC of a host in a namespace.
_NICS = (None, "veth")


def observed(name: str, links: Links, kept: HostBridge | None) -> HostBridge | None:
    """The bridge as the kernel has it; ``kept`` is what this collection remembers of it.

    Raises ``Refused`` where an interface of that name is no bridge.
    """
    link = links.get(name)
    if link is None:
        return None
    if link["kind"] != "bridge":
        raise Refused("is an interface of this host, and no bridge", hint="Choose another name.").about(
            "host_bridge", name
        )
    ports = [port for port, other in links.items() if other["master"] == name]
    above = [upper for upper, other in links.items() if other["below"] == name]
    ours = (kept.ports if kept else None) or ()
    gateways = {way["to"]: way["via"] for way in link["routes"] if way["to"] in DEFAULTS}
    return HostBridge(
        name=name,
        ports=tuple(port for port in ports if port in ours),
        others=(*(port for port in ports if port not in ours), *above) or None,
        addresses=_addresses([link]),
        gateway=gateways.get("default"),
        gateway6=gateways.get("::/0"),
        routes=_routes([link]) or None,
        vlan_filtering=link["vlan_filtering"],
        stp=link["stp"],
        mtu=link["mtu"],
        persist=kept.persist if kept else None,
        mac=link["mac"],
        managed=kept is not None,
        kept=kept,
    )


def _check_ports(name: str, ports: Sequence[str], links: Links) -> None:
    """Raises ``Refused`` for a port that the host does not have, or that is another bridge's."""
    for port in ports:
        link = links.get(port)
        if link is None:
            raise Refused(f"ports: this host has no interface {port}", hint="Correct the name.")
        if link["kind"] == "bridge":
            raise Refused(f"ports: {port} is a bridge itself", hint="Name the interface below it.")
        if link["master"] not in (None, name):
            raise Refused(
                f"ports: {port} is a port of {link['master']}", hint=f"Take it out of {link['master']} first."
            )


def check_nics(kept: HostBridge, links: Links) -> None:
    """Raises ``Refused`` for a port that some daemon has to make first."""
    for port in kept.ports or ():
        kind = links[port]["kind"]
        if kind not in _NICS:
            raise Refused(
                f"ports: {port} is a {kind}, and persist: {kept.persist} takes NICs only",
                hint="Name a NIC, or write persist: networkd where that runs.",
            )


def whole(asked: HostBridge, found: HostBridge | None, links: Links) -> HostBridge:
    """What is to be kept: of options that are left out, what was asked before; of addresses, those of the ports.

    Raises ``Refused`` where one of the ports cannot be one.
    """
    before = (found.kept if found else None) or HostBridge(name=asked.name)
    foreign = found if found is not None and found.managed is False else None

    def last(option: str) -> Any:
        value = getattr(asked, option)
        return getattr(before, option) if value is None else value

    ports = last("ports") or ()
    _check_ports(asked.name, ports, links)
    brought = [links[port] for port in ports]
    addresses = asked.addresses
    if addresses is None:
        parts = (before.addresses, foreign.addresses if foreign else None, _addresses(brought))
        addresses = tuple(dict.fromkeys(address for part in parts for address in part or ()))
    bridge = dataclasses.replace(
        before,
        ports=ports,
        addresses=addresses,
        mac=_mac(before, found, brought),
        **{option: last(option) for option in ("vlan_filtering", "stp", "mtu", "persist")},
    )
    gateways: dict[str, Any] = {
        option: _gateway(bridge, last(option) or getattr(foreign, option, None), brought, to)
        for option, to in (("gateway", "default"), ("gateway6", "::/0"))
    }
    routes = dict.fromkeys(
        [*(before.routes or ()), *(foreign.routes or () if foreign else ()), *_routes(brought)]
    )
    reached = tuple(route for route in routes if route.via is None or bridge.reaches(route.via))
    return dataclasses.replace(bridge, **gateways, routes=reached or None)


def compared(asked: HostBridge, found: HostBridge | None, kept: HostBridge) -> HostBridge:
    """What of it is held against the bridge that is there. Addresses that nobody asked for stay."""
    addresses = asked.addresses
    if addresses is None and kept.addresses:
        present = found.addresses if found is not None else None
        addresses = tuple(dict.fromkeys([*kept.addresses, *(present or ())]))
    moved = {option: getattr(kept, option) for option in ("gateway", "gateway6", "routes", "persist")}
    return dataclasses.replace(asked, addresses=addresses, **moved, kept=kept)


def _mac(before: HostBridge, found: HostBridge | None, brought: Sequence[dict[str, Any]]) -> str | None:
    """Its first port's, so that the LAN's other machines and its DHCP server see the host that they know."""
    if before.mac or (found is not None and found.mac):
        return before.mac or (found.mac if found else None)
    return brought[0]["mac"] if brought else None


def _gateway(bridge: HostBridge, known: str | None, brought: Sequence[dict[str, Any]], to: str) -> str | None:
    vias = [
        way["via"] for link in brought for way in link["routes"] if way["to"] == to and not way["dynamic"]
    ]
    candidates = [via for via in (known, *vias) if via]
    return next((via for via in candidates if bridge.reaches(via)), None)


def _addresses(links: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    held = [address for link in links for address in link["addresses"]]
    static = [str(ipaddress.ip_interface(address["at"])) for address in held if not address["dynamic"]]
    leased = any(address["dynamic"] and not is_six(address["at"]) for address in held)
    return (*static, *([DHCP] if leased else []))


def _routes(links: Sequence[dict[str, Any]]) -> tuple[StaticRoute, ...]:
    ways = [
        way for link in links for way in link["routes"] if not way["dynamic"] and way["to"] not in DEFAULTS
    ]
    return tuple(StaticRoute(way["to"], way["via"], way["metric"]) for way in ways)
