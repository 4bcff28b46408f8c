# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every kind of object gives to ``converge``: how it is observed, planned, applied and waited for."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from .change import Address, Change
from .compare import compare
from .field import Disruption
from .undo import Undo


@dataclasses.dataclass(frozen=True)
class Reference:
    """That one object needs another: it is created after it and deleted before it.

    ``condition`` (started, healthy, agent, port:8080, ...) is awaited on the other before this one is touched.
    ``must_exist``: refuse the plan when the other is neither asked for nor found. ``order_only``: it does without the
    other, and merely comes after it where both are part of the run.
    """

    address: Address
    condition: str | None = None
    must_exist: bool = True
    order_only: bool = False


@dataclasses.dataclass(frozen=True)
class Claim:
    """That an object wants something for itself alone: a MAC, an address, a port of the host, a subnet.

    Two claims on one resource collide when their values are equal or, where a value has an ``overlaps`` method (as
    subnets have), overlap.
    """

    resource: str
    value: Any

    def collides(self, other: Claim) -> bool:
        if self.resource != other.resource:
            return False
        overlaps = getattr(self.value, "overlaps", None)
        return bool(overlaps(other.value) if overlaps else self.value == other.value)


@dataclasses.dataclass(frozen=True)
class Space:
    """Bytes that a change takes of the file system at ``path``: ``now``, while it is made, and ``full`` at the most."""

    path: str
    now: int = 0
    full: int = 0


@dataclasses.dataclass(frozen=True)
class Planning:
    """What a plan may depend on besides the two specs: the permission, and what is planned for the objects needed.

    ``leaving`` are the objects that stay, and by what is planned for them let go of this one, which is to go.
    """

    allow: Disruption = Disruption.REPLACE
    planned: Mapping[Address, Sequence[Change]] = dataclasses.field(default_factory=dict)
    leaving: Collection[Address] = ()

    def removes(self, address: Address) -> bool:
        """Whether an object will be gone when this one's turn comes."""
        return any(change.action == "delete" for change in self.planned.get(address, ()))

    def frees(self, user: Address) -> bool:
        """Whether a user of this object will be gone, or do without it, when its turn comes."""
        return user in self.leaving or self.removes(user)


@dataclasses.dataclass(frozen=True)
class Remarks:
    """What the user should know of an object beyond its changes."""

    warnings: tuple[str, ...] = ()
    restart_required: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()


class Driver(abc.ABC):
    """One kind of object on one engine. It never sees Ansible, check mode or another driver.

    Specs are frozen dataclasses with at least ``name`` and ``state``; ``owner`` where the kind can carry one.
    ``power`` maps (state found, state asked) to the action that leads from one to the other; ``created_as`` is the
    state that ``create`` leaves behind; ``marks`` says whether what is there can get an owner. Methods are called from
    several threads at once.
    """

    kind: ClassVar[str]
    power: ClassVar[Mapping[tuple[str, str], str]] = {}
    created_as: ClassVar[str] = "present"
    marks: ClassVar[bool] = True

    @abc.abstractmethod
    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        """The present specs of these objects, and of all that carry ``owner``; missing ones are left out. Read only."""

    @abc.abstractmethod
    def apply(self, change: Change, undo: Undo) -> None:
        """Makes one change, or raises ``HostError``. Steps that should not outlive a failure go to ``undo``."""

    def prepare(self, asked: Any, found: Any | None) -> Any:
        """The spec, completed by what the host holds (the digest of a file), before anything is planned. Read only.

        Raises ``HostError`` where the host cannot give what is asked, so that nothing is touched then.
        """
        return asked

    def files(self, spec: Any) -> Sequence[str]:
        """The files and folders of the host that ``prepare`` reads for this spec."""
        return ()

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        """The changes that lead from ``found`` to ``asked``, in order. Pure: it looks at nothing but its arguments."""
        address = Address(self.kind, asked.name)
        if asked.state == "absent":
            if found is None:
                return ()
            return (Change("delete", address, Disruption.REPLACE, asked=asked, found=found, guarded=False),)
        if found is None:
            changes = [Change("create", address, asked=asked)]
            state = self.created_as
        else:
            changes = self.plan_fields(asked, found, planning)
            state = found.state
            if any(change.action == "replace" for change in changes):
                return tuple(changes)
        step = self.power.get((state, asked.state))
        if step:
            changes.append(Change(step, address, asked=asked, found=found, guarded=False))
        return tuple(changes)

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        """The change that brings the fields of an existing object in step: one ``update`` or one ``replace``."""
        differences = compare(asked, found)
        if not differences:
            return []
        cost = max(difference.disruption for difference in differences)
        action = "replace" if cost is Disruption.REPLACE else "update"
        return [Change(action, Address(self.kind, asked.name), cost, differences, asked, found)]

    def references(self, spec: Any) -> Sequence[Reference]:
        """The objects that this one needs."""
        return ()

    def claims(self, spec: Any) -> Sequence[Claim]:
        """What this one wants for itself alone."""
        return ()

    def takes(self, change: Change) -> Sequence[Space]:
        """What one of its changes takes of the host's file systems. Read only."""
        return ()

    def wait(self, spec: Any, condition: str | None) -> None:
        """Waits for a condition, or (None) for what the spec itself asks for; ``ApplyFailed`` at the deadline."""
        return

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        """Warnings, and what waits for a restart, of an object as it is after the run."""
        return Remarks()
