# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container's places on networks."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field, reported
from .subnets import parse_address
from .text_map import text_map

_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_MANAGED = ("ipv4_address", "ipv6_address", "aliases", "links", "mac_address", "driver_opts", "gw_priority")


@dataclasses.dataclass(frozen=True)
class Attachment:
    """A container's place on a network.

    ``ipv4_address`` and ``ipv6_address`` are fixed addresses, ``address`` is the one that it has now. ``links`` are
    ``CONTAINER:ALIAS``.
    """

    name: str
    ipv4_address: str | None = field(Disruption.LIVE)
    ipv6_address: str | None = field(Disruption.LIVE)
    aliases: tuple[str, ...] | None = field(Disruption.LIVE, Compare.SUBSET)
    links: tuple[str, ...] | None = field(Disruption.LIVE, Compare.SUBSET)
    mac_address: str | None = field(Disruption.LIVE)
    driver_opts: dict[str, str] | None = field(Disruption.LIVE, Compare.SUBSET)
    gw_priority: int | None = field(Disruption.LIVE)
    address: str | None = reported()

    @property
    def key(self) -> str:
        return self.name

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Attachment:
        """Of one item of ``networks``. Raises ``InvalidSpec``."""
        option, aliases = f"networks[{params['name']}]", params.get("aliases")
        return cls(
            params["name"],
            ipv4_address=_address(params.get("ipv4_address"), f"{option}.ipv4_address", 4),
            ipv6_address=_address(params.get("ipv6_address"), f"{option}.ipv6_address", 6),
            aliases=None if aliases is None else tuple(aliases),
            links=links(params.get("links"), f"{option}.links"),
            mac_address=mac(params.get("mac_address"), f"{option}.mac_address"),
            driver_opts=text_map(params.get("driver_opts"), f"{option}.driver_opts"),
            gw_priority=params.get("gw_priority"),
        )

    def kept(self) -> Attachment:
        """As a successor takes it over: without a MAC that the engine made of an address, which may go to another."""
        made = self.mac_address is not None and self.mac_address == made_mac(self.address)
        return dataclasses.replace(self, mac_address=None) if made else self

    def over(self, found: Attachment | None) -> Attachment:
        """With what is not managed as it was found; the MAC only where it is asked, since engines make one up."""
        if found is None:
            return self
        kept = {
            name: getattr(found, name)
            for name in _MANAGED
            if name != "mac_address" and getattr(self, name) is None
        }
        return dataclasses.replace(self, **kept)


def attachments(values: Sequence[Mapping[str, Any]] | None, _option: str) -> tuple[Attachment, ...] | None:
    """Of ``networks``. Raises ``InvalidSpec``."""
    if values is None:
        return None
    places = tuple(Attachment.from_params(item) for item in values)
    names = [place.name for place in places]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidSpec(f"networks: {', '.join(twice)} is listed twice")
    return places


def made_mac(address: str | None) -> str | None:
    """The MAC that Docker makes of an IPv4 address, until version 28."""
    if not address or "." not in address:
        return None
    return ":".join(["02", "42", *(f"{int(octet):02x}" for octet in address.split("."))])


def links(values: Sequence[str] | None, option: str) -> tuple[str, ...] | None:
    """``CONTAINER:ALIAS``, completed."""
    if values is None:
        return None
    pairs = [(name, alias or name) for name, _colon, alias in (value.partition(":") for value in values)]
    if not all(name for name, _alias in pairs):
        raise InvalidSpec(f"{option}: names no container", hint="Write CONTAINER or CONTAINER:ALIAS.")
    return tuple(f"{name}:{alias}" for name, alias in pairs)


def mac(value: str | None, option: str) -> str | None:
    """In lower case, with colons."""
    if value is None:
        return None
    text = value.lower().replace("-", ":")
    if not _MAC.fullmatch(text):
        raise InvalidSpec(f"{option}: {value!r} is not a MAC address", hint="Write 52:54:00:12:34:56.")
    return text


def _address(value: str | None, option: str, version: int) -> str | None:
    return None if value is None else parse_address(value, option, version)
