# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container's places on networks, as engines tell them and as they are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.attachment import Attachment

_SHORT_ID = 12


def endpoint(place: Attachment) -> dict[str, Any]:
    """The settings of a container's place on a network."""
    result: dict[str, Any] = {"Aliases": list(place.aliases or ())}
    addresses = {"IPv4Address": place.ipv4_address, "IPv6Address": place.ipv6_address}
    given = {key: address for key, address in addresses.items() if address}
    if given:
        result["IPAMConfig"] = given
    if place.links:
        result["Links"] = list(place.links)
    if place.mac_address:
        result["MacAddress"] = place.mac_address
    if place.driver_opts:
        result["DriverOpts"] = dict(place.driver_opts)
    if place.gw_priority is not None:
        result["GwPriority"] = place.gw_priority
    return result


def attachments(entry: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The places of a container on networks, of what ``inspect`` tells."""
    own_id = str(entry["Id"])[:_SHORT_ID]
    return tuple(
        _attachment(name, place, own_id)
        for name, place in places(entry).items()
        if name not in ("none", "host")
    )


def _attachment(name: str, place: Mapping[str, Any], own_id: str) -> Attachment:
    """A place on a network. Its own id, which engines add to its aliases, is nothing to be handed on."""
    fixed = place.get("IPAMConfig") or {}
    return Attachment(
        name,
        ipv4_address=fixed.get("IPv4Address") or None,
        ipv6_address=fixed.get("IPv6Address") or None,
        aliases=tuple(alias for alias in place.get("Aliases") or () if alias != own_id),
        links=tuple(place.get("Links") or ()),
        mac_address=place.get("MacAddress") or None,
        driver_opts=place.get("DriverOpts") or {},
        gw_priority=place.get("GwPriority") or 0,
        address=place.get("IPAddress") or None,
    )


def places(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same as they are told, by the network's name."""
    return (entry.get("NetworkSettings") or {}).get("Networks") or {}
