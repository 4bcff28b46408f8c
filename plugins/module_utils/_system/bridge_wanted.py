# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bridge as the links that it takes: what each is to have, in the words of ``ip``."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from .._model.host_bridge import DHCP, HostBridge, StaticRoute, is_six
from .bridge_links import ADDED, ALL, STATIC, Links

Wanted = dict[str, Any]


def with_bridge(asked: HostBridge, kept: HostBridge, links: Links) -> Wanted:
    """The bridge and its ports. ``asked`` is what is compared, ``kept`` the whole of it."""
    ports = kept.ports or ()
    present = links.get(kept.name)
    bridge = {
        "kind": "bridge",
        "mac": kept.mac,
        "master": present["master"] if present else None,
        "up": True,
        "mtu": kept.mtu,
        "stp": asked.stp,
        "vlan_filtering": asked.vlan_filtering,
        "addresses": [_address(at) for at in asked.addresses or () if at != DHCP],
        "routes": [_way(route) for route in (*kept.defaults, *(kept.routes or ()))],
        "extent": ADDED if asked.addresses is None else STATIC,
    }
    return {
        # Ports come first: what they had goes to the bridge with what the bridge is to have.
        **{port: _port(links[port], kept) for port in ports},
        **{
            port: {**links[port], "master": None, "extent": ADDED}
            for port, link in links.items()
            if link["master"] == kept.name and port in _former(kept, asked)
        },
        kept.name: bridge,
    }


def with_leases(wanted: Wanted, kept: HostBridge, links: Links) -> Wanted:
    """The same with what DHCP gave to the ports, until the bridge has a lease of its own."""
    brought = [links[port] for port in kept.ports or () if kept.dhcp]
    bridge = wanted[kept.name]
    leased = {
        key: [held for link in brought for held in link[key] if held["dynamic"]]
        for key in ("addresses", "routes")
    }
    return {**wanted, kept.name: {**bridge, **{key: [*bridge[key], *leased[key]] for key in leased}}}


def without_bridge(kept: HostBridge, origin: Mapping[str, dict[str, Any]], links: Links) -> Wanted:
    """No bridge, and its ports with what they brought."""
    ports = [port for port in kept.ports or () if port in links]
    return {kept.name: None, **{port: _loose(links[port], origin.get(port, {})) for port in ports}}


def origin_of(link: Mapping[str, Any]) -> dict[str, Any]:
    """What a port is to have again when the bridge is gone; a lease would be out of date then."""
    kept = {key: [held for held in link[key] if not held["dynamic"]] for key in ("addresses", "routes")}
    return {"mtu": link["mtu"], **kept}


def _former(kept: HostBridge, asked: HostBridge) -> set[str]:
    """Ports that were asked for before."""
    return set(asked.former or ()) - set(kept.ports or ())


def _port(link: Mapping[str, Any], kept: HostBridge) -> dict[str, Any]:
    bare = {"addresses": [], "routes": [], "extent": ALL}
    return {**link, **bare, "master": kept.name, "up": True, "mtu": kept.mtu}


def _loose(link: Mapping[str, Any], origin: Mapping[str, Any]) -> dict[str, Any]:
    held: dict[str, Sequence[Any]] = {key: origin.get(key, ()) for key in ("addresses", "routes")}
    return {**link, **held, "master": None, "mtu": origin.get("mtu"), "extent": ADDED}


def _address(at: str) -> dict[str, Any]:
    words = [at]
    if is_six(at):
        words.append("nodad")
    elif ipaddress.ip_interface(at).network.prefixlen < 31:
        words += ["broadcast", "+"]
    return {"at": at, "words": words, "dynamic": False}


def _way(route: StaticRoute) -> dict[str, Any]:
    words = [route.to, *(["via", route.via] if route.via else ["scope", "link"])]
    words += ["metric", str(route.metric)] if route.metric else []
    return {
        "to": route.to,
        "via": route.via,
        "metric": route.metric,
        "dynamic": False,
        "words": [*words, "proto", "static"],
    }
