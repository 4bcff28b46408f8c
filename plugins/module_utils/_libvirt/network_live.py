# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a running network: names, reservations and the DHCP range, as libvirt takes them without a restart."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from .._core.compare import compare
from .._model.network import AddressRange, Network
from . import xml
from .network_xml import DNS_HOSTS, RANGE, RESERVATIONS
from .session import Session

DELETE, ADD = "VIR_NETWORK_UPDATE_COMMAND_DELETE", "VIR_NETWORK_UPDATE_COMMAND_ADD_LAST"
RANGES = "VIR_NETWORK_SECTION_IP_DHCP_RANGE"
HOSTS = "VIR_NETWORK_SECTION_IP_DHCP_HOST"
NAMES = "VIR_NETWORK_SECTION_DNS_HOST"
_WORDS = {DELETE: "remove", ADD: "add", RANGES: "DHCP range", HOSTS: "reservation", NAMES: "name"}


@dataclasses.dataclass(frozen=True)
class Step:
    """One ``virNetworkUpdate``: libvirt's names of the command and the section, and the element."""

    command: str
    section: str
    element: xml.Element


def update_live(session: Session, network: Any, asked: Network, running: Network) -> None:
    """Brings what runs in step with what is asked; what is not managed stays as it is."""
    for step in live_steps(asked, running):
        _update(session, network, step)


def live_steps(asked: Network, running: Network) -> list[Step]:
    """What to delete, then what to add: an address or a name can move from one item to another."""
    steps = [*_range_steps(asked, running)]
    steps += _keyed_steps(HOSTS, RESERVATIONS, asked.reservations, running.reservations)
    if asked.dns is not None:
        present = running.dns.hosts if running.dns is not None else None
        steps += _keyed_steps(NAMES, DNS_HOSTS, asked.dns.hosts, present)
    return sorted(steps, key=lambda step: step.command == ADD)


def _range_steps(asked: Network, running: Network) -> Iterator[Step]:
    if asked.dhcp is None or asked.dhcp == running.dhcp:
        return
    if running.dhcp is not None:
        yield Step(DELETE, RANGES, _range(running.dhcp))
    yield Step(ADD, RANGES, _range(asked.dhcp))


def _range(dhcp: AddressRange) -> xml.Element:
    element = xml.parse("<range/>")
    xml.write(RANGE.table, element, dhcp)
    return element


def _keyed_steps(
    section: str, children: xml.Children[Any], asked: Sequence[Any] | None, present: Sequence[Any] | None
) -> Iterator[Step]:
    if asked is None:
        return
    wanted = {item.key: item for item in asked}
    there = {item.key: item for item in present or ()}
    for key, item in there.items():
        if key not in wanted or compare(wanted[key], item):
            yield Step(DELETE, section, children.element(item))
    for key, item in wanted.items():
        if key not in there or compare(item, there[key]):
            yield Step(ADD, section, children.element(item))


def _update(session: Session, network: Any, step: Step) -> None:
    command, section = session.constant(step.command), session.constant(step.section)
    flags = session.constant("VIR_NETWORK_UPDATE_AFFECT_LIVE")
    session.do(
        f"{_WORDS[step.command]} a {_WORDS[step.section]} of the running network",
        lambda _connection: network.update(command, section, -1, xml.render(step.element), flags),
    )
