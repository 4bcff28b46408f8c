# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a new backup has to be taken, what of the older ones goes then, and where a backup goes back to."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping, Sequence

from .._core.errors import Refused
from .vm_backup import BackupDisk, VmBackup


@dataclasses.dataclass(frozen=True)
class GroundDisk:
    """A disk that a vm writes to. ``path`` is where the host has it, None where it is elsewhere; ``bars`` says why it
    cannot be backed up.
    """

    target: str
    format: str = "qcow2"
    path: str | None = None
    size: int = 0
    bars: str | None = None


@dataclasses.dataclass(frozen=True)
class BackupGround:
    """What a backup depends on: the vm's disks, whether it runs, the backups that are there, oldest first, and why the
    checkpoint of the last one is of no use (None where it is).
    """

    active: bool
    disks: Mapping[str, GroundDisk]
    backups: Sequence[VmBackup] = ()
    lost: str | None = None


def completed_backup(asked: VmBackup, ground: BackupGround) -> VmBackup:
    """A new backup in full: full or on which other, of which disks. Raises ``Refused`` where it cannot be taken."""
    targets = _targets(asked, ground)
    if not ground.active and asked.quiesce:
        raise Refused("quiesce: the vm does not run", hint="Leave quiesce out.")
    against = None if asked.mode == "full" else _against_incremental(ground, targets)
    if asked.mode == "incremental" and against:
        raise Refused(f"cannot be incremental: {against}", hint="Take mode: auto or full.")
    notes = [f"is full: {against}"] if against and ground.backups else []
    parent = None if against else _parent(asked, ground.backups)
    disks = tuple(_disk(ground.disks[target], parent) for target in targets)
    if parent is not None:
        whole = [disk.target for disk in disks if disk.parent is None]
        notes += [
            f"holds {target} in full: there is no bitmap of it since {parent.label}" for target in whole
        ]
    return dataclasses.replace(
        asked,
        mode="full" if parent is None else "incremental",
        parent=None if parent is None else parent.label,
        method=asked.method if ground.active else "copy",
        disks=disks,
        notes=tuple(notes) or None,
    )


def _parent(asked: VmBackup, backups: Sequence[VmBackup]) -> VmBackup | None:
    """The last one, unless so many rest on one full backup that the next is to be full again."""
    if asked.mode == "full":
        return None
    many = len(ancestors(backups[-1], {backup.label: backup for backup in backups})) >= asked.limit
    return None if many and asked.mode == "auto" else backups[-1]


def expired(asked: VmBackup, backups: Iterable[VmBackup]) -> tuple[str, ...]:
    """Those that go by ``keep``, the oldest first: never one that another rests on which stays.

    One that is damaged neither counts nor goes.
    """
    by_label = {backup.label: backup for backup in backups}
    if asked.keep is None:
        return ()
    everyone = {**by_label, asked.label: by_label.get(asked.label, asked)}
    stays = asked.keep.kept({label: backup.moment for label, backup in everyone.items() if not backup.damage})
    stays.update([asked.label], (label for label, backup in everyone.items() if backup.damage))
    for label in list(stays):
        chain = ancestors(everyone[label], by_label)
        stays.update(chain)
        if not by_label.keys() >= set(chain):
            # What the missing one rests on is not known, but older.
            moment = everyone[label].moment
            stays.update(older for older, backup in everyone.items() if backup.moment < moment)
    return tuple(label for label in by_label if label not in stays)


def ancestors(backup: VmBackup, by_label: Mapping[str, VmBackup]) -> list[str]:
    """The backups that one rests on, the nearest first, missing ones included."""
    chain: list[str] = []
    below = backup.parent
    while below and below not in chain:
        chain.append(below)
        below = by_label[below].parent if below in by_label else None
    return chain


def _targets(asked: VmBackup, ground: BackupGround) -> list[str]:
    strange = sorted(set(asked.targets or ()) - set(ground.disks))
    if strange:
        raise Refused(
            f"disks: the vm writes to no {', '.join(strange)}",
            hint=f"It writes to {', '.join(ground.disks) or 'none'}.",
        )
    targets = list(asked.targets or ground.disks)
    if not targets:
        raise Refused("there is nothing to back up: the vm writes to no disk")
    barred = [f"{target} {ground.disks[target].bars}" for target in targets if ground.disks[target].bars]
    if barred:
        raise Refused("; ".join(barred), hint="Name the other disks in disks, and back these up otherwise.")
    return targets


def _against_incremental(ground: BackupGround, targets: Sequence[str]) -> str | None:
    """Why there is nothing that an incremental backup could rest on; None where there is."""
    if all(ground.disks[target].format != "qcow2" for target in targets):
        return "none of its disks is qcow2, and only that keeps a bitmap of what changed"
    if not ground.active:
        return "the vm does not run"
    if not ground.backups:
        return "there is no backup that it could rest on"
    last = ground.backups[-1]
    if last.damage:
        return f"{last.label} is not whole ({last.damage})"
    by_label = {backup.label: backup for backup in ground.backups}
    for label in ancestors(last, by_label):
        if label not in by_label:
            return f"{label}, on which {last.label} rests, is missing"
        if by_label[label].damage:
            return f"{label}, on which {last.label} rests, is not whole ({by_label[label].damage})"
    return ground.lost


def _disk(disk: GroundDisk, parent: VmBackup | None) -> BackupDisk:
    """Over the parent's where that has this very disk, in the same format, and no larger than it is now.

    Two disks may have changed places: each has a bitmap of that name, and neither's is of the other's content.
    """
    before = {held.target: held for held in parent.disks or ()} if parent else {}
    held = before.get(disk.target)
    rests = (
        parent is not None
        and held is not None
        and disk.format == held.format == "qcow2"
        and disk.path == held.source
    )
    return BackupDisk(
        target=disk.target,
        file=f"{disk.target}.qcow2",
        size=disk.size,
        format=disk.format,
        source=disk.path,
        parent=parent.label if rests and parent and held and held.size <= disk.size else None,
    )


def places(backup: VmBackup) -> dict[str, str]:
    """By target, the file that a disk becomes. Raises ``Refused`` where there is none, or two would be one."""
    restore = backup.restore
    found: dict[str, str] = {}
    for disk in backup.disks or ():
        there = restore.disks.get(disk.target) if restore else None
        source = disk.source if _is_file(disk.source or "") else None
        if there is None and restore and restore.folder:
            name = os.path.basename(source or f"{backup.becomes_vm}-{disk.target}.{disk.format}")
            there = os.path.join(restore.folder, name)
        there = there or source
        if not there:
            raise Refused(f"{disk.target} was in no file of this host", hint="Say where it goes: restore_to.")
        if not _is_file(there):
            raise Refused(f"{there} is below /dev, where no file lasts", hint="Say another place.")
        if there in found.values():
            raise Refused(f"two disks would become {there}", hint="Give each its own: restore_disks.")
        found[disk.target] = there
    return found


def _is_file(path: str) -> bool:
    """By its name: a device is not made anew by a restore, and what is in a network has no path."""
    return path.startswith("/") and not f"{path}/".startswith("/dev/")
