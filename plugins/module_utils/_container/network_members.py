# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The containers on a network, which come off it while it is made anew."""

from __future__ import annotations

import dataclasses
import functools
import ipaddress
from urllib.parse import quote

from .._core.undo import Undo
from .._model.attachment import Attachment
from .._model.container_network import ContainerNetwork
from .attachments import attachments, endpoint
from .engine import Engine
from .inspection import inspected


@dataclasses.dataclass(frozen=True)
class Member:
    """A container, and its place on the network as it was, the address that it had there included."""

    identity: str
    place: Attachment

    def on(self, network: ContainerNetwork) -> Attachment:
        """The same place on the network as it is now; without addresses that it does not have any more."""
        return dataclasses.replace(
            self.place.kept(),
            ipv4_address=_within(self.place.ipv4_address or self.place.address, network.subnet),
            ipv6_address=_within(self.place.ipv6_address, network.subnet6),
        )


def members(engine: Engine, found: ContainerNetwork) -> list[Member]:
    """All containers on the network, running or not."""
    entries = [inspected(engine, name) for name in found.workloads or ()]
    return [
        Member(str(entry["Id"]), place)
        for entry in entries
        if entry is not None
        for place in attachments(entry)
        if place.name == found.name
    ]


def take_off(engine: Engine, network: ContainerNetwork, there: list[Member], undo: Undo) -> None:
    """Disconnects them all, running ones too."""
    for member in there:
        body = {"Container": member.identity, "Force": True}
        engine.post("take its containers off the network", _path(network, "disconnect"), body)
        undo.push("put a container back", functools.partial(_put, engine, network, member))


def put_back(engine: Engine, network: ContainerNetwork, there: list[Member], undo: Undo) -> None:
    """Connects them to what has been made anew: with their aliases, and with their addresses as far as it has them."""
    for member in there:
        _put(engine, network, member)
        body = {"Container": member.identity, "Force": True}
        path = _path(network, "disconnect")
        undo.push("take a container off", functools.partial(engine.post, "disconnect it", path, body))


def _put(engine: Engine, network: ContainerNetwork, member: Member) -> None:
    body = {"Container": member.identity, "EndpointConfig": endpoint(member.on(network))}
    engine.post("put its containers back on the network", _path(network, "connect"), body)


def _path(network: ContainerNetwork, act: str) -> str:
    return f"/networks/{quote(network.name, safe='')}/{act}"


def _within(address: str | None, subnet: str | None) -> str | None:
    if address is None or subnet is None:
        return None
    return address if ipaddress.ip_address(address) in ipaddress.ip_network(subnet) else None
