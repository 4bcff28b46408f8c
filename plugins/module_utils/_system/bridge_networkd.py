# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bridges that systemd-networkd keeps: files that go before those of others, whose own stay untouched."""

from __future__ import annotations

import glob
import ipaddress
import json
import os
import re
from collections.abc import Mapping
from typing import Any

from .._core.errors import Refused
from .._model.host_bridge import HostBridge
from .bridge_backend import Backend, Commands, Files, Resolver, answer, content

FOLDER = "/etc/systemd/network"
# A link that is pending may still turn out to be nobody's.
_MANAGED = ("configuring", "configured", "failed")
_CLIENT = re.compile(r"DHCP(?:v4|4) Client ID: IAID:(?P<iaid>0x[0-9a-f]+)/DUID")


class Networkd(Backend):
    """``10-hybrid-NAME.netdev``, ``10-hybrid-NAME.network``, and one more for each port."""

    name, nics_only = "networkd", False

    def manages(self, interface: str) -> bool:
        return _state(interface) in _MANAGED

    def resolver(self, interface: str) -> Resolver:
        told = json.loads(answer(["networkctl", "--json=short", "status", interface]) or "{}")
        written = {
            key: [row for row in told.get(key) or () if row.get("ConfigSource") == "static"]
            for key in ("DNS", "SearchDomains", "RouteDomains")
        }
        routed = [f"~{row['Domain']}" for row in written["RouteDomains"]]
        searched = [row["Domain"] for row in written["SearchDomains"]]
        return Resolver([_server(row) for row in written["DNS"]], [*searched, *routed])

    def check(self, bridge: HostBridge) -> None:
        if answer(["systemctl", "is-active", "systemd-networkd.service"]).strip() != "active":
            raise Refused(
                "persist: systemd-networkd does not run on this host",
                hint="Start it, or name what keeps the host's network.",
            )

    def files(self, bridge: HostBridge) -> Files:
        start = os.path.join(FOLDER, f"10-hybrid-{bridge.name}")
        return {
            f"{start}.netdev": _netdev(bridge),
            f"{start}.network": _network(bridge),
            **{f"{start}--{port}.network": _port(bridge, port) for port in bridge.ports or ()},
        }

    def written(self, name: str) -> Files:
        start = os.path.join(FOLDER, f"10-hybrid-{name}")
        paths = [
            f"{start}.netdev",
            f"{start}.network",
            *sorted(glob.glob(f"{glob.escape(start)}--*.network")),
        ]
        found = {path: content(path) for path in paths}
        return {path: text for path, text in found.items() if text is not None}

    def told(self, bridge: HostBridge) -> Commands:
        return [["networkctl", "reload"]]

    def taken(self, bridge: HostBridge) -> bool:
        # It configures as long as it has no lease.
        return _state(bridge.name) in (("configured",) if bridge.dhcp else ("configuring", "configured"))

    def forgotten(self, bridge: HostBridge) -> Commands:
        return [
            ["networkctl", "reload"],
            *(["networkctl", "reconfigure", port] for port in bridge.ports or ()),
        ]


def _server(told: Mapping[str, Any]) -> str:
    """As ``DNS=`` has it."""
    address = ipaddress.ip_address(bytes(told["Address"]))
    place = f"[{address}]" if address.version == 6 and told.get("Port") else str(address)
    port, name = told.get("Port"), told.get("ServerName")
    return place + (f":{port}" if port else "") + (f"#{name}" if name else "")


def _state(interface: str) -> str:
    words = answer(["networkctl", "--no-legend", "--no-pager", "list", interface]).split()
    return words[4] if words[4:] else ""


def iaid(interface: str) -> str | None:
    """What the interface's client of DHCP is known by, besides the host's DUID; None where that is its MAC."""
    found = _CLIENT.search(answer(["networkctl", "--no-pager", "--lines=0", "status", interface]))
    return found["iaid"] if found else None


def client(bridge: HostBridge) -> str:
    """The bridge's client of DHCP is for servers the one that the port had, so that it gets the same lease."""
    known = ["ClientIdentifier=duid", f"IAID={bridge.iaid}"] if bridge.iaid else ["ClientIdentifier=mac"]
    return _section("DHCPv4", known)


def _section(name: str, lines: list[str]) -> str:
    return "\n".join([f"[{name}]", *lines, ""]) if lines else ""


def _mtu(bridge: HostBridge) -> list[str]:
    return [f"MTUBytes={bridge.mtu}"] if bridge.mtu else []


def _netdev(bridge: HostBridge) -> str:
    device = [f"Name={bridge.name}", "Kind=bridge", *_mtu(bridge)]
    device += [f"MACAddress={bridge.mac}"] if bridge.mac else []
    settings = (("STP", bridge.stp), ("VLANFiltering", bridge.vlan_filtering))
    lines = [f"{key}={'yes' if value else 'no'}" for key, value in settings if value is not None]
    return "\n".join(filter(None, [_section("NetDev", device), _section("Bridge", lines)]))


def _network(bridge: HostBridge) -> str:
    lines = ["ConfigureWithoutCarrier=yes"]
    lines += ["DHCP=ipv4"] if bridge.dhcp else []
    lines += [f"Address={address}" for address in bridge.static]
    lines += [f"Gateway={gateway}" for gateway in (bridge.gateway, bridge.gateway6) if gateway]
    lines += [f"DNS={server}" for server in bridge.servers or ()]
    lines += [f"Domains={' '.join(bridge.domains)}"] if bridge.domains else []
    routes = []
    for route in bridge.routes or ():
        way = [f"Destination={route.to}"]
        way += [f"Gateway={route.via}"] if route.via else ["Scope=link"]
        way += [f"Metric={route.metric}"] if route.metric else []
        routes.append(_section("Route", way))
    lease = [client(bridge)] if bridge.dhcp else []
    parts = [_section("Match", [f"Name={bridge.name}"]), _section("Network", lines), *lease, *routes]
    return "\n".join(filter(None, parts))


def _port(bridge: HostBridge, port: str) -> str:
    match = _section("Match", [f"Name={port}"])
    network = _section("Network", [f"Bridge={bridge.name}", "LinkLocalAddressing=no"])
    return "\n".join(filter(None, [match, _section("Link", _mtu(bridge)), network]))
