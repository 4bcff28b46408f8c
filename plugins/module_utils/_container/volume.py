# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes of a container engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .._core.change import Address, Change
from .._core.compare import compare
from .._core.driver import Driver, Planning, Remarks
from .._core.errors import Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.volume import Volume
from .engine import Engine
from .labels import own, owner_of, written

# What the data of a volume does not outlive.
_TAKES = ("delete", "replace")


class VolumeDriver(Driver):
    """Named volumes of one container engine. It marks none that is there, since that would take making it anew."""

    kind = "volume"
    marks = False

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._entries: dict[str, dict[str, Any]] = {}
        self._containers: list[dict[str, Any]] | None = None

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        return self._engine.understood("read the volumes", lambda: self._seen(names, owner))

    def _seen(self, names: Collection[str], owner: str | None) -> dict[str, Any]:
        entries = self._engine.rows("list the volumes", lambda api: api.volumes()["Volumes"])
        wanted = [
            entry
            for entry in entries
            if entry["Name"] in names
            or (owner is not None and owner_of(entry.get("Labels"), entry["Name"]) == owner)
        ]
        self._entries, self._containers = {entry["Name"]: entry for entry in wanted}, None
        return {entry["Name"]: _read(entry) for entry in wanted}

    def prepare(self, asked: Any, found: Any | None) -> Any:
        """With its users, where it is to go: of containers, Podman's list is a long time in coming."""
        if found is None or not any(c.action in _TAKES for c in super().plan(asked, found, Planning())):
            return asked
        return self._engine.understood("read the containers", lambda: self._with_users(asked))

    def _with_users(self, asked: Volume) -> Volume:
        if self._containers is None:
            self._containers = self._engine.rows("list the containers", lambda api: api.containers(all=True))
        users = sorted(
            str(container["Names"][0]).lstrip("/")
            for container in self._containers
            if any(mount.get("Name") == asked.name for mount in container.get("Mounts") or ())
        )
        return dataclasses.replace(asked, users=tuple(users) or None)

    def told(self, name: str) -> dict[str, Any]:
        """What the engine tells of a volume."""
        entry = self._entries.get(name)
        return {self.kind: entry} if entry else {}

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        changes = super().plan(asked, found, planning)
        if not any(change.action in _TAKES for change in changes):
            return changes
        left = [name for name in asked.users or () if not planning.frees(Address("container", name))]
        if left and (asked.state == "absent" or planning.allow is Disruption.REPLACE):
            users = ", ".join(f"container/{name}" for name in left)
            raise Refused(f"is in use by {users}", hint="Remove these containers first.")
        return changes

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        if asked.recreate == "never":
            return []
        changes = super().plan_fields(asked, found, planning)
        if asked.recreate != "always" or changes:
            return changes
        address = Address(self.kind, asked.name)
        return [
            Change("replace", address, Disruption.REPLACE, asked=asked, found=found, guarded=False, once=True)
        ]

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        differing = compare(asked, found) if found is not None and asked.recreate == "never" else ()
        fields = ", ".join(difference.path for difference in differing)
        return Remarks(warnings=(f"stays as it is, since recreate is never: {fields}",) if fields else ())

    def apply(self, change: Change, undo: Undo) -> None:
        name = change.address.name
        if change.action in ("delete", "replace"):
            self._engine.find(lambda api: api.remove_volume(name), "remove the volume")
        if change.action in ("create", "replace"):
            self._create(change.asked)

    def _create(self, spec: Volume) -> None:
        self._engine.do(
            "create the volume",
            lambda api: api.create_volume(
                spec.name, spec.driver, spec.driver_options, written(spec.labels, spec.owner, spec.name)
            ),
        )


def _read(entry: Mapping[str, Any]) -> Volume:
    return Volume(
        name=entry["Name"],
        driver=entry.get("Driver"),
        driver_options=_options(entry.get("Options") or {}),
        labels=own(entry.get("Labels")),
        owner=owner_of(entry.get("Labels"), entry["Name"]),
        mountpoint=entry.get("Mountpoint"),
    )


def _options(found: Mapping[str, str]) -> dict[str, str]:
    """As they were given: Podman adds, in capitals, what it understood of ``o``."""
    understood = {option.partition("=")[0].upper() for option in found.get("o", "").split(",")}
    return {name: value for name, value in found.items() if name not in understood}
