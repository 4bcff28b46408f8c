# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validates targets against one another and against the host, and puts them in order."""

from __future__ import annotations

import dataclasses
import graphlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .change import Address
from .driver import Claim, Driver, Planning
from .errors import InvalidSpec, Refused
from .field import Disruption


@dataclasses.dataclass(frozen=True)
class Target:
    """One object that is asked for, and how far its plan may go."""

    driver: Driver
    asked: Any
    allow: Disruption = Disruption.LIVE
    adopt: bool = False

    @property
    def address(self) -> Address:
        return Address(self.driver.kind, self.asked.name)

    @property
    def absent(self) -> bool:
        return bool(self.asked.state == "absent")


def check_unique(targets: Sequence[Target]) -> None:
    """Raises ``InvalidSpec`` where an object is asked twice, or two objects claim one thing."""
    seen: set[Address] = set()
    for target in targets:
        if target.address in seen:
            raise InvalidSpec("is asked for twice", hint="Keep one of the two.").about(*target.address)
        seen.add(target.address)
    claimed: dict[str, list[tuple[Address, Any]]] = {}
    for target in targets:
        if target.absent:
            continue
        for claim in target.driver.claims(target.asked):
            earlier = claimed.setdefault(claim.resource, [])
            for address, other in earlier:
                if claim.collides(other):
                    shared = f"is also asked for by {address}"
                    if str(claim.value) != str(other.value):
                        shared = f"overlaps {other.value}, which {address} asks for"
                    raise InvalidSpec(
                        f"{claim.resource} {claim.value} {shared}", hint="Give each its own."
                    ).about(*target.address)
            earlier.append((target.address, claim))


def check_references(targets: Sequence[Target], present: Mapping[Address, Any]) -> None:
    """Raises ``Refused`` where a target needs an object that neither exists nor is asked for."""
    asked = {target.address: target for target in targets}
    for target in targets:
        if target.absent:
            continue
        for reference in target.driver.references(target.asked):
            needed = asked.get(reference.address)
            if needed is not None and needed.absent and not reference.order_only:
                raise Refused(
                    f"needs {reference.address}, which is asked to be absent",
                    hint="Keep it, or remove both.",
                ).about(*target.address)
            if needed is None and reference.must_exist and reference.address not in present:
                raise Refused(
                    f"needs {reference.address}, which neither exists nor is asked for",
                    hint=f"Create the {reference.address.kind} first, or correct the name.",
                ).about(*target.address)


def check_owners(targets: Iterable[Target], found: Mapping[Address, Any]) -> None:
    """Raises ``Refused`` where a target has the name of an object of somebody else."""
    for target in targets:
        present = found.get(target.address)
        whose = None if present is None or target.adopt else _foreign(target, present)
        if whose is not None:
            raise Refused(whose, hint="Choose another name, or set adopt: true to take it over.").about(
                *target.address
            )


def _foreign(target: Target, present: Any) -> str | None:
    """Why an object that is there is not the target's to change; a kind that is not marked as ours is anybody's."""
    owner, theirs = (getattr(spec, "owner", None) for spec in (target.asked, present))
    if owner is not None and owner != theirs and not (theirs is None and _is_used_as_it_is(target, present)):
        return f"belongs to stack {theirs}" if theirs else "exists and belongs to no stack"
    if not target.absent and getattr(present, "managed", None) is False:
        return "exists and was not made by this collection"
    return None


def _is_used_as_it_is(target: Target, present: Any) -> bool:
    """Whether a kind that cannot be taken over need not be, since nothing of this object changes."""
    if target.absent or target.driver.marks:
        return False
    return not target.driver.plan(target.asked, present, Planning(Disruption.NONE))


def ordered(targets: Sequence[Target], found: Mapping[Address, Any]) -> dict[Address, set[Address]]:
    """For each target those that go before it, in an order in which they can be applied one by one.

    Create after what is needed; and, as far as that leads into no circle, delete after what named it, and take what
    another holds after that one. Raises ``InvalidSpec`` for a circle of needs, naming its members.
    """
    before: dict[Address, set[Address]] = {target.address: set() for target in targets}
    for target in targets:
        if not target.absent:
            needed = (reference.address for reference in target.driver.references(target.asked))
            before[target.address] |= before.keys() & needed
    try:
        _sequence(before)
    except graphlib.CycleError as circle:
        names = " -> ".join(str(address) for address in reversed(circle.args[1]))
        raise InvalidSpec(f"objects depend on one another in a circle: {names}") from None
    for earlier, later in (*_partings(targets, found), *_handovers(targets, found)):
        if later not in _all_before(earlier, before):
            before[later].add(earlier)
    return {address: before[address] for address in _sequence(before)}


def _sequence(before: Mapping[Address, set[Address]]) -> list[Address]:
    """Sorted, so that a run takes the very order that its check run told."""
    sorter = graphlib.TopologicalSorter({address: sorted(earlier) for address, earlier in before.items()})
    return list(sorter.static_order())


def _partings(targets: Sequence[Target], found: Mapping[Address, Any]) -> Iterator[tuple[Address, Address]]:
    """What names another goes before it where either is to go: first those that stay, and let go of it."""
    there = {target.address: target for target in targets}
    for target in sorted(targets, key=lambda target: target.absent):
        present = found.get(target.address)
        for reference in target.driver.references(present) if present is not None else ():
            named = there.get(reference.address)
            if named is not None and (target.absent or named.absent):
                yield target.address, named.address


def _handovers(targets: Sequence[Target], found: Mapping[Address, Any]) -> Iterator[tuple[Address, Address]]:
    """What gives a port, an address or a disk up goes before what is to have it."""
    given: dict[str, list[tuple[Address, Claim]]] = {}
    for target in targets:
        present = found.get(target.address)
        kept = () if target.absent else target.driver.claims(target.asked)
        for claim in target.driver.claims(present) if present is not None else ():
            if not any(claim.collides(other) for other in kept):
                given.setdefault(claim.resource, []).append((target.address, claim))
    for target in targets:
        for wanted in () if target.absent else target.driver.claims(target.asked):
            for address, claim in given.get(wanted.resource, ()):
                if address != target.address and wanted.collides(claim):
                    yield address, target.address


def _all_before(address: Address, before: Mapping[Address, set[Address]]) -> set[Address]:
    """What goes before an object, directly or not, with the object itself."""
    seen, waiting = {address}, [address]
    while waiting:
        earlier = before[waiting.pop()] - seen
        seen |= earlier
        waiting += earlier
    return seen
