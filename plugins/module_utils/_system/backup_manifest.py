# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manifest of a backup: what is in its folder, in JSON that anybody can read."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import Any

from .._model.vm_backup import BackupDisk, VmBackup

NAME = "manifest.json"
_VERSION = 1
_KEPT = (
    *("vm", "mode", "method", "parent", "checkpoint", "quiesced", "created"),
    *("libvirt", "qemu", "definition"),
)


def written(backup: VmBackup) -> str:
    """The manifest's text."""
    told: dict[str, Any] = {"version": _VERSION, "name": backup.label}
    told.update((name, getattr(backup, name)) for name in _KEPT)
    told["disks"] = [dataclasses.asdict(disk) for disk in backup.disks or ()]
    told["nvram"] = dataclasses.asdict(backup.nvram) if backup.nvram else None
    return json.dumps(told, indent=2) + "\n"


def read(folder: str) -> VmBackup | None:
    """The backup in a folder; None where there is no manifest that can be read."""
    try:
        with open(os.path.join(folder, NAME), encoding="utf-8") as file:
            told = json.load(file)
        if told["version"] != _VERSION:
            return None
        label = os.path.basename(folder)
        backup = VmBackup(
            name=f"{told['vm']}/{label}",
            path=os.path.dirname(folder),
            disks=tuple(_disk(disk) for disk in told["disks"]),
            nvram=_disk(told["nvram"]) if told["nvram"] else None,
            **{name: told[name] for name in _KEPT},
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dataclasses.replace(backup, damage=_missing(folder, backup))


def _disk(told: dict[str, Any]) -> BackupDisk:
    """A file of the folder itself: a manifest that names another is none."""
    disk = BackupDisk(**told)
    if os.path.basename(disk.file) != disk.file or not disk.file:
        raise ValueError(disk.file)
    return disk


def _missing(folder: str, backup: VmBackup) -> str | None:
    """Why a look at the folder says that it is not whole. What is in the files is for ``verify`` to say."""
    for disk in (*(backup.disks or ()), *([backup.nvram] if backup.nvram else ())):
        try:
            has = os.stat(os.path.join(folder, disk.file)).st_size
        except OSError:
            return f"{disk.file} is missing"
        if has != disk.bytes:
            return f"{disk.file} has {has} bytes, not {disk.bytes}"
    return None
