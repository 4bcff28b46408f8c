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
from .._model.subnets import Occupied
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
    """The destinations of the host's IPv4 routes, but for the default."""
    routes = _read(["ip", "-json", "-4", "route", "show"], "read the host's routes")
    return [
        Occupied(
            ipaddress.IPv4Network(route["dst"]), Address("route", route.get("dev", "?")), route.get("dev")
        )
        for route in routes
        if route.get("dst", "default") != "default"
    ]


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
