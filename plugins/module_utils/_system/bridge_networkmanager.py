# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bridges that NetworkManager keeps: profiles that it prefers to those that the ports have had."""

from __future__ import annotations

import glob
import os
import re
import uuid

from .._core.errors import Refused
from .._model.host_bridge import HostBridge, StaticRoute, is_six
from .bridge_backend import Backend, Commands, Files, Resolver, answer, content

FOLDER = "/etc/NetworkManager/system-connections"
_SPACE = uuid.UUID("7d4f4c0e-6c4b-5f0e-9a53-1f6d2b1c9e10")
# Above every profile of a user who says nothing of priorities.
_PREFERRED = "autoconnect-priority=100"
_WAIT = ("nmcli", "--wait", "20")


class Profiles(Backend):
    """``hybrid-NAME.nmconnection``, and one more for each port."""

    name = "networkmanager"

    def manages(self, interface: str) -> bool:
        told = answer(["nmcli", "-t", "-f", "DEVICE,STATE", "device"])
        states = dict(line.rpartition(":")[::2] for line in told.splitlines())
        return states.get(interface, "unmanaged") not in (
            "unmanaged",
            "unavailable",
            "connected (externally)",
        )

    def resolver(self, interface: str) -> Resolver:
        profile = _active(interface)
        fields = ",".join(f"{family}.{key}" for key in ("dns", "dns-search") for family in ("ipv4", "ipv6"))
        told = answer(["nmcli", "-t", "-e", "no", "-f", fields, "connection", "show", "uuid", profile])
        found: dict[str, list[str]] = {"dns": [], "dns-search": []}
        for line in told.splitlines():
            field, _colon, values = line.partition(":")
            found[field.partition(".")[2]] += filter(None, re.split(r"[,;|\s]+", values))
        return Resolver(*found.values())

    def check(self, bridge: HostBridge) -> None:
        if answer(["nmcli", "-t", "-f", "RUNNING", "general"]).strip() != "running":
            raise Refused(
                "persist: NetworkManager does not run on this host",
                hint="Start it, or name what keeps the host's network.",
            )

    def files(self, bridge: HostBridge) -> Files:
        ports = {_path(bridge.name, port): _port(bridge, port) for port in bridge.ports or ()}
        return {_path(bridge.name): _bridge(bridge), **ports}

    def written(self, name: str) -> Files:
        paths = [_path(name), *sorted(glob.glob(_path(glob.escape(name), "*")))]
        found = {path: content(path) for path in paths}
        return {path: text for path, text in found.items() if text is not None}

    def mode(self, path: str) -> int:
        return 0o600

    def told(self, bridge: HostBridge) -> Commands:
        profiles = [_uuid(bridge.name), *(_uuid(bridge.name, port) for port in bridge.ports or ())]
        ups = [[*_WAIT, "connection", "up", "uuid", profile] for profile in profiles]
        return [["nmcli", "connection", "reload"], *ups]

    def forgotten(self, bridge: HostBridge) -> Commands:
        return [
            ["nmcli", "connection", "reload"],
            *(_earlier(bridge.name, port) for port in bridge.ports or ()),
        ]


def _active(interface: str) -> str:
    return answer(["nmcli", "-g", "GENERAL.CON-UUID", "device", "show", interface]).strip()


def _earlier(bridge: str, port: str) -> list[str]:
    """What gives a port the profile that it has now, or the best one where that is to go with the bridge."""
    active = _active(port)
    if active and active != _uuid(bridge, port):
        return [*_WAIT, "connection", "up", "uuid", active, "ifname", port]
    return [*_WAIT, "device", "connect", port]


def _path(bridge: str, port: str = "") -> str:
    return os.path.join(FOLDER, f"hybrid-{bridge}{'--' if port else ''}{port}.nmconnection")


def _uuid(bridge: str, port: str = "") -> str:
    return str(uuid.uuid5(_SPACE, f"{bridge}/{port}"))


def _sections(**sections: list[str]) -> str:
    written = [(name, lines) for name, lines in sections.items() if lines]
    return "\n".join(f"[{name}]\n" + "\n".join([*lines, ""]) for name, lines in written)


def _bridge(bridge: HostBridge) -> str:
    # NetworkManager has STP on by itself, where the kernel has not.
    settings = (("stp", bridge.stp or False), ("vlan-filtering", bridge.vlan_filtering))
    lines = [f"{key}={str(value).lower()}" for key, value in settings if value is not None]
    return _sections(
        connection=[
            f"id=hybrid-{bridge.name}",
            f"uuid={_uuid(bridge.name)}",
            "type=bridge",
            f"interface-name={bridge.name}",
            _PREFERRED,
            "autoconnect-slaves=1",
        ],
        ethernet=[f"mtu={bridge.mtu}"] if bridge.mtu else [],
        bridge=[*([f"mac-address={bridge.mac}"] if bridge.mac else []), *lines],
        ipv4=_addresses(bridge, six=False),
        ipv6=_addresses(bridge, six=True),
    )


def _addresses(bridge: HostBridge, *, six: bool) -> list[str]:
    own = [address for address in bridge.static if is_six(address) == six]
    gateway = bridge.gateway6 if six else bridge.gateway
    routes = [route for route in bridge.routes or () if is_six(route.to) == six]
    method = "auto" if six or bridge.dhcp else "manual" if own else "disabled"
    lines = [f"method={method}", *(f"address{number}={address}" for number, address in enumerate(own, 1))]
    lines += [f"gateway={gateway}"] if gateway else []
    # A family that is disabled may have none.
    if method != "disabled":
        servers = [server for server in bridge.servers or () if is_six(server) == six]
        lists = (("dns", servers), ("dns-search", bridge.domains or ()))
        lines += [f"{key}={';'.join(values)};" for key, values in lists if values]
    return [*lines, *(f"route{number}={_way(route, six=six)}" for number, route in enumerate(routes, 1))]


def _way(route: StaticRoute, *, six: bool) -> str:
    via = route.via or ("::" if six else "0.0.0.0")
    return f"{route.to},{via}" + (f",{route.metric}" if route.metric else "")


def _port(bridge: HostBridge, port: str) -> str:
    return _sections(
        connection=[
            f"id=hybrid-{bridge.name}-{port}",
            f"uuid={_uuid(bridge.name, port)}",
            "type=ethernet",
            f"interface-name={port}",
            _PREFERRED,
            f"master={bridge.name}",
            "slave-type=bridge",
        ],
        ethernet=[f"mtu={bridge.mtu}"] if bridge.mtu else [],
    )
