# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks as Docker lists them, of either engine."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from .engine import Engine

BRIDGE = "com.docker.network.bridge.name"
HANDS_OFF = "com.docker.network.bridge.inhibit_ipv4"
PARENT = "parent"
MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade"
MTU = "com.docker.network.driver.mtu"


def networks(engine: Engine) -> list[dict[str, Any]]:
    """All of them. Of Podman it is its own API that is asked: in Docker's it tells neither bridge nor range nor MTU."""
    tried = "list the networks"
    # Which of the two it is, the engine says when it is first called.
    rows = engine.rows(
        tried,
        lambda api: api.networks() if engine.podman is None else engine.get(tried, "/libpod/networks/json"),
    )
    return rows if engine.podman is None else [of_podman(row) for row in rows]


def of_podman(row: Mapping[str, Any]) -> dict[str, Any]:
    """A network of Podman's own list, as Docker's."""
    place = BRIDGE if row.get("driver") == "bridge" else PARENT
    options = dict(row.get("options") or {})
    told = {MTU: options.pop("mtu", None), **options, place: row.get("network_interface")}
    return {
        "Id": row["id"],
        "Name": row["name"],
        "Driver": row.get("driver"),
        "Internal": bool(row.get("internal")),
        "Labels": row.get("labels") or {},
        "Options": {key: str(value) for key, value in told.items() if value},
        "IPAM": {"Config": [_config(subnet) for subnet in row.get("subnets") or ()]},
    }


def _config(subnet: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Subnet": subnet["subnet"],
        "Gateway": subnet.get("gateway"),
        "IPRange": _block(subnet.get("lease_range") or {}),
    }


def _block(leases: Mapping[str, Any]) -> str | None:
    """The CIDR block that was asked for, of which Podman leaves the first address out."""
    if not leases.get("start_ip") or not leases.get("end_ip"):
        return None
    start, end = (ipaddress.ip_address(str(leases[key])) for key in ("start_ip", "end_ip"))
    if not isinstance(start, ipaddress.IPv4Address) or not isinstance(end, ipaddress.IPv4Address):
        return None
    for first, last in ((start, end), (start - 1, end), (start, end + 1), (start - 1, end + 1)):
        blocks = list(ipaddress.summarize_address_range(first, last))
        if len(blocks) == 1:
            return str(blocks[0])
    return None
