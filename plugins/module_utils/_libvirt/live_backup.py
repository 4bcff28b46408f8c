# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes the backup of a vm that runs."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time

from .._core.errors import HostError
from .._core.undo import Undo
from .._model.backup_store import BackupStore
from .._model.disk_attachment import DIRECTORY
from .._model.vm_backup import BackupDisk, VmBackup, checkpoint_prefix
from .._model.vm_host import VmHost
from . import xml
from .backup_job import BackupJob, at_rest
from .checkpoints import Checkpoints
from .session import Session
from .vm_backup_xml import BITMAP, SOCKET, Ends, agent_is_connected, new_backup, new_checkpoint
from .xml import Element

_SCRATCH = ".backup-scratch"


class LiveBackup:
    """One backup; ``parent`` is the one that it rests on, as far as it does."""

    def __init__(self, session: Session, host: VmHost, store: BackupStore, spec: VmBackup) -> None:
        self._session = session
        self._host = host
        self._store = store
        self._spec = spec
        self._job = BackupJob(session, spec.vm or "")

    def take(self, folder: str, parent: VmBackup | None, undo: Undo) -> VmBackup:
        """Writes the disks to a folder; the spec comes back with the checkpoint, and whether the guest stood still."""
        spec, deadline = self._spec, time.monotonic() + self._spec.seconds
        name = checkpoint_prefix(spec.path or "") + spec.label
        checkpoint = new_checkpoint(name, spec)
        points = Checkpoints(self._session, spec.vm or "")
        ends = self._ends(folder)
        undo.push("remove the checkpoint", lambda: points.remove(name))
        undo.push("end the backup", self._job.end)
        with self._rest() as quiesced:
            self._begin(new_backup(spec, parent.checkpoint if parent else None, ends), checkpoint)
        if spec.method == "push":
            self._job.wait(deadline)
            self._await_closed()
        else:
            for disk in spec.disks or ():
                image = os.path.join(folder, disk.file)
                self._store.pull(image, disk, self._export(disk, ends), deadline - time.monotonic())
            self._job.end()
        return dataclasses.replace(
            spec, checkpoint=None if checkpoint is None else name, quiesced=bool(quiesced)
        )

    def _await_closed(self) -> None:
        """libvirt tells that a job is over before it has QEMU close the images; what asks QEMU has to wait for that."""
        targets = [disk.target for disk in self._spec.disks or ()]
        self._session.do(
            "wait until the images are closed",
            lambda c: c.lookupByName(self._spec.vm).blockInfo(targets[0], 0),
        )

    def clear(self) -> None:
        """Ends the job of a run that was killed, and removes what QEMU kept. Raises ``Refused`` for another's."""
        self._job.check_free()
        self._job.end()
        for disk in self._spec.disks or ():
            self._host.remove(self._scratch(disk))

    def _begin(self, backup: Element, checkpoint: Element | None) -> None:
        try:
            self._job.begin(backup, checkpoint)
        except HostError as error:
            if "Permission denied" in error.cause and not error.hint:
                error.hint = (
                    f"QEMU's own user must be able to go through {self._spec.path}; or take method: pull."
                )
            raise

    def _rest(self) -> contextlib.AbstractContextManager[bool]:
        wanted = self._spec.quiesce
        if wanted is None:
            wanted = agent_is_connected(self._domain())
        if not wanted:
            return contextlib.nullcontext(enter_result=False)
        return at_rest(self._session, self._spec.vm or "", must=bool(self._spec.quiesce))

    def _domain(self) -> Element:
        return xml.parse(self._session.do("read the vm", lambda c: c.lookupByName(self._spec.vm).XMLDesc(0)))

    def _ends(self, folder: str) -> Ends:
        disks = self._spec.disks or ()
        if self._spec.method == "push":
            return Ends({disk.target: self._store.create(folder, disk) for disk in disks})
        number = self._session.do("look at the vm", lambda c: c.lookupByName(self._spec.vm).ID())
        socket = os.path.join(self._store.socket_folder(number), SOCKET)
        return Ends({disk.target: self._scratch(disk) for disk in disks}, socket)

    def _scratch(self, disk: BackupDisk) -> str:
        """What the guest overwrites meanwhile is kept there: beside the disk, where there is room for disks."""
        beside = os.path.dirname(disk.source or "")
        folder = DIRECTORY if beside.startswith("/dev") or not beside else beside
        return os.path.join(folder, f".{self._spec.vm}+{disk.target}{_SCRATCH}")

    def _export(self, disk: BackupDisk, ends: Ends) -> dict[str, object]:
        server = {"type": "unix", "path": ends.socket}
        bitmap = {"x-dirty-bitmap": f"qemu:dirty-bitmap:{BITMAP}"} if disk.parent else {}
        return {"driver": "nbd", "server": server, "export": disk.target, **bitmap}
