# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings a vm back from a backup: its disks, the variables of its EFI, and its definition."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import Refused
from .._core.undo import Undo
from .._model.backup_plan import ancestors, places
from .._model.backup_store import BackupStore
from .._model.vm_backup import VmBackup
from .._model.vm_host import VmHost
from . import xml
from .checkpoints import Checkpoints
from .disk_jobs import LibvirtDiskJobs
from .session import Session
from .vm_backup_xml import nvram_of
from .vm_power import is_saved
from .vm_restore_xml import RESTORED, put_passwords, restored_definition
from .xml import Element

_OTHERWISE = "Give it another name (restore_as), or say overwrite: true."
_ELSEWHERE = "Say another place: restore_to or restore_disks."


class VmRestore:
    """Restores into one libvirt from one folder."""

    def __init__(self, session: Session, host: VmHost, store: BackupStore) -> None:
        self._session = session
        self._host = host
        self._store = store

    def prepared(self, asked: VmBackup, found: VmBackup | None, backups: Sequence[VmBackup]) -> VmBackup:
        """The backup as it is, with where it goes to, and whether that is still to be done. Raises ``Refused``."""
        if found is None:
            there = ", ".join(backup.label for backup in backups)
            raise Refused("does not exist", hint=f"There is {there}." if there else "There is none.")
        _check_chain(found, backups)
        spec = dataclasses.replace(found, state="restored", restore=asked.restore, timeout=asked.timeout)
        if not self._is_due(spec):
            return dataclasses.replace(spec, due=False)
        goes_to = places(spec)
        self._check_unused(spec, list(goes_to.values()))
        self._store.check_places(spec, goes_to)
        _root, notes = self._definition(spec, goes_to)
        return dataclasses.replace(spec, due=True, notes=tuple(notes) or None)

    def restore(self, spec: VmBackup, undo: Undo) -> None:
        """What is restored already is not written again, so that a run that was killed is completed by the next."""
        goes_to = places(spec)
        self._store.restore(spec, goes_to)
        root, _notes = self._definition(spec, goes_to)
        path = nvram_of(root)
        if spec.nvram is not None and path:
            self._store.restore_file(spec, spec.nvram, path)
        Checkpoints(self._session, spec.becomes_vm).forget()
        self._session.do("define the vm", lambda c: c.defineXML(xml.render(root)))

    def _definition(self, spec: VmBackup, goes_to: Mapping[str, str]) -> tuple[Element, list[str]]:
        """The definition that it gets, and what the user should know of that."""
        root, left = restored_definition(spec, goes_to, self._host)
        flags = sum(map(self._session.constant, ("VIR_DOMAIN_XML_INACTIVE", "VIR_DOMAIN_XML_SECURE")))
        there = self._session.find(lambda c: c.lookupByName(spec.becomes_vm).XMLDesc(flags), "read the vm")
        notes = [f"{', '.join(left)} is not in the backup, and was left out"] if left else []
        for kind in put_passwords(root, None if there is None else xml.parse(there)):
            notes.append(
                f"its {kind} screen has no password, which no backup holds, and other hosts reach it"
            )
        return root, notes

    def _is_due(self, spec: VmBackup) -> bool:
        """Raises ``Refused`` where another vm is in the way."""

        def look(connection: Any) -> tuple[str, bool, int, bool]:
            domain = connection.lookupByName(spec.becomes_vm)
            saved = is_saved(self._session, domain)
            return str(domain.XMLDesc(0)), bool(domain.isActive()), int(domain.snapshotNum(0)), saved

        there = self._session.find(look, "read the vm")
        if there is None:
            return True
        if not (spec.restore and spec.restore.overwrite):
            if RESTORED.read(xml.parse(there[0])) == spec.name:
                return False
            raise Refused(f"there is a vm {spec.becomes_vm}", hint=_OTHERWISE)
        if there[1]:
            raise Refused(f"vm {spec.becomes_vm} runs", hint="Stop it first.")
        if there[2]:
            raise Refused(
                f"vm {spec.becomes_vm} has snapshots, which are on its disks", hint="Remove them first."
            )
        if there[3]:
            raise Refused(
                f"the memory of vm {spec.becomes_vm} is saved, and would go on over other disks",
                hint="Start the vm and stop it, or remove what is saved: virsh managedsave-remove.",
            )
        return True

    def _check_unused(self, spec: VmBackup, paths: Sequence[str]) -> None:
        """Raises ``Refused`` where a path is another vm's, or something rests on what would be replaced there."""
        overwrite = bool(spec.restore and spec.restore.overwrite)
        for path, users in LibvirtDiskJobs(self._session, self._host).users(paths).items():
            others = [user.vm for user in users if user.topmost and user.vm != spec.becomes_vm]
            if others:
                raise Refused(f"{path} is a disk of {', '.join(others)}", hint=_ELSEWHERE)
            if not (overwrite and self._host.exists(path)):
                continue
            vms = [f"vm/{user.vm}" for user in users if not user.topmost]
            above = [*self._host.resting_on(path), *vms]
            if above:
                raise Refused(f"{path} is below {', '.join(above)}, which it would spoil", hint=_ELSEWHERE)


def _check_chain(backup: VmBackup, backups: Sequence[VmBackup]) -> None:
    by_label = {other.label: other for other in backups}
    for label in ancestors(backup, by_label):
        why = by_label[label].damage if label in by_label else "it is missing"
        if why:
            raise Refused(f"rests on {label}, which is not whole: {why}", hint="Restore another one.")
