# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage pools of one libvirt."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from .._core.change import Address, Change
from .._core.compare import Difference, compare
from .._core.driver import Claim, Driver, Planning
from .._core.errors import Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.pool import Pool
from .._model.pool_host import PoolHost
from .._model.pool_parts import PoolTarget
from . import xml
from .pool_change import MOUNTED, PoolChange, in_use
from .pool_users import pool_users, users_of
from .pool_xml import SIZES, TABLE
from .session import Session


class PoolDriver(Driver):
    """Pools. What is in them is never touched: libvirt is asked to forget a pool, not to delete it."""

    kind = "pool"
    created_as = "inactive"
    power: ClassVar[Mapping[tuple[str, str], str]] = {
        ("inactive", "active"): "start",
        ("active", "inactive"): "stop",
    }

    def __init__(self, session: Session, host: PoolHost) -> None:
        self._session = session
        self._host = host

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        known = self._session.do("list the pools", lambda c: [(p.name(), p) for p in c.listAllStoragePools()])
        specs: dict[str, Pool] = {}
        for name, pool in known:
            spec = self._read(name, pool) if name in names or owner is not None else None
            if spec is not None and (name in names or spec.owner == owner):
                specs[name] = self._looked_at(spec)
        return self._with_workloads(specs) if specs else {}

    def _read(self, name: str, pool: Any) -> Pool | None:
        """The pool as it is written for the next start, with what runs where that differs."""
        inactive = self._session.constant("VIR_STORAGE_XML_INACTIVE")

        def texts(_connection: Any) -> tuple[str, str | None, bool, bool, list[str]]:
            active, persistent = bool(pool.isActive()), bool(pool.isPersistent())
            running = pool.XMLDesc(0) if active else None
            starts = bool(persistent and pool.autostart())
            return pool.XMLDesc(inactive), running, persistent, starts, pool.listVolumes() if active else []

        found = self._session.find(texts, "read the pool")
        if found is None:
            return None
        written, running, persistent, starts, volumes = found
        spec = Pool(
            name=name,
            state="inactive" if running is None else "active",
            uuid=pool.UUIDString(),
            autostart=starts,
            transient=not persistent or None,
            **xml.read(TABLE, xml.parse(written)),
        )
        if running is None:
            return spec
        root = xml.parse(running)
        spec = dataclasses.replace(spec, volumes=tuple(sorted(volumes)), **xml.read(SIZES, root))
        live = dataclasses.replace(spec, **{**xml.read(TABLE, root), "owner": spec.owner, "cow": spec.cow})
        return spec if live == spec else dataclasses.replace(spec, live=live)

    def _looked_at(self, spec: Pool) -> Pool:
        """With what the host itself shows of a folder."""
        path = (spec.live or spec).path
        if not (self._session.local and spec.kind.folder and path):
            return spec
        if spec.type in MOUNTED and not self._host.mounted(path):
            loose = dataclasses.replace(spec, state="inactive", loose=True, live=None, volumes=None)
            return loose if spec.state == "active" else spec
        spec = self._with_access(spec, path)
        files = self._host.files(path)
        gone = spec.type == "dir" and not self._host.exists(path)
        unseen: set[str] = set()
        if spec.state == "active" and files is not None:
            listed = set(spec.volumes or ())
            left = {name for name in listed.difference(files) if not self._host.exists(f"{path}/{name}")}
            unseen = left.union(files) - listed.difference(left)
        return dataclasses.replace(spec, gone=gone or None, unseen=tuple(sorted(unseen)) or None)

    def _with_access(self, spec: Pool, path: str) -> Pool:
        """libvirt tells whose the folder was as it last looked at it."""
        access = self._host.access(path)
        if access is None:
            return spec
        seen = PoolTarget(path, *access)
        live = dataclasses.replace(spec.live, target=seen) if spec.live else None
        return dataclasses.replace(spec, target=seen if spec.path == path else spec.target, live=live)

    def _with_workloads(self, specs: dict[str, Pool]) -> dict[str, Any]:
        users = pool_users(self._session)
        result: dict[str, Any] = {}
        for name, spec in specs.items():
            mine = users_of(spec, users)
            result[name] = dataclasses.replace(
                spec,
                workloads=tuple(sorted(user.vm for user in mine)) or None,
                running=tuple(sorted(user.vm for user in mine if user.running)) or None,
            )
        return result

    def files(self, spec: Any) -> Sequence[str]:
        return spec.devices if spec.state != "absent" else ()

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state != "absent" and found is None and self._session.local:
            for device in asked.devices:
                if not self._host.exists(device):
                    raise Refused(
                        f"source.devices: {device} does not exist", hint="Attach it, or correct the path."
                    )
        if asked.state != "absent" and found is None and asked.path and asked.kind.folder:
            self._check_target(asked.path)
        return asked

    def _check_target(self, path: str) -> None:
        """Raises ``Refused`` where the folder is another pool's."""
        pools = self._session.do(
            "list the pools", lambda c: [(p.name(), p.XMLDesc(0)) for p in c.listAllStoragePools()]
        )
        for name, text in pools:
            target = TABLE["target"].read(xml.parse(text))
            if target is not None and target.path == path:
                raise Refused(
                    f"target: {path} is that of the pool {name}",
                    hint="Take another folder, or name that pool.",
                )

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        if found is None and asked.state != "absent":
            asked.completed()
        changes = super().plan(asked, found, planning)
        if found is None:
            return changes
        if found.gone and asked.state == "active" and not any(c.touches("target") for c in changes):
            raise Refused(
                f"its folder {found.path} is not there",
                hint="Mount what belongs there; or make the folder, if the pool may begin empty.",
            )
        actions = {change.action for change in changes}
        stops = actions & {"delete", "replace", "stop"} or any(
            change.disruption is Disruption.RESTART for change in changes
        )
        users = (found.workloads if "delete" in actions else found.running) or ()
        left = [vm for vm in users if not _goes(vm, planning)]
        if stops and left and (asked.state != "active" or not planning.allow < Disruption.RESTART):
            raise in_use(left)
        return changes

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        address = Address(self.kind, asked.name)
        differences = _differences(asked, found)
        changes = []
        if differences:
            cost = max(difference.disruption for difference in differences)
            action = "replace" if cost is Disruption.REPLACE else "update"
            changes.append(Change(action, address, cost, tuple(differences), asked, found))
        restarts = any(change.disruption >= Disruption.RESTART for change in changes)
        if found.state == "active" == asked.state and not restarts and not found.gone:
            changes += _refresh(address, asked, found)
        return changes

    def claims(self, spec: Any) -> Sequence[Claim]:
        return [Claim("target", spec.path)] if spec.path and spec.kind.folder else []

    def apply(self, change: Change, undo: Undo) -> None:
        PoolChange(self._session, self._host, change, undo).apply()


def _refresh(address: Address, asked: Pool, found: Pool) -> list[Change]:
    """Volumes that came or went by another hand become seen; where nothing tells of any, only as it is asked for."""
    listed = dict.fromkeys(found.volumes or (), "present")
    there = {name: None if name in listed else "present" for name in found.unseen or ()}
    differences = tuple(
        Difference(f"volumes[{name}]", listed.get(name), after, Disruption.NONE)
        for name, after in there.items()
    )
    if not differences and not asked.refresh:
        return []
    return [
        Change("refresh", address, differences=differences, asked=asked, found=found, once=not differences)
    ]


def _differences(asked: Pool, found: Pool) -> list[Difference]:
    """What differs in what runs, at its cost; what differs only in what is written for the next start, at none."""
    written = list(compare(asked, found))
    if found.transient:
        written.append(Difference("transient", before=True, after=False, disruption=Disruption.NONE))
    if found.state != "active":
        return [
            d if d.disruption is Disruption.REPLACE else dataclasses.replace(d, disruption=Disruption.NONE)
            for d in written
        ]
    running = {d.path: d for d in (compare(asked, found.live) if found.live else written)}
    pending = [dataclasses.replace(d, disruption=Disruption.NONE) for d in written if d.path not in running]
    return [*running.values(), *pending]


def _goes(vm: str, planning: Planning) -> bool:
    return planning.frees(Address("vm", vm))
