# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups of vms: taken by libvirt of those that run, by a copy of those that do not."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Collection, Sequence
from typing import Any

from .._core.change import Address, Change
from .._core.compare import Difference
from .._core.driver import Driver, Planning, Remarks
from .._core.errors import HostError, Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.backup_plan import BackupGround, GroundDisk, completed_backup, expired, places
from .._model.backup_store import BackupStore
from .._model.vm_backup import VmBackup, checkpoint_prefix
from .._model.vm_host import VmHost
from . import xml
from .backup_job import BackupJob
from .checkpoints import Checkpoints
from .live_backup import LiveBackup
from .session import Session
from .vm_backup_xml import nvram_of, written_disks
from .vm_restore import VmRestore
from .xml import Element

_NVRAM = "nvram"
_AGAIN = "Remove it (state: absent), and take another."


class VmBackupDriver(Driver):
    """The backups of one folder, of the vms of one libvirt."""

    kind = "backup"

    def __init__(self, session: Session, host: VmHost, store: BackupStore) -> None:
        self._session = session
        self._host = host
        self._store = store

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        vms = sorted({name.rpartition("/")[0] for name in names})
        found = {backup.name: backup for vm in vms for backup in self._store.backups(vm)}
        return {name: backup for name, backup in found.items() if name in names}

    def prepare(self, asked: Any, found: Any | None) -> Any:
        """Of a new backup all that it depends on, and what goes by ``keep``; of a restore where it goes to."""
        if not self._session.local:
            raise Refused(f"backups are taken on the host itself, and {self._session.uri} is not this one's")
        if asked.state == "absent":
            return asked if found is not None else dataclasses.replace(asked, left=self._left(asked))
        if found is not None and found.damage:
            raise Refused(f"is not whole: {found.damage}", hint=_AGAIN)
        if found is not None and asked.verify:
            self._store.verify(found)
        backups = self._store.backups(asked.vm)
        if asked.state == "restored":
            return VmRestore(self._session, self._host, self._store).prepared(asked, found, backups)
        if found is None:
            self._store.check_free(asked)
            BackupJob(self._session, asked.vm).check_free()
            asked = completed_backup(asked, self._ground(asked.vm, backups))
        else:
            asked = dataclasses.replace(asked, left=self._left(asked))
        return dataclasses.replace(asked, expired=expired(asked, backups) or None)

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        address = Address(self.kind, asked.name)
        if asked.state == "restored":
            made = asked.becomes(places(asked)).items() if asked.due else ()
            differences = tuple(Difference(path, None, value, Disruption.NONE) for path, value in made)
            restore = Change("restore", address, Disruption.NONE, differences, asked, found, once=True)
            return (restore,) if asked.due else ()
        if asked.state == "absent" and found is not None and found.children:
            raise Refused(
                f"{', '.join(found.children)} rests on it",
                hint="Remove these first: without it they are lost.",
            )
        changes = [*super().plan(asked, found, planning)]
        for action, names in (("expire", asked.expired), ("clear", asked.left)):
            if names:
                goes = tuple(Difference(name, "there", None, Disruption.NONE) for name in names)
                changes.append(Change(action, address, Disruption.NONE, goes, asked, found, once=True))
        return tuple(changes)

    def apply(self, change: Change, undo: Undo) -> None:
        spec: VmBackup = change.asked
        if change.action == "create":
            self._take(spec, undo)
            undo.commit()
        if change.action == "restore":
            VmRestore(self._session, self._host, self._store).restore(spec, undo)
        if change.action == "expire":
            gone = [backup for backup in self._store.backups(spec.vm or "") if backup.label in change.fields]
            for backup in sorted(gone, key=lambda backup: backup.moment, reverse=True):
                self._store.remove(backup)
        if change.action == "delete":
            self._store.remove(change.found)
        if change.action == "clear":
            self._store.clear(spec.vm or "")
        if change.action != "restore":
            self._tidy(spec)

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        return Remarks(warnings=asked.notes or ())

    def _ground(self, vm: str, backups: Sequence[VmBackup]) -> BackupGround:
        root, active = self._domain(vm)
        disks = {
            target: self._measured(vm, disk, source, active=active)
            for target, (disk, source) in written_disks(root).items()
        }
        last = backups[-1] if backups else None
        lost = None
        if active and last is not None:
            name = last.checkpoint
            lost = (
                Checkpoints(self._session, vm).trouble(name)
                if name
                else f"{last.label} was taken of a vm that did not run, and so without a checkpoint"
            )
        return BackupGround(active=active, disks=disks, backups=backups, lost=lost)

    def _domain(self, vm: str) -> tuple[Element, bool]:
        def look(connection: Any) -> tuple[str, bool]:
            domain = connection.lookupByName(vm)
            return str(domain.XMLDesc(0)), bool(domain.isActive())

        found = self._session.find(look, "read the vm")
        if found is None:
            raise Refused(f"there is no vm {vm}", hint="Define it first, or correct the name.")
        return xml.parse(found[0]), found[1]

    def _measured(self, vm: str, disk: GroundDisk, source: Element, *, active: bool) -> GroundDisk:
        pool, volume = source.get("pool"), source.get("volume")
        path = disk.path
        if pool and volume:
            path = self._session.do(
                f"look for volume {volume} of pool {pool}",
                lambda c: c.storagePoolLookupByName(pool).storageVolLookupByName(volume).path(),
            )
        bars = disk.bars
        if not active and path is None:
            bars = bars or "is in no file or device of this host, and the vm does not run"
        size = 0
        if bars is None:
            size = self._session.do(
                f"look at {disk.target}", lambda c: c.lookupByName(vm).blockInfo(disk.target, 0)[0]
            )
        return dataclasses.replace(disk, path=path, size=int(size), bars=bars)

    def _take(self, asked: VmBackup, undo: Undo) -> None:
        live = LiveBackup(self._session, self._host, self._store, asked)
        live.clear()
        self._store.clear(asked.vm or "")
        self._tidy(asked)
        folder = self._store.begin(asked)
        undo.push("remove what was written", lambda: self._store.clear(asked.vm or ""))
        if asked.method == "copy":
            self._store.copy(folder, asked.disks or (), asked.seconds)
            spec = asked
        else:
            by_label = {backup.label: backup for backup in self._store.backups(asked.vm or "")}
            spec = live.take(folder, by_label.get(asked.parent or ""), undo)
        self._store.finish(folder, self._described(folder, spec))

    def _described(self, folder: str, spec: VmBackup) -> VmBackup:
        """With the vm's definition (libvirt leaves secrets out), and the variables of its EFI."""
        inactive = self._session.constant("VIR_DOMAIN_XML_INACTIVE")
        text, library, engine = self._session.do(
            "read the vm",
            lambda c: (c.lookupByName(spec.vm).XMLDesc(inactive), c.getLibVersion(), c.getVersion()),
        )
        nvram = nvram_of(xml.parse(text))
        kept = nvram is not None and self._host.exists(nvram)
        return dataclasses.replace(
            spec,
            definition=text,
            libvirt=_version(library),
            qemu=_version(engine),
            nvram=self._store.keep_file(folder, _NVRAM, nvram) if kept and nvram else None,
        )

    def _tidy(self, spec: VmBackup) -> None:
        """Of a vm that does not run its checkpoints stay until it does: a bitmap too many does no harm."""
        points = Checkpoints(self._session, spec.vm or "")
        for name in self._stale(spec):
            with contextlib.suppress(HostError):
                points.remove(name)

    def _stale(self, spec: VmBackup) -> list[str]:
        """The checkpoints of this folder that no backup goes on from: those of failed and of older ones."""
        backups = [backup for backup in self._store.backups(spec.vm or "") if backup.checkpoint]
        last = backups[-1].checkpoint if backups else None
        prefix = checkpoint_prefix(spec.path or "")
        names = Checkpoints(self._session, spec.vm or "").names()
        return [name for name in names if name.startswith(prefix) and name != last]

    def _left(self, spec: VmBackup) -> tuple[str, ...] | None:
        """What runs that were killed have left, as far as it can go now."""
        active = self._session.find(lambda c: c.lookupByName(spec.vm).isActive(), "look at the vm")
        return (*self._store.left(spec.vm or ""), *(self._stale(spec) if active else ())) or None


def _version(number: int) -> str:
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"
