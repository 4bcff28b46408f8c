# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bridges that netplan keeps, whichever daemon it feeds: one file, read after all others."""

from __future__ import annotations

import json
from typing import Any

from .._core.errors import Refused
from .._model.host_bridge import HostBridge
from . import bridge_networkd
from .bridge_backend import Backend, Commands, Files, answer, content
from .bridge_networkd import Networkd, client
from .bridge_networkmanager import Profiles

FOLDER = "/etc/netplan"


class Netplan(Backend):
    """``99-hybrid-NAME.yaml``, written as JSON, which is YAML."""

    name = "netplan"

    def manages(self, interface: str) -> bool:
        return answer(["netplan", "get", f"ethernets.{interface}"]).strip() not in ("", "null")

    def check(self, bridge: HostBridge) -> None:
        if not answer(["netplan", "get"]).strip():
            raise Refused("persist: this host has no netplan", hint="Name what keeps the host's network.")
        if bridge.vlan_filtering is not None:
            raise Refused(
                "vlan_filtering: netplan has no word for it", hint="Leave it out, or write persist: networkd."
            )
        for port in bridge.ports or ():
            found = answer(["netplan", "get", f"ethernets.{port}.addresses"]).strip()
            if found not in ("", "null", "[]"):
                # Netplan joins the lists of all its files, so that ours could not take an address from the port.
                raise Refused(
                    f"netplan gives {port} addresses of its own: {' '.join(found.split())}",
                    hint=f"Take {port} out of {FOLDER}, or write persist: networkd.",
                )

    def files(self, bridge: HostBridge) -> Files:
        ports = {port: _port(bridge) for port in bridge.ports or ()}
        tree: dict[str, Any] = {"version": 2, "bridges": {bridge.name: _bridge(bridge)}}
        if ports:
            tree["ethernets"] = ports
        # Netplan has no word for an IAID, and no file either where another daemon than networkd reads it.
        lease = {_lease_path(bridge.name): client(bridge)} if bridge.dhcp and bridge.iaid else {}
        return {_path(bridge.name): json.dumps({"network": tree}, indent=2) + "\n", **lease}

    def written(self, name: str) -> Files:
        found = {path: content(path) for path in (_path(name), _lease_path(name))}
        return {path: text for path, text in found.items() if text is not None}

    def mode(self, path: str) -> int:
        """Netplan's may hold secrets; networkd reads its own as another user."""
        return 0o600 if path.startswith(FOLDER) else 0o644

    def told(self, bridge: HostBridge) -> Commands:
        return [["netplan", "apply"]]

    def taken(self, bridge: HostBridge) -> bool:
        return Networkd().taken(bridge) or Profiles().manages(bridge.name)

    def forgotten(self, bridge: HostBridge) -> Commands:
        return [["netplan", "apply"]]


def _path(name: str) -> str:
    return f"{FOLDER}/99-hybrid-{name}.yaml"


def _lease_path(name: str) -> str:
    """What is added to the file that netplan makes for networkd."""
    return f"{bridge_networkd.FOLDER}/10-netplan-{name}.network.d/hybrid.conf"


def _mtu(bridge: HostBridge) -> dict[str, Any]:
    return {"mtu": bridge.mtu} if bridge.mtu else {}


def _port(bridge: HostBridge) -> dict[str, Any]:
    return {"dhcp4": False, "dhcp6": False, "accept-ra": False, **_mtu(bridge)}


def _bridge(bridge: HostBridge) -> dict[str, Any]:
    routes = [
        {
            "to": route.to,
            **({"via": route.via} if route.via else {"scope": "link"}),
            **({"metric": route.metric} if route.metric else {}),
        }
        for route in (*bridge.defaults, *(bridge.routes or ()))
    ]
    tree: dict[str, Any] = {"interfaces": list(bridge.ports or ()), "dhcp4": bridge.dhcp, **_mtu(bridge)}
    if bridge.mac:
        tree["macaddress"] = bridge.mac
    if bridge.static:
        tree["addresses"] = list(bridge.static)
    if routes:
        tree["routes"] = routes
    names = {"addresses": list(bridge.servers or ()), "search": list(bridge.domains or ())}
    if any(names.values()):
        tree["nameservers"] = {key: values for key, values in names.items() if values}
    # Netplan has STP on by itself, where the kernel has not.
    return {**tree, "parameters": {"stp": bridge.stp or False}}
