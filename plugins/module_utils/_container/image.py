# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images of a container engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from .._core.change import Address, Change
from .._core.compare import Difference
from .._core.driver import Driver, Planning, Reference
from .._core.errors import Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.image import Image
from .._model.image_name import familiar, split_image_name
from . import image_origin as origin
from .build_context import BuildContext
from .engine import Engine
from .labels import own, owner_of


class ImageDriver(Driver):
    """Images of one container engine, by their familiar names."""

    kind = "image"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        return self._engine.understood("read the images", lambda: self._seen(names, owner))

    def _seen(self, names: Collection[str], owner: str | None) -> dict[str, Any]:
        rows = self._engine.rows("list the images", lambda api: api.images())
        ids = {name: str(row["Id"]) for row in rows for name in _names(row)}
        return {
            name: _read(name, row, ids)
            for row in rows
            for name in _names(row)
            if name in names or (owner is not None and owner_of(row.get("Labels"), name) == owner)
        }

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state == "absent":
            return dataclasses.replace(asked, users=self._users(found)) if found is not None else asked
        if asked.build is not None:
            context = BuildContext(asked.build)
            return dataclasses.replace(asked, context=context.digest(), bases=context.bases)
        if asked.rootfs_path is not None:
            return origin.with_rootfs(asked, found)
        if asked.archive_path is not None:
            return origin.with_archive(asked)
        if asked.pull == "always" and found is not None:
            return dataclasses.replace(asked, digest=origin.registry_digest(self._engine, asked.name))
        return asked

    def files(self, spec: Any) -> Sequence[str]:
        context = spec.build.path if spec.build is not None else None
        return [path for path in (context, spec.rootfs_path, spec.archive_path) if path]

    def _users(self, found: Image) -> tuple[str, ...] | None:
        """The containers that are made of it: the engine keeps it for them, unless it has another name."""
        rows = self._engine.rows("list the containers", lambda api: api.containers(all=True))
        made = (row for row in rows if familiar(str(row.get("Image"))) == found.name or _is_of(row, found))
        return tuple(sorted(str(row["Names"][0]).lstrip("/") for row in made)) or None

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        changes = super().plan(asked, found, planning)
        for change in changes:
            left = [name for name in asked.users or () if not planning.removes(Address("container", name))]
            if change.action == "delete" and left:
                users = ", ".join(f"container/{name}" for name in left)
                raise Refused(f"is in use by {users}", hint="Remove these containers first.")
            if change.action == "create" and asked.is_awaited:
                raise Refused(
                    "does not exist, and pull: never", hint="Bring the image, or permit to pull it."
                )
        return changes

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        changes = super().plan_fields(asked, found, planning)
        bases = tuple(_new_bases(asked, found, planning))
        if not bases:
            return changes
        differences = tuple(d for change in changes for d in change.differences) + bases
        address = Address(self.kind, asked.name)
        return [Change("update", address, Disruption.NONE, differences, asked, found)]

    def references(self, spec: Any) -> Sequence[Reference]:
        return tuple(
            Reference(Address(self.kind, name), must_exist=False)
            for name in spec.bases or ()
            if name != spec.name
        )

    def apply(self, change: Change, undo: Undo) -> None:
        name, asked = change.address.name, change.asked
        if change.action == "delete":
            self._engine.find(lambda api: api.remove_image(name), f"remove the image {name}")
        else:
            origin.bring(self._engine, asked, self._ids())

    def _ids(self) -> dict[str, str]:
        rows = self._engine.rows("list the images", lambda api: api.images())
        return {name: str(row["Id"]) for row in rows for name in _names(row)}


def _names(row: Mapping[str, Any]) -> Iterator[str]:
    for name in [*(row.get("RepoTags") or ()), *(row.get("RepoDigests") or ())]:
        if not str(name).startswith("<none>"):
            yield familiar(str(name))


def _read(name: str, row: Mapping[str, Any], ids: Mapping[str, str]) -> Image:
    labels = row.get("Labels") or {}
    bases = origin.recorded_bases(labels)
    tags = tuple(tag for tag in _names(row) if "@" not in tag)
    return Image(
        name=name,
        context=labels.get(origin.CONTEXT),
        rootfs=labels.get(origin.ROOTFS),
        rootfs_seen=labels.get(origin.SEEN),
        archive=str(row["Id"]),
        digest=_digest(name, row),
        labels=own(labels),
        owner=owner_of(labels, name),
        bases=tuple(bases) or None,
        outdated=tuple(below for below, id_ in bases.items() if ids.get(below, id_) != id_) or None,
        id=str(row["Id"]),
        size=row.get("Size"),
        tags=tags,
    )


def _digest(name: str, row: Mapping[str, Any]) -> str | None:
    """The digest under which the registry of this name gave it out."""
    repository = split_image_name(name)[0]
    for entry in row.get("RepoDigests") or ():
        if split_image_name(familiar(str(entry)))[0] == repository:
            return str(entry).partition("@")[2]
    return None


def _is_of(row: Mapping[str, Any], found: Image) -> bool:
    """Whether a container has the image by its id, and the image has no other name to go on by."""
    return bool(row.get("ImageID") == found.id and len(found.tags or ()) < 2)


def _new_bases(asked: Image, found: Image, planning: Planning) -> Iterator[Difference]:
    """The images below that were, or are about to be, made anew since this one was built on them."""
    for below in asked.bases or ():
        planned = any(
            change.action != "delete" for change in planning.planned.get(Address("image", below), ())
        )
        if planned or below in (found.outdated or ()):
            yield Difference(f"bases[{below}]", "earlier", "present", Disruption.NONE)
