# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change and Plan: frozen data, the only source of ``changed``, ``diff`` and ``actions``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, NamedTuple

from .compare import Difference, plain
from .field import Disruption


class Address(NamedTuple):
    """What names an object on a host: ``vm/erp``."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclasses.dataclass(frozen=True, eq=False)
class Change:
    """One action on one object. A change is itself and no other, so that a status can be kept for it.

    ``asked`` and ``found`` are whole specs, for the driver that applies the change; they are never printed.
    ``guarded`` is false where the spec asks for this very action (``state: absent``), so that no permission is needed.
    ``once`` says that it is asked for as an act and not as a state (a restart): verifying does not look for it again.
    ``users`` are the workloads that it costs something, besides the object itself.
    """

    action: str
    address: Address
    disruption: Disruption = Disruption.NONE
    differences: tuple[Difference, ...] = ()
    asked: Any = dataclasses.field(default=None, repr=False)
    found: Any = dataclasses.field(default=None, repr=False)
    guarded: bool = True
    once: bool = False
    users: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(difference.path for difference in self.differences)

    def touches(self, *fields: str) -> bool:
        """Whether one of these top-level fields, or something inside it, differs."""
        return any(path.split(".")[0].split("[")[0] in fields for path in self.fields)

    def described(self, status: str) -> dict[str, Any]:
        """One item of the result's ``actions``."""
        return {
            "action": self.action,
            "kind": self.address.kind,
            "name": self.address.name,
            "disruption": self.disruption.value,
            "fields": list(self.fields),
            "status": status,
        }

    def before(self) -> dict[str, Any]:
        """Only what differs, masked; the whole object where it goes away."""
        if self.action == "delete":
            return dict(plain(self.found)) if self.found is not None else {}
        return {d.path: d.shown(d.before) for d in self.differences}

    def after(self) -> dict[str, Any]:
        """Only what differs, masked; the whole object where it is new."""
        if self.action == "create":
            return dict(plain(self.asked)) if self.asked is not None else {}
        return {d.path: d.shown(d.after) for d in self.differences}


@dataclasses.dataclass(frozen=True)
class Plan:
    """All changes of a run, in the order in which they are listed (an order in which they could be applied)."""

    changes: tuple[Change, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.changes)

    def of(self, address: Address) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.address == address)

    def diff(self, changes: Iterable[Change] | None = None) -> dict[str, Any]:
        """Ansible's diff: ``before`` and ``after`` keyed by address, actions without fields as ``state``."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for change in self.changes if changes is None else changes:
            key = str(change.address)
            before.setdefault(key, {}).update(change.before())
            after.setdefault(key, {}).update(change.after() or {"action": change.action})
        return {"before": before, "after": after}
