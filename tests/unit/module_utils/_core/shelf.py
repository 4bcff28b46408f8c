# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A driver over a dictionary: just enough of an engine to watch the core at work."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address, Change
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Claim, Driver, Reference
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Compare, Disruption, field
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo


@dataclasses.dataclass(frozen=True)
class Part:
    key: str
    speed: int | None = field(Disruption.LIVE)


@dataclasses.dataclass(frozen=True)
class Thing:
    name: str
    state: str = "present"
    color: str | None = field(Disruption.NONE)
    memory: int | None = field(Disruption.RESTART)
    image: str | None = field(Disruption.REPLACE)
    password: str | None = field(Disruption.LIVE, secret=True)
    env: dict[str, str] | None = field(Disruption.LIVE, Compare.SUBSET, secret=True)
    tags: tuple[str, ...] | None = field(Disruption.LIVE, Compare.SET)
    parts: tuple[Part, ...] | None = field(Disruption.LIVE, Compare.KEYED)
    owner: str | None = field(Disruption.NONE)
    needs: tuple[Reference, ...] = ()
    port: int | None = None


class Shelf(Driver):
    """Keeps things in ``there``; ``broken`` names those that fail to apply; ``log`` is what was applied, in order."""

    kind = "thing"
    power: ClassVar[Mapping[tuple[str, str], str]] = {
        ("stopped", "running"): "start",
        ("running", "stopped"): "stop",
    }
    created_as = "stopped"

    def __init__(self) -> None:
        self.there: dict[str, Thing] = {}
        self.broken: dict[str, str] = {}
        self.log: list[str] = []
        self.waits: list[tuple[str, str | None]] = []
        self._lock = threading.Lock()

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Thing]:
        return {
            name: thing
            for name, thing in self.there.items()
            if name in names or (owner is not None and thing.owner == owner)
        }

    def apply(self, change: Change, undo: Undo) -> None:
        name = change.address.name
        if self.broken.get(name) == change.action:
            raise ApplyFailed(f"could not {change.action} it", cause="no room left")
        with self._lock:
            before = self.there.get(name)
            undo.push("put it back", lambda: self._restore(name, before))
            self._apply(change, before)
            self.log.append(f"{change.action} {change.address}")

    def _apply(self, change: Change, before: Thing | None) -> None:
        name, asked = change.address.name, change.asked
        if change.action == "delete":
            del self.there[name]
        elif change.action == "create":
            self.there[name] = dataclasses.replace(asked, state=self.created_as)
        elif change.action in ("start", "stop"):
            state = "running" if change.action == "start" else "stopped"
            self.there[name] = dataclasses.replace(self.there[name], state=state)
        else:
            assert before is not None
            self.there[name] = merged(asked, before)

    def _restore(self, name: str, before: Thing | None) -> None:
        if before is None:
            self.there.pop(name, None)
        else:
            self.there[name] = before

    def references(self, spec: Thing) -> Sequence[Reference]:
        return spec.needs

    def claims(self, spec: Thing) -> Sequence[Claim]:
        return [Claim("port", spec.port)] if spec.port else []

    def wait(self, spec: Thing, condition: str | None) -> None:
        self.waits.append((spec.name, condition))
        if self.broken.get(spec.name) == f"wait {condition}":
            raise ApplyFailed(f"did not become {condition}")


def merged(asked: Thing, found: Thing) -> Thing:
    """What an engine keeps when it is told the managed fields."""
    changes = {}
    for f in dataclasses.fields(asked):
        value = getattr(asked, f.name)
        if value is None or f.name == "state":
            continue
        if f.name == "env":
            value = {**(found.env or {}), **value}
        if f.name == "parts":
            there = {part.key: part for part in found.parts or ()}
            value = tuple(part if part.speed is not None else there.get(part.key, part) for part in value)
        changes[f.name] = value
    return dataclasses.replace(found, **changes)


def needing(*addresses: str, condition: str | None = None) -> tuple[Reference, ...]:
    return tuple(Reference(Address(*address.split("/", 1)), condition) for address in addresses)
