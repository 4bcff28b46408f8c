# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers of a container engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from .._core.change import Address, Change
from .._core.compare import Difference, compare
from .._core.driver import Claim, Driver, Planning, Reference, Remarks
from .._core.errors import InvalidSpec, Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.container import Container
from .._model.image_name import familiar
from . import container_config as config
from .container_change import ContainerChange
from .container_wait import Answers, Waiter
from .engine import Engine
from .image_origin import registry_digest
from .labels import owner_of

# These belong to the engine itself, and nobody makes them.
_BUILT_IN = ("bridge", "host", "none")


class ContainerDriver(Driver):
    """Containers of one engine. Images, networks and volumes are others' to make, but a missing image is pulled."""

    kind = "container"
    created_as = "stopped"
    power: ClassVar[Mapping[tuple[str, str], str]] = {
        ("stopped", "started"): "start",
        ("stopped", "healthy"): "start",
        ("paused", "started"): "resume",
        ("paused", "healthy"): "resume",
        ("dead", "started"): "start",
        ("dead", "healthy"): "start",
        ("running", "stopped"): "stop",
        ("paused", "stopped"): "stop",
        ("restarting", "stopped"): "stop",
    }

    def __init__(self, engine: Engine, answers: Answers) -> None:
        self._engine = engine
        self._answers = answers

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        return self._engine.understood("read the containers", lambda: self._seen(names, owner))

    def _seen(self, names: Collection[str], owner: str | None) -> dict[str, Any]:
        rows = self._engine.rows("list the containers", lambda api: api.containers(all=True))
        wanted = [
            row["Id"]
            for row in rows
            if _name(row) in names or (owner is not None and owner_of(row.get("Labels"), _name(row)) == owner)
        ]
        if not wanted:
            return {}
        among = self._surroundings({row["Id"]: _name(row) for row in rows})
        entries = (self._inspect(identity) for identity in wanted)
        specs = (config.read(entry, among) for entry in entries if entry is not None)
        return {spec.name: spec for spec in specs}

    def _inspect(self, identity: str) -> Mapping[str, Any] | None:
        entry: Mapping[str, Any] | None = self._engine.find(lambda api: api.inspect_container(identity))
        return entry

    def _surroundings(self, names: Mapping[str, str]) -> config.Surroundings:
        rows = self._engine.rows("list the images", lambda api: api.images())
        return config.Surroundings(
            {familiar(str(tag)): str(row["Id"]) for row in rows for tag in row.get("RepoTags") or ()},
            {
                str(row["Id"]): tuple(str(d).partition("@")[2] for d in row.get("RepoDigests") or ())
                for row in rows
            },
            names,
            binds_unnamed=self._engine.name == "podman",
        )

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state == "absent" or asked.image is None:
            return asked
        if asked.pull == "never":
            there = self._engine.find(lambda api: api.inspect_image(asked.image))
            return dataclasses.replace(asked, image_missing=there is None)
        if asked.pull == "missing":
            return asked
        return dataclasses.replace(asked, digest=registry_digest(self._engine, asked.image))

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        if found is None and asked.state != "absent" and asked.image is None:
            raise InvalidSpec("image: is needed to make it", hint="Name the image.")
        changes = super().plan(asked, found, planning)
        made = any(change.action in ("create", "replace") for change in changes)
        if made and asked.image_missing and not _coming(asked, planning):
            raise Refused(
                f"its image {asked.image} does not exist, and pull: never",
                hint="Bring the image, or permit to pull it.",
            )
        return changes

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        differences = [*compare(asked, found), *_moved(asked, found), *_new_image(asked, found, planning)]
        if self._engine.name == "podman":
            differences = [
                d if d.path.startswith("networks") else dataclasses.replace(d, disruption=Disruption.REPLACE)
                for d in differences
            ]
        if not differences:
            return []
        cost = max(d.disruption for d in differences)
        action = "replace" if cost is Disruption.REPLACE else "update"
        return [Change(action, Address(self.kind, asked.name), cost, tuple(differences), asked, found)]

    def references(self, spec: Any) -> Sequence[Reference]:
        image = [Address("image", spec.image)] if spec.image else []
        volumes = [Address("volume", bind.volume) for bind in spec.volumes or () if bind.volume]
        others = [
            Address(self.kind, mode.partition(":")[2])
            for mode in (spec.network_mode, spec.ipc_mode, spec.pid_mode)
            if (mode or "").startswith("container:")
        ]
        networks = [place.name for place in spec.networks or () if place.name not in _BUILT_IN]
        return [
            *(Reference(address, must_exist=False) for address in (*image, *volumes)),
            *(Reference(Address("container_network", name)) for name in networks),
            *(Reference(address) for address in others),
            *(needed.reference() for needed in spec.depends_on),
        ]

    def claims(self, spec: Any) -> Sequence[Claim]:
        places = spec.networks or ()
        return [
            *(Claim("port", port) for port in spec.published_ports or () if port.host_port is not None),
            *(Claim(f"address on network {p.name}", p.ipv4_address) for p in places if p.ipv4_address),
        ]

    def apply(self, change: Change, undo: Undo) -> None:
        ContainerChange(self._engine, change, undo, self._waiter(change.asked)).apply()

    def wait(self, spec: Any, condition: str | None) -> None:
        if condition is not None:
            self._waiter(spec).wait(condition)
        elif spec.state == "healthy":
            self._waiter(spec).wait("healthy")

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        if found is None or found.state != "restarting":
            return Remarks()
        return Remarks(warnings=("does not stay up: the engine starts it again and again; see its log",))

    def _waiter(self, spec: Container) -> Waiter:
        return Waiter(self._engine, self._answers, spec)


def _name(row: Mapping[str, Any]) -> str:
    """A container's own name; it has more where others are linked to it."""
    names = [str(name).lstrip("/") for name in row.get("Names") or ()]
    return next((name for name in names if "/" not in name), "")


def _new_image(asked: Container, found: Container, planning: Planning) -> list[Difference]:
    """That the name of its image stands, or is about to stand, for another one."""
    if asked.image is None or asked.image != found.image:
        return []
    planned = _coming(asked, planning)
    pulled = asked.digest is not None and asked.digest not in (found.digests or ())
    if not (planned or pulled or found.outdated):
        return []
    return [Difference("image", found.image_id, asked.image, Disruption.REPLACE)]


def _coming(asked: Container, planning: Planning) -> bool:
    """Whether its image is about to be made."""
    changes = planning.planned.get(Address("image", str(asked.image)), ())
    return any(change.action != "delete" for change in changes)


def _moved(asked: Container, found: Container) -> list[Difference]:
    """That a container without a network of its own is to stand on some: engines cannot change that."""
    mode = found.network_mode or ""
    if not asked.networks or asked.network_mode is not None:
        return []
    if mode not in ("host", "none") and not mode.startswith("container:"):
        return []
    return [Difference("network_mode", mode, asked.networks[0].name, Disruption.REPLACE)]
