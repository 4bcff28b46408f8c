# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removes domains, with what belongs to them and nothing else."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Sequence
from typing import Any

from .._core.change import Change
from .._core.errors import ApplyFailed
from .._core.undo import Undo
from .._model.disk import Disk
from .._model.disk_attachment import DiskAttachment
from .._model.vm import Vm
from .._model.vm_host import VmHost
from . import xml
from .disk_key import forget_keys
from .disk_users import vm_files
from .session import Session
from .vm_definition import console_log
from .vm_layers import memory_files
from .vm_power import Power, is_saved
from .vm_reservation import Reservations
from .vm_tables import SEED_PATH
from .volumes import remove_volume, volume_path
from .xml import Element


class Removal:
    """The end of one domain."""

    def __init__(self, session: Session, host: VmHost, name: str) -> None:
        self._session = session
        self._host = host
        self._name = name
        self._power = Power(session, name)

    def apply(self, change: Change) -> None:
        """Stops it, removes its seed where no other vm has that, its console's log, the memory that snapshots kept, its
        reservations and, where it is asked for, the disks that are ours, and forgets it last: as long as libvirt knows
        it, a next run can complete this one.
        """
        domain = self._power.domain()
        if domain is None:
            return
        # One that is not persistent is gone once it has stopped.
        root = self._definition(domain)
        self._power.stop(change.asked)
        seed = SEED_PATH.read(root)
        seeds = [seed] if seed and not self._needed([seed]) else []
        for path in [*memory_files(self._session, self._name), *seeds, *self._logs(root)]:
            self._host.remove(path)
        self._end_reservations(change.found)
        disks = [disk for disk in change.found.disks or () if disk.exclusive]
        if change.asked.delete_disks in ("owned", "volumes"):
            self._remove_volumes(disks)
        if change.asked.delete_disks == "owned":
            self._remove_files(disks)
        forget_keys(self._session, change.found, Undo(), gone=True)
        self.undefine()

    def _logs(self, root: Element) -> list[str]:
        """Of its console, where that is the log which new vms get, with those that libvirt has put aside."""
        log = console_log(self._name)
        if all(element.get("file") != log for element in root.findall("./devices/serial/log")):
            return []
        return [log, *self._host.rotated(log)]

    def undefine(self, *, keep_variables: bool = False) -> None:
        """With the flags that this domain needs: libvirt refuses what is left over otherwise."""
        domain = self._power.domain()
        if domain is None or not self._session.do("look at the vm", lambda c: domain.isPersistent()):
            return
        root = self._definition(domain)
        variables = f"VIR_DOMAIN_UNDEFINE_{'KEEP_' if keep_variables else ''}NVRAM"
        flags = self._session.do("look at the vm", lambda c: self._flags(domain, root, variables))
        self._session.do(
            "undefine the vm", lambda c: domain.undefineFlags(flags) if flags else domain.undefine()
        )

    def _definition(self, domain: Any) -> Element:
        inactive = self._session.constant("VIR_DOMAIN_XML_INACTIVE")
        return xml.parse(self._session.do("read the vm", lambda c: domain.XMLDesc(inactive)))

    def _flags(self, domain: Any, root: Element, variables: str) -> int:
        has = {
            variables: root.find("./os/nvram") is not None or root.find("./os[@firmware='efi']") is not None,
            "VIR_DOMAIN_UNDEFINE_TPM": root.find("./devices/tpm/backend[@type='emulator']") is not None,
            "VIR_DOMAIN_UNDEFINE_MANAGED_SAVE": is_saved(self._session, domain),
            "VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA": not self._session.lxc and domain.snapshotNum(0),
            "VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA": self._checkpoints(domain),
        }
        numbers = {name: self._session.constant(name) for name, there in has.items() if there}
        return sum(number for number in numbers.values() if number > 0)

    def _checkpoints(self, domain: Any) -> bool:
        """Whether it has checkpoints; a libvirt that knows none cannot have any."""
        try:
            return bool(self._session.do("look for checkpoints", lambda c: domain.listAllCheckpoints(0)))
        except ApplyFailed:
            return False

    def _end_reservations(self, found: Vm) -> None:
        for nic in found.networks or ():
            if nic.network and nic.ip and nic.mac:
                Reservations(self._session, nic.network).take(nic.mac, found.name)

    def _remove_files(self, disks: Sequence[DiskAttachment]) -> None:
        """Those that this collection made, that nobody else uses, and that no other image rests on."""
        for disk in disks:
            files = (disk.source or "", *(disk.below or ()))
            if disk.source and self._host.is_ours(files[-1]) and not self._needed(files):
                for path in files:
                    self._host.remove(path)

    def _remove_volumes(self, disks: Sequence[DiskAttachment]) -> None:
        """Those that were made for this very vm."""
        for disk in disks:
            path = volume_path(self._session, disk) if disk.pool else None
            ours = path is not None and self._session.local and self._host.made_for(path) == self._name
            if path is not None and ours and not self._needed([path]):
                remove_volume(self._session, disk)

    def _needed(self, files: Sequence[str]) -> bool:
        """Whether another vm has one of the files, or rests on one, or an image of nobody's does."""
        of_others = [used for name, used in vm_files(self._session).items() if name != self._name]
        paths = {path for used in of_others for path in used if path.startswith("/")}
        paths |= {below for path in paths for below in self._host.backing_files(path)}
        above = {image for path in files for image in self._host.resting_on(path)}
        real = {os.path.realpath(path) for path in files}
        return any(os.path.realpath(path) in real for path in paths) or not above <= set(files)


def sparing(session: Session, found: Vm, others: Iterable[Vm], images: Iterable[Disk]) -> Vm:
    """A vm that is to go, without the disks that others are to have, or others and images are to be made of.

    No domain names them yet.
    """
    wanted = {path for vm in others for disk in vm.disks or () for path in _files(session, disk)}
    present = [image for image in images if image.state != "absent"]
    wanted |= {os.path.realpath(path) for image in present for path in (image.name, *image.origins)}
    disks = tuple(disk for disk in found.disks or () if not wanted & _files(session, disk))
    return dataclasses.replace(found, disks=disks)


def _files(session: Session, disk: DiskAttachment) -> set[str]:
    """Where a disk is, what it rests on, and what it is made of."""
    names = [name for name in (disk.volume, disk.origin) if name and disk.pool]
    volumes = [volume_path(session, dataclasses.replace(disk, volume=name)) for name in names]
    paths = [disk.source, disk.origin, *(disk.below or ()), *volumes]
    return {os.path.realpath(path) for path in paths if path and path.startswith("/")}


def taken_back(session: Session, host: VmHost, name: str) -> None:
    """Takes back the definition of a new vm, which did not come to run."""
    power = Power(session, name)
    if power.active():
        power.destroy()
    Removal(session, host, name).undefine()
