# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks, as users describe them and as libvirt has them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from .._core.errors import HostError, InvalidSpec
from .._core.field import Compare, Disruption, field, reported
from . import subnets
from .bandwidth import Bandwidth, bandwidth
from .dns import Dns, dns_from_params, host_name, once
from .names import checked_bridge, checked_name
from .network_mode import OWN, check_mode
from .text_map import text_map
from .xml_text import check_texts

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


@dataclasses.dataclass(frozen=True)
class AddressRange:
    """First and last address, both included."""

    start: str = field(Disruption.LIVE)
    end: str = field(Disruption.LIVE)


@dataclasses.dataclass(frozen=True)
class Reservation:
    """The address that DHCP gives to one MAC."""

    mac: str
    ip: str | None = field(Disruption.LIVE)
    name: str | None = field(Disruption.LIVE)

    @property
    def key(self) -> str:
        return self.mac


@dataclasses.dataclass(frozen=True)
class Network:
    """A network as libvirt has it. ``containers``, ``container_driver``, ``driver_options`` and ``attach`` are for the
    other half, and not compared.

    ``live`` is what runs, where that differs from what is written for the next start. ``workloads`` are the vms that
    use it, ``detached`` those of them that run and have fallen off its bridge.
    """

    name: str
    state: str = "present"
    mode: str | None = field(Disruption.REPLACE)
    bridge: str | None = field(Disruption.REPLACE)
    uplink: str | None = field(Disruption.REPLACE)
    vlan: int | None = field(Disruption.REPLACE)
    subnet: str | None = field(Disruption.REPLACE)
    gateway: str | None = field(Disruption.REPLACE)
    subnet6: str | None = field(Disruption.REPLACE)
    gateway6: str | None = field(Disruption.REPLACE)
    dhcp: AddressRange | None = field(Disruption.LIVE)
    reservations: tuple[Reservation, ...] | None = field(Disruption.LIVE, Compare.KEYED)
    dns: Dns | None = field(Disruption.LIVE)
    mtu: int | None = field(Disruption.REPLACE)
    bandwidth: Bandwidth | None = field(Disruption.REPLACE, whole=True)
    autostart: bool | None = field()
    owner: str | None = field()
    containers: AddressRange | None = None
    container_driver: str | None = None
    driver_options: dict[str, str] | None = None
    attach: tuple[str, ...] | None = None
    uuid: str | None = reported()
    workloads: tuple[str, ...] | None = reported()
    detached: tuple[str, ...] | None = reported()
    live: Network | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Network:
        """Of the module's options. Raises ``InvalidSpec``."""
        state = params.get("state") or "present"
        name = checked_name("network", params["name"], state)
        try:
            check_texts(params, besides=("name",))
            check_mode(params.get("mode"), params)
            return cls._parsed(name, state, params).checked()
        except HostError as error:
            raise error.about("network", name) from None

    @classmethod
    def _parsed(cls, name: str, state: str, params: Mapping[str, Any]) -> Network:
        subnet, gateway, attach = params.get("subnet"), params.get("gateway"), params.get("attach")
        subnet6, gateway6 = params.get("subnet6"), params.get("gateway6")
        uplink, vlan = params.get("uplink"), _within("vlan", params.get("vlan"), range(1, 4095))
        if params.get("mode") == "direct" and vlan is not None:
            uplink, vlan = f"{uplink}.{vlan}", None
        return cls(
            name=name,
            state=state,
            mode=params.get("mode"),
            bridge=checked_bridge(params.get("bridge")),
            uplink=checked_bridge(uplink, "uplink"),
            vlan=vlan,
            subnet=subnets.parse_subnet(subnet) if subnet is not None else None,
            gateway=subnets.parse_address(gateway, "gateway") if gateway is not None else None,
            subnet6=subnets.parse_subnet6(subnet6) if subnet6 is not None else None,
            gateway6=subnets.parse_address(gateway6, "gateway6", 6) if gateway6 is not None else None,
            dhcp=_range(params.get("dhcp"), "dhcp"),
            containers=_range(params.get("containers"), "containers"),
            reservations=_reservations(params.get("reservations")),
            dns=dns_from_params(params.get("dns")),
            mtu=_within("mtu", params.get("mtu"), range(68, 65536)),
            bandwidth=bandwidth(params.get("bandwidth")),
            autostart=params.get("autostart"),
            attach=tuple(attach) if attach is not None else None,
            container_driver=params.get("container_driver"),
            driver_options=text_map(params.get("driver_options"), "driver_options"),
            owner=params.get("owner"),
        )

    @property
    def own_bridge(self) -> str | None:
        """Its bridge, where that is no bridge of the host, on which others may be."""
        return self.bridge if self.mode in (None, *OWN) else None

    def checked(self) -> Network:
        """Itself. Raises ``InvalidSpec`` where its addresses do not go together, as far as they are given."""
        if self.gateway6 and self.subnet6 and not subnets.is_usable(self.gateway6, self.subnet6):
            raise InvalidSpec(f"gateway6: {self.gateway6} is not an address for hosts of {self.subnet6}")
        if self.subnet is None:
            return self
        gateway = self.gateway or subnets.first_address(self.subnet)
        named = [(gateway, "gateway")]
        for what, part in (("dhcp", self.dhcp), ("containers", self.containers)):
            if part is not None:
                named += [(part.start, f"{what}.start"), (part.end, f"{what}.end")]
                if subnets.in_range(gateway, part.start, part.end):
                    raise InvalidSpec(f"{what}: the range holds the gateway, {gateway}")
        named += [(r.ip, f"reservations[{r.mac}].ip") for r in self.reservations or () if r.ip]
        for address, what in named:
            if not subnets.is_usable(address, self.subnet):
                raise InvalidSpec(
                    f"{what}: {address} is not an address for hosts of {self.subnet}",
                    hint="Choose one between its first and its last address.",
                )
        self._check_ranges()
        return self

    def _check_ranges(self) -> None:
        if self.containers is None or self.subnet is None:
            return
        subnets.covering(self.containers.start, self.containers.end, self.subnet)
        if self.dhcp is not None and (
            subnets.in_range(self.dhcp.start, self.containers.start, self.containers.end)
            or subnets.in_range(self.containers.start, self.dhcp.start, self.dhcp.end)
        ):
            raise InvalidSpec(
                f"dhcp {self.dhcp.start} to {self.dhcp.end} and containers {self.containers.start} to "
                f"{self.containers.end} overlap",
                hint="Two workloads would get one address: give each kind a range of its own.",
            )


def _range(value: Mapping[str, Any] | None, option: str) -> AddressRange | None:
    if value is None:
        return None
    start = subnets.parse_address(value["start"], f"{option}.start")
    end = subnets.parse_address(value["end"], f"{option}.end")
    if not subnets.in_range(start, start, end):
        raise InvalidSpec(f"{option}: it ends ({end}) before it starts ({start})")
    return AddressRange(start, end)


def _reservations(values: list[Mapping[str, Any]] | None) -> tuple[Reservation, ...] | None:
    if values is None:
        return None
    found = tuple(
        Reservation(
            _mac(v["mac"]), subnets.parse_address(v["ip"], "reservations.ip"), host_name(v.get("name"))
        )
        for v in values
    )
    once([r.mac for r in found], "reservations: MAC")
    once([r.ip for r in found], "reservations: address")
    return found


def _mac(value: str) -> str:
    mac = value.lower()
    if not _MAC.fullmatch(mac):
        raise InvalidSpec(f"reservations: {value!r} is not a MAC", hint="Write it as 52:54:00:12:34:56.")
    return mac


def _within(option: str, value: int | None, numbers: range) -> int | None:
    if value is None or value in numbers:
        return value
    raise InvalidSpec(f"{option}: {value} is out of range", hint=f"Use {numbers[0]} to {numbers[-1]}.")
