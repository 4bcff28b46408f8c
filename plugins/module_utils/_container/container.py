# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers of a container engine."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from .._core.change import Address, Change
from .._core.compare import Difference, compare
from .._core.driver import Claim, Driver, Planning, Reference, Remarks
from .._core.errors import InvalidSpec, Refused
from .._core.field import Compare, Disruption
from .._core.undo import Undo
from .._model.container import Container
from .._model.engine_support import outdated, unlimited, unsupported
from .._model.image_name import familiar
from .._model.names import is_container_id
from .._model.security_profile import deviations
from .container_acts import acts
from .container_answer import SHARED, Surroundings, masked, read
from .container_change import PREDECESSOR, SUCCESSOR, ContainerChange
from .container_job import Job
from .container_limits import with_podman_costs
from .container_prepare import Preparation
from .container_wait import Answers, Waiter
from .control_groups import version
from .engine import Engine
from .inspection import listed, settled
from .labels import owner_of
from .podman_filled import asked_for
from .podman_rootless import controllers

# These belong to the engine itself, and nobody makes them.
_BUILT_IN = ("bridge", "host", "none")


class ContainerDriver(Driver):
    """Containers of one engine. Images, networks and volumes are others' to make, but a missing image is pulled."""

    kind = "container"
    created_as = "stopped"
    power: ClassVar[Mapping[tuple[str, str], str]] = {
        ("stopped", "started"): "start",
        ("stopped", "healthy"): "start",
        ("stopped", "completed"): "start",
        ("dead", "started"): "start",
        ("dead", "completed"): "start",
        ("dead", "healthy"): "start",
        ("stopping", "started"): "start",
        ("stopping", "healthy"): "start",
        ("stopping", "stopped"): "stop",
        ("removing", "started"): "start",
        ("removing", "healthy"): "start",
        ("running", "stopped"): "stop",
        ("paused", "stopped"): "stop",
        ("restarting", "stopped"): "stop",
    }

    def __init__(self, engine: Engine, answers: Answers) -> None:
        self._engine = engine
        self._answers = answers
        self._controllers = functools.cache(lambda: controllers(engine))
        self._groups = functools.cache(lambda: version(engine))
        self._entries: dict[str, Mapping[str, Any]] = {}
        self._jobs: dict[str, Job] = {}
        self._warned: dict[str, list[str]] = {}

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        return self._engine.understood("read the containers", lambda: self._seen(names, owner))

    def _seen(self, names: Collection[str], owner: str | None) -> dict[str, Any]:
        rows = listed(self._engine)
        ids = {_name(row): str(row["Id"]) for row in rows}
        own = {_name(row) for row in rows if owner and owner_of(row.get("Labels"), _name(row)) == owner}
        stands_in = ("", f".{PREDECESSOR}", f".{SUCCESSOR}")
        wanted = {
            name: next((ids[name + other] for other in stands_in if name + other in ids), None)
            for name in {*names, *own}
        }
        if not any(wanted.values()):
            return {}
        among = self._surroundings({identity: name for name, identity in ids.items()})
        specs = {}
        for name, identity in sorted(wanted.items()):
            entry = settled(self._engine, identity) if identity else None
            if entry is not None:
                self._entries[name] = entry
                left = tuple(
                    ids[f"{name}.{place}"] for place in (SUCCESSOR, PREDECESSOR) if f"{name}.{place}" in ids
                )
                spec = read({**entry, "Name": name}, among)
                displaced = name not in ids
                specs[name] = dataclasses.replace(
                    spec, displaced=displaced, leftovers=tuple(item for item in left if item != identity)
                )
            else:
                self._entries.pop(name, None)
        return specs

    def _surroundings(self, names: Mapping[str, str]) -> Surroundings:
        rows = self._engine.rows("list the images", lambda api: api.images())
        return Surroundings(
            {familiar(str(tag)): str(row["Id"]) for row in rows for tag in row.get("RepoTags") or ()},
            {
                str(row["Id"]): tuple(str(d).partition("@")[2] for d in row.get("RepoDigests") or ())
                for row in rows
            },
            names,
        )

    def files(self, spec: Any) -> Sequence[str]:
        return [spec.env_file] if spec.env_file else []

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state == "absent":
            return asked
        engine = self._engine
        refused = unsupported(asked, engine.api, engine.podman) or unlimited(asked, self._controllers)
        refused = refused or outdated(asked, self._groups)
        if refused is not None:
            raise refused
        return Preparation(self._engine, found).of(asked)

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        if found is None and asked.state != "absent" and asked.image is None:
            raise InvalidSpec("image: is needed to make it", hint="Name the image.")
        changes = [*super().plan(asked, _done(asked, found), planning)]
        made = any(change.action in ("create", "replace") for change in changes)
        if made and asked.image_missing and not _coming(asked, planning):
            raise Refused(
                f"its image {asked.image} does not exist, and pull: never",
                hint="Bring the image, or permit to pull it.",
            )
        return tuple(acts(asked, found, changes))

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        seen = _alike(asked, found)
        differences = [
            *compare(asked, seen, asked.modes),
            *_moved(asked, found),
            *_new_image(asked, seen, planning),
            *_new_namespaces(asked, found, planning),
        ]
        if self._engine.podman is not None:
            differences = with_podman_costs(asked_for(differences, found), found, self._engine.podman)
        else:
            differences = [_costed(difference, found) for difference in differences]
        if not differences:
            return []
        cost = max(d.disruption for d in differences)
        action = "replace" if cost is Disruption.REPLACE else "update"
        return [Change(action, Address(self.kind, asked.name), cost, tuple(differences), asked, found)]

    def references(self, spec: Any) -> Sequence[Reference]:
        image = [Address("image", spec.image)] if spec.image else []
        mounted = (*(spec.volumes or ()), *(spec.mounts or ()))
        volumes = [Address("volume", mount.volume) for mount in mounted if mount.volume]
        others = [
            Address(self.kind, mode.partition(":")[2])
            for mode in (spec.network_mode, spec.ipc_mode, spec.pid_mode)
            if (mode or "").startswith("container:") and not is_container_id(mode.partition(":")[2])
        ]
        networks = [place.name for place in spec.networks or () if place.name not in _BUILT_IN]
        return [
            *(Reference(address, must_exist=False) for address in (*image, *volumes)),
            *(Reference(Address("container_network", name)) for name in networks),
            *(Reference(Address("policy", name), must_exist=False, order_only=True) for name in networks),
            *(Reference(address) for address in others),
            *(needed.reference() for needed in spec.depends_on),
        ]

    def claims(self, spec: Any) -> Sequence[Claim]:
        places = spec.networks or ()
        return [
            *(Claim("port", port) for port in spec.published_ports or () if port.fixed),
            *(Claim(f"address on network {p.name}", p.ipv4_address) for p in places if p.ipv4_address),
        ]

    def apply(self, change: Change, undo: Undo) -> None:
        step = ContainerChange(self._engine, change, undo, self._waiter(change.asked))
        try:
            step.apply()
        finally:
            if step.job is not None:
                self._jobs[change.address.name] = step.job
            self._warned.setdefault(change.address.name, []).extend(step.warned)

    def told(self, name: str) -> dict[str, Any]:
        """What the engine tells of a container, its environment masked, and how it ended where that was awaited."""
        entry, job = self._entries.get(name), self._jobs.get(name)
        inspected: dict[str, Any] = masked(entry) if entry is not None else {}
        if job is not None:
            return {self.kind: {**inspected, "Output": job.output}, "status": job.status}
        return {self.kind: inspected} if inspected else {}

    def wait(self, spec: Any, condition: str | None) -> None:
        job = self._jobs.get(spec.name)
        if condition is not None:
            self._waiter(spec).wait(condition)
        elif job is not None:
            job.check()
        elif spec.state in ("healthy", "completed"):
            self._waiter(spec).wait(spec.state)

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        warnings = [f"{self._engine.name}: {text}" for text in self._warned.get(asked.name, ())]
        if found is not None and found.state == "restarting":
            warnings.append("does not stay up: the engine starts it again and again; see its log")
        if found is not None and asked.runs and asked.detach is not False and found.exit_code == 0:
            warnings.append(
                "has ended, with exit code 0, and is started again by each run; see state: completed"
            )
        return Remarks(warnings=tuple(warnings), deviations=tuple(deviations(asked, found)))

    def _waiter(self, spec: Container) -> Waiter:
        return Waiter(self._engine, self._answers, spec)


def _name(row: Mapping[str, Any]) -> str:
    """A container's own name; it has more where others are linked to it."""
    names = [str(name).lstrip("/") for name in row.get("Names") or ()]
    return next((name for name in names if "/" not in name), "")


def _done(asked: Container, found: Container | None) -> Container | None:
    """What was found, where it has ended well and that is what is asked."""
    if found is None or asked.state != "completed" or (found.state, found.exit_code) != ("stopped", 0):
        return found
    return dataclasses.replace(found, state="completed")


def _alike(asked: Container, found: Container) -> Container:
    """The container as found, in the words of what is asked where these say the same: its image and its platform."""
    platform = (asked.other_platforms or {}).get(str(found.image_id), asked.platform)
    if asked.image_id is None or asked.image_id != found.image_id:
        return dataclasses.replace(found, platform=platform)
    return dataclasses.replace(found, platform=platform, image=asked.image, outdated=False)


def _new_image(asked: Container, found: Container, planning: Planning) -> list[Difference]:
    """That the name of its image stands, or is about to stand, for another one."""
    if asked.image is None or asked.image != found.image or asked.modes.get("image") is Compare.IGNORE:
        return []
    planned = _coming(asked, planning)
    pulled = asked.digest is not None and asked.digest not in (found.digests or ())
    if not (planned or pulled or found.outdated):
        return []
    return [Difference("image", found.image_id, asked.image, Disruption.REPLACE)]


def _new_namespaces(asked: Container, found: Container, planning: Planning) -> list[Difference]:
    """Those that it shares with a container which is about to be another one: they end with the old one."""
    shared = {name: getattr(asked, name) for name in SHARED if asked.modes.get(name) is not Compare.IGNORE}
    return [
        Difference(name, "earlier", "present", Disruption.REPLACE)
        for name, mode in shared.items()
        if mode and mode == getattr(found, name)
        for change in planning.planned.get(Address("container", mode.partition("container:")[2]), ())
        if change.action in ("create", "replace")
    ]


def _costed(difference: Difference, found: Container) -> Difference:
    """Lifting a limit, and counting processors in another way, are what Docker cannot do while it runs."""
    if difference.disruption is not Disruption.LIVE or difference.path.startswith("networks"):
        return difference
    lifted = difference.after in (0, "") and difference.path not in ("pids_limit", "restart_retries")
    mixed = (difference.path == "cpus" and (found.cpu_quota or found.cpu_period)) or (
        difference.path in ("cpu_quota", "cpu_period") and found.cpus
    )
    return dataclasses.replace(difference, disruption=Disruption.REPLACE) if lifted or mixed else difference


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
