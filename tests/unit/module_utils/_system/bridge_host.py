# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's links for the tests of bridges: as ``ip`` tells them, and as they are read."""

from __future__ import annotations

from typing import Any

ETH0 = {
    "ifname": "eth0",
    "flags": ["BROADCAST", "UP"],
    "mtu": 1500,
    "address": "52:54:00:00:00:01",
}
BR7 = {
    "ifname": "br7",
    "flags": ["BROADCAST"],
    "mtu": 1500,
    "address": "52:54:00:00:00:07",
    "linkinfo": {"info_kind": "bridge", "info_data": {"stp_state": 1, "vlan_filtering": 0}},
}
_V4 = {"family": "inet", "prefixlen": 24, "scope": "global"}
_V6 = {"family": "inet6", "prefixlen": 64, "scope": "global"}
#: By command, what it prints.
LINKS: dict[str, Any] = {
    "ip -json -details link": [ETH0, BR7],
    "ip -json address": [
        {
            "ifname": "eth0",
            "addr_info": [
                {**_V4, "local": "10.9.0.1", "broadcast": "10.9.0.255"},
                {
                    **_V4,
                    "local": "10.9.1.5",
                    "dynamic": True,
                    "valid_life_time": 1000,
                    "preferred_life_time": 900,
                },
                {**_V6, "local": "fd00:9::1"},
                {**_V6, "local": "fd00:9::abcd", "dynamic": True, "mngtmpaddr": True},
                {**_V6, "local": "fe80::1", "scope": "link"},
            ],
        },
        {},
    ],
    "ip -json -4 route": [
        {
            "dst": "default",
            "gateway": "10.9.0.254",
            "dev": "eth0",
            "protocol": "dhcp",
            "metric": 100,
            "flags": [],
        },
        {"dst": "10.9.0.0/24", "dev": "eth0", "protocol": "kernel", "scope": "link", "flags": []},
        {"dst": "192.168.7.0/24", "gateway": "10.9.0.250", "dev": "eth0", "prefsrc": "10.9.0.1", "flags": []},
        {"dst": "169.254.9.0/24", "dev": "eth0", "scope": "link", "flags": []},
    ],
    "ip -json -6 route": [
        {"dst": "default", "gateway": "fd00:9::fe", "dev": "eth0", "metric": 1024, "flags": []},
        {
            "dst": "default",
            "gateway": "fe80::fe",
            "dev": "eth0",
            "protocol": "ra",
            "metric": 1024,
            "flags": [],
        },
    ],
}


def link(**settings: Any) -> dict[str, Any]:
    """An interface with nothing on it."""
    return {
        "kind": None,
        "master": None,
        "below": None,
        "up": True,
        "mtu": 1500,
        "mac": "52:54:00:00:00:01",
        "stp": False,
        "vlan_filtering": False,
        "addresses": [],
        "routes": [],
        **settings,
    }


def bridge(**settings: Any) -> dict[str, Any]:
    """A bridge with nothing on it, and of no size that anybody asked for."""
    return link(kind="bridge", **{"mtu": None, **settings})


def address(at: str, *, dynamic: bool = False) -> dict[str, Any]:
    return {"at": at, "words": [at], "dynamic": dynamic}


def route(to: str, via: str | None = None, *, dynamic: bool = False) -> dict[str, Any]:
    words = [to, *(["via", via] if via else [])]
    return {"to": to, "via": via, "metric": None, "dynamic": dynamic, "words": words}
