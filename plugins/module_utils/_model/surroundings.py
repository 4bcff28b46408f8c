# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Completes networks by what is on the host: the two halves agree, and new subnets and bridges are nobody else's."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from .._core.change import Address
from .._core.errors import EngineUnreachable, HostError, Refused
from .._core.order import Target
from . import subnets
from .address_plan import Segment
from .network_halves import CONTAINERS, VMS, Found, Halves
from .subnets import Lan, Occupied

Source = Callable[[], Sequence[Occupied]]


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """``sources`` tell which subnets are in use, ``has_bridge`` whether the host has an interface of that name, and
    ``lan`` what that is on.

    They are asked only when a network is to be made or moved. What the user left out is taken from what is there, so
    that it does not count as a difference.
    """

    sources: Sequence[Source]
    has_bridge: Callable[[str], bool]
    lan: Callable[[str], Lan | None]

    def __call__(self, targets: Sequence[Target], found: Found) -> list[Target]:
        """The targets with both halves of each network complete. Raises ``Refused`` for a subnet or bridge in use."""
        networks = {t.asked.name: t for t in targets if t.address.kind == VMS and not t.absent}
        halves = {t.asked.name: t for t in targets if t.address.kind == CONTAINERS and not t.absent}
        specs: dict[Address, Any] = {}
        chosen: list[Occupied] = []
        for name in {**networks, **halves}:
            segment = Halves(name, networks.get(name), halves.get(name), found)
            try:
                if segment.moves():
                    self._check_bridge(segment)
                    if segment.interface is not None:
                        segment.join(self.lan(segment.interface))
                    segment.settle([*self._others(segment), *chosen])
                specs.update(segment.completed())
            except HostError as error:
                raise error.about(VMS if name in networks else CONTAINERS, name) from None
            chosen += segment.occupied()
        return [dataclasses.replace(t, asked=specs.get(t.address, t.asked)) for t in targets]

    def _others(self, segment: Halves) -> list[Occupied]:
        others: list[Occupied] = []
        for source in self.sources:
            with contextlib.suppress(EngineUnreachable):
                others += source()
        return [o for o in others if not segment.owns(o)]

    def _check_bridge(self, segment: Halves) -> None:
        bridge, parent = segment.bridge, segment.interface
        if (
            segment.mode == "direct"
            and segment.new
            and parent
            and "." not in parent
            and not self.has_bridge(parent)
        ):
            raise Refused(f"the host has no interface {parent}", hint="Choose one that it has.")
        if bridge is None or bridge in segment.present_bridges:
            return
        if self.has_bridge(bridge) and segment.interface is None:
            raise Refused(
                f"the host has an interface {bridge} already, which is not this network's",
                hint="Choose another name for the bridge, or remove that one.",
            )
        if not self.has_bridge(bridge) and segment.interface is not None:
            raise Refused(
                f"the host has no bridge {bridge}",
                hint="Make it first.",
            )


def segments(targets: Sequence[Target], found: Found) -> dict[str, Segment]:
    """The address plan's view of completed networks; those without a subnet are left out."""
    result: dict[str, Segment] = {}
    for target in targets:
        if target.address.kind not in (VMS, CONTAINERS) or target.absent or target.asked.subnet is None:
            continue
        spec, present = target.asked, found.get(target.address)
        segment = result.setdefault(spec.name, Segment(spec.name, spec.subnet, spec.gateway, {}))
        if target.address.kind == VMS:
            dhcp = spec.dhcp or (present.dhcp if present else None)
            segment.ranges["vm"] = (
                (dhcp.start, dhcp.end) if dhcp else subnets.lower_range(spec.subnet, spec.gateway, None)
            )
        else:
            block = (
                spec.ip_range
                or (present.ip_range if present else None)
                or subnets.upper_block(spec.subnet, None)
            )
            segment.ranges["container"] = subnets.bounds(block, spec.subnet)
    return result
