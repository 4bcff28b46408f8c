# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a bridge of the host."""

from __future__ import annotations

from typing import Any

HOST_BRIDGE_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "ports": {"type": "list", "elements": "str"},
    "addresses": {"type": "list", "elements": "str"},
    "gateway": {"type": "str"},
    "gateway6": {"type": "str"},
    "vlan_filtering": {"type": "bool"},
    "stp": {"type": "bool"},
    "mtu": {"type": "int"},
    "persist": {
        "type": "str",
        "choices": ["auto", "networkd", "networkmanager", "netplan", "ifupdown", "none"],
        "default": "auto",
    },
    "rollback_timeout": {"type": "str", "default": "60"},
    "adopt": {"type": "bool", "default": False},
}
