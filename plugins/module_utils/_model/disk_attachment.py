# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks of a vm: what is attached to it, and where."""

from __future__ import annotations

import dataclasses
import os
import string
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Disruption, field
from .os_preset import Preset

DIRECTORY = "/var/lib/libvirt/images"
PREFIXES = {"virtio": "vd", "ide": "hd", "sata": "sd", "scsi": "sd", "usb": "sd", "fdc": "fd"}
_BUSES = {"vd": "virtio", "hd": "ide", "sd": "sata", "fd": "fdc"}
HOTPLUGGED = ("virtio", "scsi", "usb")


@dataclasses.dataclass(frozen=True)
class DiskAttachment:
    """One disk or CD-ROM drive. ``source`` is an absolute path, ``""`` an empty drive.

    ``chosen`` says that the user named the target; otherwise a disk that is there keeps the target that it has.
    """

    target: str
    source: str | None = field(Disruption.RESTART)
    device: str | None = field(Disruption.RESTART)
    bus: str | None = field(Disruption.RESTART)
    format: str | None = field(Disruption.RESTART)
    readonly: bool | None = field(Disruption.RESTART)
    shareable: bool | None = field(Disruption.RESTART)
    serial: str | None = field(Disruption.RESTART)
    cache: str | None = field(Disruption.RESTART)
    io: str | None = field(Disruption.RESTART)
    discard: str | None = field(Disruption.RESTART)
    chosen: bool | None = None

    @property
    def key(self) -> str:
        return self.target

    @property
    def hotplugged(self) -> bool:
        """Whether it can be attached to a running vm and detached from it."""
        return self.device != "cdrom" and self.completed().bus in HOTPLUGGED

    @property
    def exclusive(self) -> bool:
        """Whether nobody else may have it meanwhile."""
        return bool(self.source) and not (self.shareable or self.readonly or self.device == "cdrom")

    def completed(self) -> DiskAttachment:
        """With all that a new disk has to say."""
        return dataclasses.replace(
            self,
            device=self.device or "disk",
            bus=self.bus or _BUSES.get(self.target[:2], "virtio"),
            format=self.format or ("qcow2" if (self.source or "").endswith(".qcow2") else "raw"),
        )


def disks_from_params(
    entries: Sequence[Mapping[str, Any]] | None, preset: Preset
) -> tuple[DiskAttachment, ...] | None:
    """The disks, each with a target: those that are named first, then the lowest that are free."""
    if entries is None:
        return None
    buses = [_bus(entry, preset) for entry in entries]
    taken = {entry["target"] for entry in entries if entry.get("target")}
    disks: list[DiskAttachment] = []
    for entry, bus in zip(entries, buses):
        target = entry.get("target") or _free(PREFIXES[bus], taken)
        if entry.get("target") in {disk.target for disk in disks}:
            raise InvalidSpec(f"disks: two of them have the target {target}", hint="Give each its own.")
        taken.add(target)
        disks.append(_disk(entry, target))
    return tuple(disks)


def _disk(entry: Mapping[str, Any], target: str) -> DiskAttachment:
    device = entry.get("device")
    source = entry.get("source")
    if not source and device != "cdrom":
        raise InvalidSpec(f"disks[{target}]: a disk needs a source", hint="Write source: PATH.")
    return DiskAttachment(
        target=target,
        source=absolute(source) if source else "",
        device=device,
        bus=entry.get("bus"),
        chosen=True if entry.get("target") else None,
        **{
            name: entry.get(name)
            for name in ("format", "readonly", "shareable", "serial", "cache", "io", "discard")
        },
    )


def absolute(path: str) -> str:
    """An absolute path as it is written; another in libvirt's own folder. Raises ``InvalidSpec`` outside of it."""
    if "\n" in path or "\0" in path:
        raise InvalidSpec(f"{path!r} is not a path")
    joined = os.path.normpath(os.path.join(DIRECTORY, path))
    if not os.path.isabs(path) and not joined.startswith(DIRECTORY + "/"):
        raise InvalidSpec(f"{path!r} leads out of {DIRECTORY}", hint="Write an absolute path.")
    return joined


def _bus(entry: Mapping[str, Any], preset: Preset) -> str:
    """The bus asked for, else that of the target's name, else what the system likes."""
    if entry.get("bus"):
        return str(entry["bus"])
    target = entry.get("target") or ""
    if target[:2] in _BUSES:
        return _BUSES[target[:2]]
    if entry.get("device") == "cdrom":
        return "ide" if preset.machine == "pc" else "sata"
    return preset.disk_bus


def _free(prefix: str, taken: set[str]) -> str:
    return next(prefix + letter for letter in string.ascii_lowercase if prefix + letter not in taken)
