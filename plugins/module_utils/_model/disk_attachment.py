# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks of a vm: what is attached to it, and where."""

from __future__ import annotations

import dataclasses
import itertools
import os
import string
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Disruption, field, hidden
from .encryption import Encryption
from .os_preset import Preset
from .part import part, size_of
from .quantity import size

DIRECTORY = "/var/lib/libvirt/images"
PREFIXES = {"virtio": "vd", "ide": "hd", "sata": "sd", "scsi": "sd", "usb": "sd", "fdc": "fd"}
_BUSES = {"vd": "virtio", "hd": "ide", "sd": "sata", "fd": "fdc"}
HOTPLUGGED = ("virtio", "scsi", "usb")
_SECTOR = 512


@dataclasses.dataclass(frozen=True)
class IoTune:
    """Limits of a disk, in bytes and requests a second; 0 is none."""

    total_bytes_sec: int | None = field(Disruption.LIVE)
    read_bytes_sec: int | None = field(Disruption.LIVE)
    write_bytes_sec: int | None = field(Disruption.LIVE)
    total_iops_sec: int | None = field(Disruption.LIVE)
    read_iops_sec: int | None = field(Disruption.LIVE)
    write_iops_sec: int | None = field(Disruption.LIVE)
    total_bytes_sec_max: int | None = field(Disruption.LIVE)
    read_bytes_sec_max: int | None = field(Disruption.LIVE)
    write_bytes_sec_max: int | None = field(Disruption.LIVE)
    total_iops_sec_max: int | None = field(Disruption.LIVE)
    read_iops_sec_max: int | None = field(Disruption.LIVE)
    write_iops_sec_max: int | None = field(Disruption.LIVE)


@dataclasses.dataclass(frozen=True)
class DiskAttachment:
    """One disk or CD-ROM drive. ``source`` is an absolute path, ``""`` an empty drive; or it is a volume of a pool.

    ``size`` is in bytes. ``below`` are the files under the source since there are external
    snapshots, the nearest first. ``chosen`` says that the user named the target; otherwise a disk that is there keeps
    the target that it has. A new volume rests on ``backing``, or is a copy of ``clone_of``: another of its pool, or the
    path of an image.
    """

    target: str
    source: str | None = field(Disruption.RESTART)
    pool: str | None = field(Disruption.RESTART)
    volume: str | None = field(Disruption.RESTART)
    size: int | None = field(Disruption.LIVE)
    device: str | None = field(Disruption.RESTART)
    bus: str | None = field(Disruption.RESTART)
    format: str | None = field(Disruption.RESTART)
    readonly: bool | None = field(Disruption.RESTART)
    shareable: bool | None = field(Disruption.RESTART)
    serial: str | None = field(Disruption.RESTART)
    cache: str | None = field(Disruption.RESTART)
    io: str | None = field(Disruption.RESTART)
    discard: str | None = field(Disruption.RESTART)
    detect_zeroes: str | None = field(Disruption.RESTART)
    iothread: int | None = field(Disruption.RESTART)
    iotune: IoTune | None = field(Disruption.LIVE)
    encryption: Encryption | None = field(Disruption.RESTART)
    below: tuple[str, ...] | None = hidden()
    chosen: bool | None = None
    backing: str | None = None
    clone_of: str | None = None

    @property
    def key(self) -> str:
        return self.target

    @property
    def medium(self) -> str:
        """What the disk is, wherever it is attached: a path, or a pool and a volume; ``""`` for an empty drive."""
        return f"{self.pool}/{self.volume}" if self.pool else self.source or ""

    @property
    def origin(self) -> str | None:
        """What a new volume is made of."""
        return self.backing or self.clone_of

    @property
    def passphrase(self) -> str | None:
        """What opens it; None where nothing is said of that."""
        return self.encryption.passphrase if self.encryption is not None else None

    @property
    def hotplugged(self) -> bool:
        """Whether it can be attached to a running vm and detached from it."""
        return self.device != "cdrom" and self.completed().bus in HOTPLUGGED

    @property
    def exclusive(self) -> bool:
        """Whether nobody else may have it meanwhile."""
        return bool(self.medium) and not (self.shareable or self.readonly or self.device == "cdrom")

    def completed(self) -> DiskAttachment:
        """With all that a new disk has to say."""
        return dataclasses.replace(
            self,
            device=self.device or "disk",
            bus=self.bus or _BUSES.get(self.target[:2], "virtio"),
            format=self.format or ("qcow2" if self.medium.endswith(".qcow2") else "raw"),
        )


_RATES = {
    f.name: size_of(f"iotune.{f.name}", zero=True) for f in dataclasses.fields(IoTune) if "bytes" in f.name
}


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
        if (entry.get("iothread") or 0) < 0:
            raise InvalidSpec(
                f"disks[{target}].iothread: {entry['iothread']} is no thread", hint="They count from 1."
            )
        if entry.get("iothread") and (bus != "virtio" or entry.get("device") == "cdrom"):
            raise InvalidSpec(
                f"disks[{target}]: iothread is for a disk on virtio, and this is one on {bus}",
                hint="Choose bus: virtio. Disks on scsi share the thread of their controller (xml_patch).",
            )
    return tuple(disks)


def _disk(entry: Mapping[str, Any], target: str) -> DiskAttachment:
    where = f"disks[{target}]"
    device, source, pool = (entry.get(name) for name in ("device", "source", "pool"))
    if bool(pool) != bool(entry.get("volume")) or (pool and source):
        raise InvalidSpec(f"{where}: a disk has a source, or a pool and a volume")
    if not source and not pool and device != "cdrom":
        raise InvalidSpec(f"{where}: a disk needs a source", hint="Write source: PATH, or pool and volume.")
    if entry.get("size") and not source and not pool:
        raise InvalidSpec(f"{where}: size is for a disk that has a source")
    _check_origin(entry, where)
    return DiskAttachment(
        target=target,
        source=None if pool else absolute(source) if source else "",
        pool=pool or None,
        volume=entry.get("volume") or None,
        size=_whole_sectors(size(entry.get("size"), f"{where}.size")),
        device=device,
        bus=entry.get("bus"),
        format=entry.get("format") if source or pool else None,
        iotune=part(IoTune, entry.get("iotune"), _RATES),
        encryption=_encryption(entry, where),
        chosen=True if entry.get("target") else None,
        **{
            name: entry.get(name)
            for name in (
                *("readonly", "shareable", "serial", "cache", "io", "discard"),
                *("detect_zeroes", "iothread", "backing", "clone_of"),
            )
        },
    )


def _check_origin(entry: Mapping[str, Any], where: str) -> None:
    backing, copied = entry.get("backing"), entry.get("clone_of")
    if (backing or copied) and not entry.get("pool"):
        raise InvalidSpec(
            f"{where}: backing and clone_of are for volumes of a pool",
            hint="An image is made by hybrid.host.qcow2, with backing_file or source.",
        )
    if backing and copied:
        raise InvalidSpec(f"{where}: a volume rests on another, or is a copy of it", hint="Keep one of them.")
    origin = backing or copied or "/"
    if "/" in origin and not os.path.isabs(origin):
        raise InvalidSpec(
            f"{where}: {origin!r} is not the name of a volume",
            hint="Name one of the same pool, or the path of an image.",
        )
    named = "qcow2" if str(entry.get("volume")).endswith(".qcow2") else "raw"
    if backing and (entry.get("format") or named) == "raw":
        raise InvalidSpec(
            f"{where}.backing: a raw volume rests on nothing",
            hint="Write format: qcow2, or a name that ends in .qcow2.",
        )


def _encryption(entry: Mapping[str, Any], where: str) -> Encryption | None:
    encryption = Encryption.from_params(entry.get("encryption"), f"{where}.encryption")
    if encryption is None:
        return None
    named = "qcow2" if (entry.get("source") or "").endswith(".qcow2") else "raw"
    if entry.get("pool") or (entry.get("format") or named) != "qcow2":
        raise InvalidSpec(
            f"{where}.encryption: it is for a qcow2 image", hint="Write source, and format: qcow2."
        )
    return encryption


def _whole_sectors(value: int | None) -> int | None:
    return None if value is None else -(-value // _SECTOR) * _SECTOR


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
    return next(target for target in targets(prefix) if target not in taken)


def targets(prefix: str) -> Iterator[str]:
    """Those of a prefix, in the order of the kernel: ``vda`` to ``vdy``, then ``vdaa``, without an end.

    The last letter is left to a seed, which sits out of the way of the vm's own disks.
    """
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_lowercase, repeat=length):
            if letters != ("z",):
                yield prefix + "".join(letters)
