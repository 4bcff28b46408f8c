# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces of a vm."""

from __future__ import annotations

import dataclasses
import ipaddress
import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Disruption, field, hidden
from .bandwidth import Bandwidth, bandwidth
from .names import checked_bridge

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


@dataclasses.dataclass(frozen=True)
class Nic:
    """One interface: on a libvirt network, on a bridge of the host, on an interface of the host (``direct``, macvtap),
    or behind QEMU's own NAT (``user``); ``ordinal`` tells those on one of them apart.

    ``ip`` is the address that the network's DHCP server has reserved for its MAC. ``likely`` is the MAC that it was
    made with, where none is asked for.
    """

    network: str | None = None
    bridge: str | None = None
    direct: str | None = None
    user: bool | None = None
    ordinal: int | None = None
    source_mode: str | None = field(Disruption.RESTART)
    mac: str | None = field(Disruption.RESTART)
    model: str | None = field(Disruption.RESTART)
    ip: str | None = field(Disruption.NONE)
    link_state: str | None = field(Disruption.LIVE)
    filter: str | None = field(Disruption.LIVE)
    vlan: int | None = field(Disruption.LIVE)
    bandwidth: Bandwidth | None = field(Disruption.LIVE)
    mtu: int | None = field(Disruption.RESTART)
    queues: int | None = field(Disruption.RESTART)
    likely: str | None = hidden()

    @property
    def spot(self) -> tuple[str | None, str | None, str | None, bool | None]:
        """What it is on, and of which kind that is: a network may be called as a bridge is."""
        return self.network, self.bridge, self.direct, self.user

    @property
    def place(self) -> str:
        """What it is on."""
        return self.network or self.bridge or self.direct or "user"

    @property
    def key(self) -> str:
        return f"{self.place}#{self.ordinal}" if self.ordinal else self.place


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


def paired(nics: Sequence[Nic], like: Sequence[Nic], besides: Sequence[Nic] = ()) -> tuple[Nic, ...]:
    """The same, each with the ordinal of the one that it is in ``like``: that with its MAC, else the next on its place.

    Those that are not there get the lowest ordinal that no other has, in ``like`` or in ``besides``.
    """
    nics = numbered(nics)
    left = list(like)
    there: dict[int, Nic] = {}
    for is_same in (_has_its_mac, _has_its_likely_mac, _has_its_key, _is_on_its_spot):
        for index, nic in enumerate(nics):
            other = next((o for o in left if index not in there and is_same(nic, o)), None)
            if other is not None:
                there[index] = other
                left.remove(other)
    taken = {nic.key for nic in (*like, *besides)}
    result = []
    for index, nic in enumerate(nics):
        ordinal = there[index].ordinal if index in there else _free_ordinal(nic.place, taken)
        result.append(dataclasses.replace(nic, ordinal=ordinal))
        taken.add(result[-1].key)
    return tuple(result)


def _free_ordinal(place: str, taken: Collection[str]) -> int | None:
    if place not in taken:
        return None
    return next(number for number in itertools.count(2) if f"{place}#{number}" not in taken)


def _has_its_mac(nic: Nic, other: Nic) -> bool:
    return nic.spot == other.spot and nic.mac is not None and nic.mac == other.mac


def _has_its_likely_mac(nic: Nic, other: Nic) -> bool:
    return nic.spot == other.spot and nic.mac is None and nic.likely is not None and nic.likely == other.mac


def _has_its_key(nic: Nic, other: Nic) -> bool:
    return nic.spot == other.spot and nic.key == other.key


def _is_on_its_spot(nic: Nic, other: Nic) -> bool:
    return nic.spot == other.spot


def _nic(entry: Mapping[str, Any]) -> Nic:
    network, direct = entry.get("network"), entry.get("direct")
    bridge = checked_bridge(entry.get("bridge"), "networks: bridge")
    if sum(map(bool, (network, bridge, direct, entry.get("user")))) != 1:
        raise InvalidSpec(
            "networks: an interface is on a network or on a bridge, direct on an interface of the host, or user",
            hint="Write one of network, bridge, direct and user.",
        )
    place = network or bridge or direct or "user"
    if entry.get("ip") and not network:
        raise InvalidSpec(
            f"networks[{place}]: nothing gives out addresses {'on a bridge of the host' if bridge else 'there'}",
            hint="Leave ip out, and set the address in cloud_init.network.",
        )
    if entry.get("source_mode") and not direct:
        raise InvalidSpec(f"networks[{place}]: source_mode is for direct")
    mac = str(entry["mac"]).lower().replace("-", ":") if entry.get("mac") else None
    if mac is not None and (not _MAC.fullmatch(mac) or int(mac[1], 16) % 2):
        raise InvalidSpec(f"networks[{place}]: {entry['mac']!r} is not the MAC of an interface")
    return Nic(
        network=network or None,
        bridge=bridge,
        direct=direct or None,
        user=entry.get("user") or None,
        mac=mac,
        ip=_ip(entry.get("ip"), str(network)),
        vlan=_within(entry, "vlan", range(1, 4095), none=0),
        mtu=_within(entry, "mtu", range(68, 65536), none=0),
        queues=_within(entry, "queues", range(1, 257)),
        bandwidth=bandwidth(entry.get("bandwidth")),
        **{name: entry.get(name) for name in ("model", "link_state", "filter", "source_mode")},
    )


def _within(entry: Mapping[str, Any], option: str, numbers: range, *, none: int | None = None) -> int | None:
    """The number; ``none`` is one besides that takes it away."""
    value: int | None = entry.get(option)
    if value is not None and value != none and value not in numbers:
        raise InvalidSpec(
            f"networks: {option} {value} is out of range", hint=f"Write {numbers[0]} to {numbers[-1]}."
        )
    return value


def _ip(value: str | None, network: str) -> str | None:
    if not value:
        return None
    try:
        return str(ipaddress.IPv4Address(value))
    except ipaddress.AddressValueError as error:
        raise InvalidSpec(f"networks[{network}]: {value!r} is not an address", cause=str(error)) from None
