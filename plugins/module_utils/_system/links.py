# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host's network interfaces and routes, as the kernel shows them."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os

from .._core.change import Address
from .._core.errors import ApplyFailed
from .._model.subnets import Occupied
from .command import run

_NET = "/sys/class/net"


def has_interface(name: str) -> bool:
    """Whether the host has an interface of that name."""
    return os.path.exists(os.path.join(_NET, name))


def bridge_of(interface: str) -> str | None:
    """The bridge that an interface is a port of."""
    try:
        return os.path.basename(os.readlink(os.path.join(_NET, interface, "master")))
    except OSError:
        return None


def loose_interfaces(prefix: str) -> set[str]:
    """The interfaces of that prefix which are no port of any bridge."""
    return {name for name in os.listdir(_NET) if name.startswith(prefix) and bridge_of(name) is None}


def attach(interface: str, bridge: str) -> None:
    """Makes an interface a port of the bridge, and brings it up."""
    run(
        ["ip", "link", "set", "dev", interface, "master", bridge, "up"],
        tried=f"attach {interface} to bridge {bridge}",
    )


def peers(pid: int) -> dict[str, int]:
    """For the interfaces in a process's network namespace: MAC to the index of the other end. Empty if unknown."""
    folder = f"/proc/{pid}/root{_NET}"
    found: dict[str, int] = {}
    try:
        for name in os.listdir(folder):
            found[_line(f"{folder}/{name}/address")] = int(_line(f"{folder}/{name}/iflink"))
    except OSError:
        return {}
    return found


def indexes() -> dict[int, str]:
    """The host's interfaces by index."""
    found: dict[int, str] = {}
    for name in os.listdir(_NET):
        with contextlib.suppress(OSError):
            found[int(_line(f"{_NET}/{name}/ifindex"))] = name
    return found


def routed_subnets() -> list[Occupied]:
    """The destinations of the host's IPv4 routes, but for the default."""
    text = run(["ip", "-json", "-4", "route", "show"], tried="read the host's routes")
    try:
        routes = json.loads(text or "[]")
    except ValueError as error:
        raise ApplyFailed("read the host's routes", cause=str(error)) from None
    return [
        Occupied(
            ipaddress.IPv4Network(route["dst"]), Address("route", route.get("dev", "?")), route.get("dev")
        )
        for route in routes
        if route.get("dst", "default") != "default"
    ]


def _line(path: str) -> str:
    with open(path, encoding="ascii") as file:
        return file.read().strip()
