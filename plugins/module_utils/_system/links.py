# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host's network interfaces and routes, as the kernel shows them."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
from typing import Any

from .._core.change import Address
from .._core.errors import ApplyFailed
from .._model.subnets import Lan, Occupied
from .command import run


def has_interface(name: str) -> bool:
    """Whether the host has an interface of that name."""
    return any(link["ifname"] == name for link in _links())


def loose_interfaces(prefix: str) -> dict[int, str]:
    """The interfaces of that prefix which are no port of any bridge, by index."""
    return {
        int(link["ifindex"]): str(link["ifname"])
        for link in _links()
        if link["ifname"].startswith(prefix) and "master" not in link
    }


def attach(interface: str, bridge: str) -> None:
    """Makes an interface a port of the bridge, and brings it up."""
    run(
        ["ip", "link", "set", "dev", interface, "master", bridge, "up"],
        tried=f"attach {interface} to bridge {bridge}",
    )


def ports(bridge: str) -> list[str]:
    """The interfaces that are ports of a bridge."""
    return [str(link["ifname"]) for link in _links() if link.get("master") == bridge]


def addresses(interface: str) -> list[str]:
    """The IPv4 addresses of an interface."""
    shown = _read(["ip", "-json", "-4", "address", "show", "dev", interface], "read the host's addresses")
    return [str(info["local"]) for link in shown for info in link.get("addr_info", ())]


def rename(interface: str, name: str) -> None:
    """Gives an interface another name; it is down afterwards, since only such a one takes a name."""
    for change in (["down"], ["name", name]):
        run(["ip", "link", "set", "dev", interface, *change], tried=f"rename {interface} to {name}")


def bring_up(interface: str) -> None:
    """Brings an interface up."""
    run(["ip", "link", "set", "dev", interface, "up"], tried=f"bring {interface} up")


def delete(interface: str) -> None:
    """Deletes an interface; the ports of a bridge stay, loose."""
    run(["ip", "link", "delete", "dev", interface], tried=f"delete {interface}")


def peers(pid: int) -> dict[str, int]:
    """For the interfaces in a process's network namespace: MAC to the index of the other end. Empty if unknown.

    Containers have a /sys of their own namespace.
    """
    folder = f"/proc/{pid}/root/sys/class/net"
    found: dict[str, int] = {}
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            found[_line(f"{folder}/{name}/address")] = int(_line(f"{folder}/{name}/iflink"))
    return found


def routed_subnets() -> list[Occupied]:
    """The destinations of the host's routes, but for the default and what is of one link alone."""
    routes = [route for family in ("-4", "-6") for route in _routes(family)]
    found = [
        (ipaddress.ip_network(r["dst"]), r.get("dev")) for r in routes if r.get("dst", "default") != "default"
    ]
    return [
        Occupied(subnet, Address("route", dev or "?"), dev)
        for subnet, dev in found
        if not (subnet.is_link_local or subnet.is_multicast)
    ]


def lan(interface: str) -> Lan | None:
    """What an interface is on; None where the host has no such interface, or no IPv4 address on it."""
    if not has_interface(interface):
        return None
    shown = _read(["ip", "-json", "address", "show", "dev", interface], "read the host's addresses")
    infos = [info for link in shown for info in link.get("addr_info", ()) if info.get("scope") == "global"]
    four = next((info for info in infos if info["family"] == "inet"), None)
    if four is None:
        return None
    routers = [r["gateway"] for r in _routes("-4", "default", "dev", interface) if r.get("gateway")]
    subnet = ipaddress.IPv4Network(f"{four['local']}/{four['prefixlen']}", strict=False)
    own6 = tuple(str(info["local"]) for info in infos if info["family"] == "inet6")
    return Lan(str(subnet), str(four["local"]), routers[0] if routers else None, own6)


def _routes(family: str, *which: str) -> list[dict[str, Any]]:
    return _read(["ip", "-json", family, "route", "show", *which], "read the host's routes")


def _links() -> list[dict[str, Any]]:
    """From the kernel itself: /sys can be that of another network namespace."""
    return _read(["ip", "-json", "link", "show"], "read the host's interfaces")


def _read(argv: list[str], tried: str) -> list[dict[str, Any]]:
    text = run(argv, tried=tried)
    try:
        found: list[dict[str, Any]] = json.loads(text or "[]")
    except ValueError as error:
        raise ApplyFailed(tried, cause=str(error)) from None
    return found


def _line(path: str) -> str:
    with open(path, encoding="ascii") as file:
        return file.read().strip()
