# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups of vms: what is asked of one, and what one that is there is made of."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import os
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import hidden, reported
from .backup_keep import Keep
from .names import checked_name
from .quantity import duration
from .xml_text import check_texts

STAMP, MOMENT = "%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%S.%fZ"
BACKUP_SECONDS = 3600.0
MAX_INCREMENTALS = 30


@dataclasses.dataclass(frozen=True)
class BackupDisk:
    """One disk in a backup: ``file`` in its folder, always a qcow2 image, over the one of ``parent`` if it has one.

    ``size`` is what the guest sees, ``bytes`` what the file has, ``format`` and ``source`` are those of the vm's disk.
    """

    target: str
    file: str = ""
    size: int = 0
    format: str = "qcow2"
    source: str | None = None
    parent: str | None = None
    bytes: int | None = None
    sha256: str | None = None

    @property
    def key(self) -> str:
        return self.target


@dataclasses.dataclass(frozen=True)
class Restore:
    """Where a backup goes back to: the vm's name (None is its own), a folder or paths by target, over what is there."""

    name: str | None = None
    folder: str | None = None
    disks: Mapping[str, str] = dataclasses.field(default_factory=dict)
    overwrite: bool = False


@dataclasses.dataclass(frozen=True)
class VmBackup:
    """``name`` is that of the vm and that of the backup: ``erp/before-update``. ``state``: present, absent, restored.

    ``mode`` is auto, full or incremental as it is asked for, and one of the latter two of a backup that is there; an
    incremental one rests on ``parent``. ``children`` are those that rest on it. ``damage`` says why it is not whole.
    ``expired``, ``left``, ``notes`` and ``due`` complete what is asked for: those that go by ``keep``, what killed runs
    have left, what the user should know, and whether a restore is still to be done.
    """

    name: str
    state: str = "present"
    vm: str | None = None
    path: str | None = None
    mode: str | None = None
    method: str | None = None
    created: str | None = reported()
    parent: str | None = reported()
    children: tuple[str, ...] | None = reported()
    quiesced: bool | None = reported()
    disks: tuple[BackupDisk, ...] | None = reported()
    checkpoint: str | None = reported()
    nvram: BackupDisk | None = reported()
    libvirt: str | None = reported()
    qemu: str | None = reported()
    damage: str | None = reported()
    definition: str | None = hidden()
    targets: tuple[str, ...] | None = hidden()
    quiesce: bool | None = hidden()
    keep: Keep | None = hidden()
    max_incrementals: int | None = hidden()
    verify: bool | None = hidden()
    timeout: float | None = hidden()
    restore: Restore | None = hidden()
    expired: tuple[str, ...] | None = hidden()
    left: tuple[str, ...] | None = hidden()
    notes: tuple[str, ...] | None = hidden()
    due: bool | None = hidden()

    @property
    def label(self) -> str:
        """Its name among the backups of its vm, and that of its folder."""
        return self.name.rpartition("/")[2]

    @property
    def moment(self) -> datetime.datetime:
        """When it was taken."""
        return datetime.datetime.strptime(self.created or "", MOMENT)

    @property
    def limit(self) -> int:
        """How many may rest on one full backup, one on the other."""
        if self.max_incrementals is not None:
            return self.max_incrementals
        return self.keep.total - 1 if self.keep else MAX_INCREMENTALS

    @property
    def seconds(self) -> float:
        """What each of its jobs may take."""
        return BACKUP_SECONDS if self.timeout is None else self.timeout

    @property
    def becomes_vm(self) -> str:
        """The vm that it is restored as."""
        return (self.restore.name if self.restore else None) or self.vm or ""

    def becomes(self, places: Mapping[str, str]) -> dict[str, str]:
        """What a restore makes, by the path under which the user knows it."""
        return {"vm": self.becomes_vm, **{f"disks[{target}]": path for target, path in places.items()}}

    @classmethod
    def from_params(cls, params: Mapping[str, Any], now: datetime.datetime) -> VmBackup:
        """The spec of the options of ``hybrid.host.vm_backup``. Raises ``InvalidSpec``, naming the backup."""
        state = params.get("state") or "present"
        vm = checked_name("vm", str(params.get("vm") or ""), "absent")
        label = checked_name("backup", str(params.get("name") or now.strftime(STAMP)), state)
        try:
            check_texts(params, besides=("vm", "name"))
            limit = params.get("max_incrementals")
            if limit is not None and limit < 0:
                raise InvalidSpec(f"max_incrementals: {limit} is below 0")
            return cls(
                name=f"{vm}/{label}",
                state=state,
                vm=vm,
                path=_absolute(params.get("path"), "path"),
                mode=params.get("mode") or "auto",
                method=params.get("method") or "push",
                created=now.strftime(MOMENT) if state == "present" else None,
                targets=tuple(dict.fromkeys(params.get("disks") or ())) or None,
                quiesce=params.get("quiesce"),
                keep=Keep.parsed(params.get("keep")),
                max_incrementals=limit,
                verify=bool(params.get("verify")),
                timeout=duration(params.get("timeout"), "timeout"),
                restore=_restore(params) if state == "restored" else None,
            )
        except InvalidSpec as error:
            raise error.about("backup", f"{vm}/{label}") from None


def checkpoint_prefix(path: str) -> str:
    """How the names of the checkpoints begin that belong to the backups in a folder: a vm may have several such."""
    return f"hybrid-{hashlib.sha256(path.encode()).hexdigest()[:8]}-"


def _restore(params: Mapping[str, Any]) -> Restore:
    name = params.get("restore_as")
    folder = params.get("restore_to")
    disks = params.get("restore_disks") or {}
    return Restore(
        name=None if name is None else checked_name("vm", str(name), "present"),
        folder=None if folder is None else _absolute(folder, "restore_to"),
        disks={target: _absolute(path, f"restore_disks.{target}") for target, path in disks.items()},
        overwrite=bool(params.get("overwrite")),
    )


def _absolute(path: Any, option: str) -> str:
    text = str(path or "")
    if not text.startswith("/"):
        raise InvalidSpec(f"{option}: {text!r} is not an absolute path")
    return os.path.normpath(text)
