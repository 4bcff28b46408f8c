# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images of a container engine."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Protocol

from .._core.change import Address, Change
from .._core.compare import Difference
from .._core.driver import Driver, Planning, Reference
from .._core.errors import Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.image import Image
from .._model.image_name import LOCAL, familiar, split_image_name
from .._model.image_prune import Held, PruneRule
from .._model.image_scan import Finding, Scan, named
from . import image_acts as acts
from . import image_origin as origin
from .build_context import BuildContext
from .container_answer import masked
from .engine import Engine
from .image_archive import held_as
from .image_reading import alike, ids_of, names_of, read
from .labels import owner_of


class ImageHost(Protocol):
    """What images need of the host: files that are there whole or not at all, and a scanner."""

    def replacing(self, path: str) -> AbstractContextManager[str]:
        """A new name; what is written there gets the name ``path`` in the end."""

    def findings(self, engine: str, name: str, scan: Scan) -> Sequence[Finding]:
        """What a scanner knows of an image of this engine. Raises ``HostError``."""


class ImageDriver(Driver):
    """Images of one container engine, by their familiar names or by id."""

    kind = "image"

    def __init__(self, engine: Engine, host: ImageHost) -> None:
        self._engine = engine
        self._host = host
        self._entries: dict[str, dict[str, Any]] = {}
        self._logs: dict[str, str] = {}

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        return self._engine.understood("read the images", lambda: self._seen(names, owner))

    def _seen(self, names: Collection[str], owner: str | None) -> dict[str, Any]:
        rows = self._rows()
        ids = ids_of(rows)
        for name in names:
            self._entries.pop(name, None)
        return {
            name: read(name, row, ids, self._platform(name, row) if name in names else None)
            for row in rows
            for name in (*names_of(row), str(row["Id"]))
            if name in names or (owner is not None and owner_of(row.get("Labels"), name) == owner)
        }

    def _rows(self) -> list[dict[str, Any]]:
        """Those of this host's own after those of registries: of two with one familiar name, the engine means these."""
        rows = self._engine.rows("list the images", lambda api: api.images())
        return sorted(rows, key=lambda row: any(name.startswith(LOCAL) for name in row.get("RepoTags") or ()))

    def _platform(self, name: str, row: Mapping[str, Any]) -> str | None:
        """None where it is gone since it was listed."""
        there: dict[str, Any] = self._engine.find(lambda api: api.inspect_image(str(row["Id"]))) or {}
        self._entries[name] = there
        return "/".join(filter(None, (there.get(k) for k in ("Os", "Architecture", "Variant")))) or None

    def told(self, name: str) -> dict[str, Any]:
        """What the engine tells of an image, its environment masked, and what it wrote as it built it."""
        entry, log = self._entries.get(name), self._logs.get(name)
        inspected = {self.kind: masked(entry)} if entry else {}
        return inspected if log is None else {**inspected, "stdout": log}

    def chosen(self, rule: PruneRule) -> tuple[str, ...]:
        """What goes by a rule: names, and the ids of what has none."""
        return self._engine.understood("read the images", lambda: rule.chosen(self._held(), time.time()))

    def _held(self) -> list[Held]:
        containers = self._engine.rows("list the containers", lambda api: api.containers(all=True))
        kept = {str(row.get("ImageID")) for row in containers}
        return [
            Held(
                id=str(row["Id"]),
                names=tuple(name for name in names_of(row) if "@" not in name),
                created=float(row["Created"]),
                labels=row.get("Labels") or {},
                used=str(row["Id"]) in kept,
            )
            for row in self._rows()
        ]

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state == "absent":
            return dataclasses.replace(asked, users=self._users(found)) if found is not None else asked
        asked = acts.prepared(self._engine, self._sourced(asked, found), found)
        if (
            asked.scan is not None
            and found is not None
            and not acts.is_brought(self.plan(asked, found, Planning()))
        ):
            self._scan(asked.name, asked.scan)
        return asked

    def _sourced(self, asked: Image, found: Image | None) -> Image:
        if asked.build is not None:
            context = BuildContext(asked.build)
            return dataclasses.replace(asked, context=context.digest(), bases=context.bases)
        if asked.rootfs_path is not None:
            return origin.with_rootfs(asked, found)
        if asked.archive_path is not None:
            return dataclasses.replace(asked, archive=held_as(asked.archive_path, asked.name))
        return asked

    def _scan(self, name: str, scan: Scan) -> None:
        """Raises ``Refused`` where the image has more than its spec puts up with."""
        findings = scan.beyond(self._host.findings(self._engine.name, name, scan))
        if findings:
            raise Refused(
                f"has {named(findings)}",
                hint="Take an image without them, or raise scan.severity.",
            )

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
            left = [name for name in asked.users or () if not planning.frees(Address("container", name))]
            if change.action == "delete" and left:
                users = ", ".join(f"container/{name}" for name in left)
                raise Refused(f"is in use by {users}", hint="Remove these containers first.")
            if change.action == "create" and asked.is_awaited:
                raise Refused(
                    "does not exist, and pull: never", hint="Bring the image, or permit to pull it."
                )
        return changes if asked.state == "absent" else [*changes, *acts.planned(asked, found, changes)]

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        changes = super().plan_fields(asked, alike(asked, found), planning)
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
            self._remove(name)
        elif change.action in acts.ACTIONS:
            acts.apply(self._engine, change, self._host.replacing)
        else:
            if acts.is_brought([change]):
                self._bring(asked, undo)
            for other in asked.repository or ():
                self._name(name, other)

    def _bring(self, asked: Image, undo: Undo) -> None:
        """The name stands for the new image, unless that turns out to be one that is not wanted."""
        ids = ids_of(self._rows())
        log = origin.bring(self._engine, asked, ids)
        if log is not None:
            self._logs[asked.name] = log
        if asked.scan is not None:
            earlier = ids.get(asked.name)
            back = partial(self._name, earlier, asked.name) if earlier else partial(self._remove, asked.name)
            undo.push(f"take {asked.name} back", back)
            self._scan(asked.name, asked.scan)
            undo.commit()

    def _name(self, image: str, name: str) -> None:
        repository, tag, _digest = split_image_name(name)
        self._engine.do(f"tag it as {name}", lambda api: api.tag(image, repository, tag))

    def _remove(self, name: str) -> None:
        """Under every name that is this one's in full: Podman may have one of this host and one of a registry."""
        tags = [str(tag) for row in self._rows() for tag in row.get("RepoTags") or ()]
        for full in [tag for tag in tags if familiar(tag) == name] or [name]:
            self._engine.find(partial(_removed, full), f"remove the image {name}")


def _removed(name: str, api: Any) -> None:
    api.remove_image(name)


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
