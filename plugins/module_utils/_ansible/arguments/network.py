# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a network: of the module, and of each item of a stack's ``networks``."""

from __future__ import annotations

from typing import Any

from .bandwidth import BANDWIDTH

_RANGE: dict[str, Any] = {
    "type": "dict",
    "options": {
        "start": {"type": "str", "required": True},
        "end": {"type": "str", "required": True},
    },
}

NETWORK_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "mode": {"type": "str", "choices": ["nat", "routed", "isolated", "bridge", "direct", "overlay"]},
    "bridge": {"type": "str"},
    "uplink": {"type": "str"},
    "vlan": {"type": "int"},
    "subnet": {"type": "str"},
    "gateway": {"type": "str"},
    "subnet6": {"type": "str"},
    "gateway6": {"type": "str"},
    "dhcp": _RANGE,
    "containers": _RANGE,
    "reservations": {
        "type": "list",
        "elements": "dict",
        "options": {
            "mac": {"type": "str", "required": True},
            "ip": {"type": "str", "required": True},
            "name": {"type": "str"},
        },
    },
    "dns": {
        "type": "dict",
        "options": {
            "domain": {"type": "str"},
            "forwarders": {"type": "list", "elements": "str"},
            "hosts": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "ip": {"type": "str", "required": True},
                    "hostnames": {"type": "list", "elements": "str", "required": True},
                },
            },
        },
    },
    "mtu": {"type": "int"},
    "bandwidth": BANDWIDTH,
    "policy": {
        "type": "dict",
        "options": {
            "default": {"type": "str", "choices": ["deny", "allow"], "default": "deny"},
            "allow": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "from": {"type": "str"},
                    "to": {"type": "str"},
                    "port": {"type": "str"},
                    "protocol": {"type": "str", "choices": ["tcp", "udp", "sctp", "icmp"]},
                },
            },
            "log": {"type": "bool", "default": False},
        },
    },
    "container_driver": {"type": "str", "choices": ["macvlan", "ipvlan", "bridge"]},
    "driver_options": {"type": "dict"},
    "attach": {"type": "list", "elements": "str", "choices": ["vms", "containers"]},
    "autostart": {"type": "bool"},
}
