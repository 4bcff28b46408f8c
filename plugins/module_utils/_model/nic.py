# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces of a vm."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Disruption, field
from .names import checked_bridge

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


@dataclasses.dataclass(frozen=True)
class Nic:
    """One interface, on a libvirt network or on a bridge of the host; ``ordinal`` tells those on one network apart.

    ``ip`` is the address that the network's DHCP server has reserved for its MAC.
    """

    network: str | None = None
    bridge: str | None = None
    ordinal: int | None = None
    mac: str | None = field(Disruption.RESTART)
    model: str | None = field(Disruption.RESTART)
    ip: str | None = field(Disruption.NONE)
    link_state: str | None = field(Disruption.LIVE)

    @property
    def key(self) -> str:
        name = self.network or self.bridge or ""
        return f"{name}#{self.ordinal}" if self.ordinal else name


def nics_from_params(entries: Sequence[Mapping[str, Any]] | None) -> tuple[Nic, ...] | None:
    """The interfaces. Raises ``InvalidSpec`` for one on nothing or on two things, and for what is no MAC or address."""
    if entries is None:
        return None
    return numbered([_nic(entry) for entry in entries])


def numbered(nics: Sequence[Nic]) -> tuple[Nic, ...]:
    """The same, with an ordinal for the second and later ones on one network."""
    seen: dict[str, int] = {}
    result = []
    for nic in nics:
        count = seen[nic.key] = seen.get(nic.key, 0) + 1
        result.append(dataclasses.replace(nic, ordinal=count) if count > 1 else nic)
    return tuple(result)


def _nic(entry: Mapping[str, Any]) -> Nic:
    network, bridge = entry.get("network"), checked_bridge(entry.get("bridge"), "networks: bridge")
    if bool(network) == bool(bridge):
        raise InvalidSpec(
            "networks: an interface is on a network or on a bridge", hint="Write one of network and bridge."
        )
    if entry.get("ip") and not network:
        raise InvalidSpec(
            f"networks[{bridge}]: nothing gives out addresses on a bridge of the host",
            hint="Leave ip out, and set the address in cloud_init.network.",
        )
    mac = str(entry["mac"]).lower().replace("-", ":") if entry.get("mac") else None
    if mac is not None and (not _MAC.fullmatch(mac) or int(mac[1], 16) % 2):
        raise InvalidSpec(f"networks[{network or bridge}]: {entry['mac']!r} is not the MAC of an interface")
    return Nic(
        network=network or None,
        bridge=bridge,
        mac=mac,
        model=entry.get("model"),
        ip=_ip(entry.get("ip"), str(network)),
        link_state=entry.get("link_state"),
    )


def _ip(value: str | None, network: str) -> str | None:
    if not value:
        return None
    try:
        return str(ipaddress.IPv4Address(value))
    except ipaddress.AddressValueError as error:
        raise InvalidSpec(f"networks[{network}]: {value!r} is not an address", cause=str(error)) from None
