# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of domains: taken, described, reverted to and merged away."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from .._core.change import Address, Change
from .._core.driver import Driver, Planning, Reference, Remarks
from .._core.errors import Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.disk_attachment import DIRECTORY
from .._model.vm_host import VmHost
from .._model.vm_snapshot import SnapshotGround, VmSnapshot, completed_snapshot
from . import xml
from .checkpoints import Checkpoints
from .disk_users import source_files
from .session import Session
from .vm_layers import layers, snapshot_roots
from .vm_power import is_saved
from .vm_snapshot_xml import DESCRIPTION, new_snapshot, read_snapshot
from .xml import Element

# Memory is written and layers are merged while libvirt keeps us waiting.
SNAPSHOT_SECONDS = 3600.0
_REVERTS_EXTERNAL = 9_009_000
# Until then libvirt looked at a vm's EFI only while it ran, and kept the disks of a stopped one.
_LOOKS_AT_FLASH = 9_002_000


class VmSnapshotDriver(Driver):
    """Snapshots of the vms of one libvirt."""

    kind = "snapshot"

    def __init__(self, session: Session, host: VmHost) -> None:
        self._session = session
        self._host = host

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        vms = sorted({name.rpartition("/")[0] for name in names})
        found = {spec.name: spec for vm in vms for spec in read_snapshots(self._session, vm)}
        return {name: spec for name, spec in found.items() if name in names}

    def prepare(self, asked: Any, found: Any | None) -> Any:
        """Of a new one, all that it depends on; a revert that this libvirt cannot do is refused here."""
        if asked.state == "reverted":
            self._check_revert(asked, found)
        if asked.state != "present" or found is not None:
            return asked
        return self._completed(asked)

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        if asked.state != "reverted":
            changes = super().plan(asked, found, planning)
            if found is not None and any(change.action in ("delete", "replace") for change in changes):
                below = layers(self._session, asked.vm)
                self._check_others(
                    asked.vm, [f for file in found.files or () for f in (file, below.get(file))]
                )
            return changes
        self._check_others(asked.vm, self._disk_files(asked.vm))
        address = Address(self.kind, asked.name)
        return (
            Change("revert", address, Disruption.RESTART, asked=asked, found=found, guarded=False, once=True),
        )

    def references(self, spec: Any) -> Sequence[Reference]:
        return [Reference(Address("vm", spec.vm))]

    def apply(self, change: Change, undo: Undo) -> None:
        spec: VmSnapshot = change.asked
        if change.action == "replace":
            self._completed(spec)
        if change.action in ("delete", "replace"):
            self._session.do("delete the snapshot", lambda c: _handle(c, spec).delete(0), SNAPSHOT_SECONDS)
            # libvirt 9 leaves it.
            if change.found.memory_file:
                self._host.remove(change.found.memory_file)
        if change.action in ("create", "replace"):
            self._take(self._completed(spec), undo)
        if change.action == "update":
            self._describe(spec)
        if change.action == "revert":
            self._revert(spec)

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        if found is None or found.type != "external" or self._version() >= _REVERTS_EXTERNAL:
            return Remarks()
        return Remarks(warnings=("this libvirt cannot go back to an external snapshot; 9.9 and later can",))

    def _check_revert(self, asked: VmSnapshot, found: VmSnapshot | None) -> None:
        if found is None:
            there = ", ".join(spec.label for spec in read_snapshots(self._session, asked.vm or ""))
            raise Refused("does not exist", hint=f"The vm has {there}." if there else "The vm has none.")
        if found.type == "external" and self._version() < _REVERTS_EXTERNAL:
            raise Refused(
                "is external, and this libvirt cannot go back to such a one",
                hint="libvirt 9.9 and later can.",
            )
        points = Checkpoints(self._session, asked.vm or "").names() if found.type == "internal" else ()
        if points:
            raise Refused(
                f"is internal, and QEMU goes back to none under the bitmaps of backups ({', '.join(points)})",
                hint=f"Remove these while the vm runs: virsh checkpoint-delete {asked.vm} NAME. "
                "The next backup is a full one then.",
            )
        # The vm may start with it.
        for path in self._disk_files(asked.vm or ""):
            if self._host.exists(path):
                self._host.check_images_below(path)

    def _check_others(self, vm: str, files: Iterable[str | None]) -> None:
        """Raises ``Refused`` where an image that is not the vm's own rests on a file that is merged or goes back."""
        below = layers(self._session, vm)
        own = {os.path.realpath(path) for path in (*below, *below.values(), *self._disk_files(vm))}
        for path in filter(None, files):
            others = [image for image in self._host.resting_on(path) if os.path.realpath(image) not in own]
            if others:
                raise Refused(
                    f"{', '.join(others)} rests on {path} too, and what happens there would spoil that",
                    hint="Flatten it first (hybrid.host.qcow2, backing_file: ''), or remove it.",
                )

    def _disk_files(self, vm: str) -> set[str]:
        """The files to which the vm writes."""
        written = [disk for disk in _disks(self._domain(vm)[0]) if disk.find("readonly") is None]
        sources = [source for disk in written for source in disk.findall("./source")]
        files = {file for source in sources for file in source_files(self._session, source)}
        return {file for file in files if file.startswith("/")}

    def _domain(self, vm: str) -> tuple[Element, bool]:
        def look(connection: Any) -> tuple[str, bool]:
            domain = connection.lookupByName(vm)
            return str(domain.XMLDesc(0)), bool(domain.isActive())

        text, active = self._session.do("read the vm", look)
        return xml.parse(text), active

    def _completed(self, asked: VmSnapshot) -> VmSnapshot:
        """Raises ``Refused`` where it cannot be taken; so it is asked for before another one goes."""
        root, active = self._domain(asked.vm or "")
        ground = self._ground(root, active=active)
        present = [spec for spec in read_snapshots(self._session, asked.vm or "") if spec.current]
        internal = next((spec.label for spec in present if spec.type == "internal"), None)
        return completed_snapshot(asked, dataclasses.replace(ground, internal=internal))

    def _ground(self, root: Element, *, active: bool) -> SnapshotGround:
        written = [disk for disk in _disks(root) if disk.find("readonly") is None and _has_medium(disk)]
        formats = {_target(disk): _format(disk) for disk in written if disk.get("device", "disk") == "disk"}
        flash = _has_flash(root) and (active or self._version() >= _LOOKS_AT_FLASH)
        return SnapshotGround(active=active, formats=formats, flash=flash)

    def _take(self, spec: VmSnapshot, undo: Undo) -> None:
        root, active = self._domain(spec.vm or "")
        memory_file = os.path.join(_folder(root), f"{spec.vm}.{spec.label}.memory")
        external = spec.type == "external"
        if external and spec.memory and not self._host.exists(memory_file):
            undo.push("remove the memory", lambda: self._host.remove(memory_file))
        wanted = {
            "VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC": external,
            "VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY": external and not spec.memory,
            "VIR_DOMAIN_SNAPSHOT_CREATE_LIVE": external and spec.memory,
            "VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE": spec.quiesce and active,
        }
        flags = sum(self._session.constant(name) for name, asked in wanted.items() if asked)
        text = xml.render(new_snapshot(spec, map(_target, _disks(root)), memory_file))
        self._session.do(
            "take the snapshot",
            lambda c: c.lookupByName(spec.vm).snapshotCreateXML(text, flags),
            SNAPSHOT_SECONDS,
        )

    def _describe(self, spec: VmSnapshot) -> None:
        """libvirt takes a snapshot's notes anew, and leaves the snapshot itself alone."""
        anew = self._session.constant("VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE")
        current = self._session.constant("VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT")
        secure = self._session.constant("VIR_DOMAIN_SNAPSHOT_XML_SECURE")

        def write(connection: Any) -> None:
            snapshot = _handle(connection, spec)
            root = xml.parse(snapshot.getXMLDesc(secure))
            DESCRIPTION.write(root, spec.description)
            flags = anew | current if snapshot.isCurrent() else anew
            connection.lookupByName(spec.vm).snapshotCreateXML(xml.render(root), flags)

        self._session.do("describe the snapshot", write)

    def _revert(self, spec: VmSnapshot) -> None:
        """What the vm has now is given up by the asking; libvirt need not be careful with it.

        A memory that was saved goes first: a start would go on from it, on disks that it does not know.
        """
        force = self._session.constant("VIR_DOMAIN_SNAPSHOT_REVERT_FORCE")

        def back(connection: Any) -> None:
            domain = connection.lookupByName(spec.vm)
            if is_saved(self._session, domain):
                domain.managedSaveRemove(0)
            domain.revertToSnapshot(_handle(connection, spec), force)

        self._session.do("go back to the snapshot", back, SNAPSHOT_SECONDS)

    def _version(self) -> int:
        return int(self._session.do("ask for libvirt's version", lambda c: c.getLibVersion()))


def read_snapshots(session: Session, vm: str) -> list[VmSnapshot]:
    """The snapshots of a vm, parents first; none where there is no such vm."""
    roots = snapshot_roots(session, vm)
    current = session.find(lambda c: c.lookupByName(vm).snapshotCurrent(0).getName()) if roots else None
    return [read_snapshot(root, vm, current) for root in roots]


def _handle(connection: Any, spec: VmSnapshot) -> Any:
    return connection.lookupByName(spec.vm).snapshotLookupByName(spec.label)


def _disks(root: Element) -> list[Element]:
    return root.findall("./devices/disk")


def _target(disk: Element) -> str:
    target = disk.find("target")
    return "" if target is None else target.get("dev", "")


def _format(disk: Element) -> str:
    driver = disk.find("driver")
    return "raw" if driver is None else driver.get("type", "raw")


def _has_medium(disk: Element) -> bool:
    source = disk.find("source")
    return source is not None and bool(source.attrib)


def _folder(root: Element) -> str:
    """Where the vm's first disk is, and so the room for its memory."""
    files = [source.get("file") for source in root.findall("./devices/disk[@device='disk']/source")]
    return next((os.path.dirname(file) for file in files if file), DIRECTORY)


def _has_flash(root: Element) -> bool:
    """Whether its EFI writes to a file that is no qcow2 image."""
    nvram = root.find("./os/nvram")
    efi = (
        root.find("./os/loader[@type='pflash']") is not None or root.find("./os[@firmware='efi']") is not None
    )
    return efi and (nvram is None or nvram.get("format", "raw") != "qcow2")
