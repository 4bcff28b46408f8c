# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asked from where, to see who reaches whom on a host, and what the answers say. Pure."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from .host import Finding, Host, HostNetwork
from .subnets import parse_address

HOST, OUTSIDE = "host", "outside"
# On a bridge of the host two stand-ins ask each other by addresses that nobody else has there and no router knows.
_PAIR = ("169.254.99.1/30", "169.254.99.2/30")
_OUTWARD = ("nat", "routed")


@dataclasses.dataclass(frozen=True)
class StandIn:
    """What stands for a workload: an address in CIDR notation, on a bridge. ``mode`` is that of the network, if any."""

    name: str
    kind: str
    bridge: str
    address: str
    gateway: str | None = None
    mode: str | None = None

    @property
    def ip(self) -> str:
        """The address alone."""
        return self.address.partition("/")[0]


@dataclasses.dataclass(frozen=True)
class Question:
    """``must``: anything but an answer is amiss."""

    source: str
    target: str
    address: str
    must: bool = False


@dataclasses.dataclass(frozen=True)
class Reached:
    """Whether there was an answer. The ends are ``host``, ``outside``, or such as ``vm on lan``."""

    source: str
    target: str
    address: str
    reached: bool


def stand_ins(host: Host, is_there: Callable[[str], bool]) -> list[StandIn]:
    """One for each active network that the host is the router of, and two for each other bridge with vms.

    ``is_there`` tells of a bridge whether the host has it: Podman makes one with its first container.
    """
    taken = {address for workload in host.workloads for address in workload.addresses}
    taken |= {place.address for w in host.workloads for place in w.networks if place.address}
    networks = [n for n in host.networks if n.active and n.bridge and is_there(n.bridge)]
    own = [one for n in networks for one in _on_network(n, taken)]
    known = {n.name for n in host.networks}
    attached = {p.name for w in host.workloads if w.kind == "vm" for p in w.networks} - known
    attached |= {n.bridge or "" for n in networks if n.mode == "bridge"}
    return [*own, *(one for bridge in sorted(attached) if is_there(bridge) for one in _on_bridge(bridge))]


def _on_network(network: HostNetwork, taken: set[str]) -> Iterator[StandIn]:
    """At the last address that nobody is known to have, since ranges begin at the other end."""
    if network.mode not in (*_OUTWARD, "isolated") or network.range is None or network.gateway is None:
        return
    last = int(network.range.broadcast_address) - 1
    numbers = range(last, max(last - len(taken) - 2, int(network.range.network_address)), -1)
    free = (str(ipaddress.IPv4Address(number)) for number in numbers)
    address = next((a for a in free if a not in taken and a != network.gateway), None)
    if address is not None:
        kind = "vm" if "libvirt" in network.names else "container"
        yield StandIn(
            f"{kind} on {network.name}",
            kind,
            network.bridge or "",
            f"{address}/{network.range.prefixlen}",
            network.gateway,
            network.mode,
        )


def _on_bridge(bridge: str) -> list[StandIn]:
    names = (f"vm on {bridge}", f"another on {bridge}")
    return [StandIn(name, "vm", bridge, address) for name, address in zip(names, _PAIR)]


def questions(found: Sequence[StandIn], outside: str | None) -> list[Question]:
    """All that are to be asked; ``outside`` is an address that is not on the host."""
    routed = [one for one in found if one.gateway]
    asked = [Question(HOST, one.name, one.ip, must=True) for one in routed]
    if outside is not None:
        asked += [
            Question(one.name, OUTSIDE, outside, must=one.mode == "nat")
            for one in routed
            if one.mode in _OUTWARD
        ]
    asked += [
        Question(one.name, other.name, other.ip)
        for one in routed
        for other in routed
        if one.kind != other.kind
    ]
    pairs = [one for one in found if not one.gateway]
    asked += [
        Question(one.name, other.name, other.ip, must=True) for one, other in zip(pairs[::2], pairs[1::2])
    ]
    return asked


class Prober(Protocol):
    """What asks; the module ``_system.probe`` is one."""

    def default_router(self) -> str | None:
        """Where the host sends what leads outside. Raises ``HostError``."""

    def ask(self, stand_ins: Sequence[StandIn], questions: Sequence[Question]) -> set[Question]:
        """Those questions to which there was an answer. Raises ``HostError``."""


def probed(
    found: Sequence[StandIn], prober: Prober, outside: str | None
) -> tuple[list[Reached], list[Finding]]:
    """What was asked and answered, and what is amiss by that. Raises ``HostError``."""
    asked = questions(found, parse_address(outside, "probe_address") if outside else prober.default_router())
    answered = prober.ask(found, asked)
    reached = [Reached(q.source, q.target, q.address, q in answered) for q in asked]
    return reached, [_unreached(q) for q in asked if q.must and q not in answered]


def _unreached(question: Question) -> Finding:
    return Finding(
        "unreached",
        "error",
        f"{question.source} gets no answer from {question.target} at {question.address}, as a probe in its place saw",
        "See what else was found; docs/firewalls.md of this collection tells of each way.",
    )
