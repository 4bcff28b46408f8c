# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the host that a vm needs: whether they are there, and what they are."""

from __future__ import annotations

from collections.abc import Sequence

from .._core.change import Address
from .._core.compare import Difference
from .._core.driver import Planning
from .._core.errors import Refused
from .._core.field import Disruption
from .disk_attachment import DiskAttachment
from .vm import LXC, Vm
from .vm_cost import ACTIVE, MEDIUM
from .vm_host import VmHost


def check_files(asked: Vm, found: Vm | None, planning: Planning, host: VmHost) -> None:
    """Raises ``Refused`` where a file that the vm is to get is neither there nor planned, or is not what it is said to
    be.
    """
    present = found.disks or () if found else ()
    has = {file for disk in present for file in (disk.source, *(disk.below or ()))}
    for disk in asked.disks or ():
        if not disk.source or disk.source in has:
            continue
        if Address("disk", disk.source) not in planning.planned:
            _check_disk(disk, host)
        _check_below(disk, present, host)
        # One that is not to run writes nothing: a template, on which others rest.
        if asked.state in ACTIVE or (
            asked.state == "present" and found is not None and found.state in ACTIVE
        ):
            check_topmost(disk, disk.source, host)
    _check_passphrases(asked.disks or (), present, planning, host)
    for disk in asked.volumes:
        origin = disk.origin or ""
        if origin.startswith("/") and Address("disk", origin) not in planning.planned:
            _check_file(f"disks[{disk.target}]", origin, host)
    for filesystem in (asked.filesystems or ()) if asked.virt_type == LXC else ():
        _check_file(f"filesystems[{filesystem.target}]", filesystem.source or "", host)
    boot = asked.boot
    for option in ("kernel", "initrd"):
        path = getattr(boot, option) if boot is not None else None
        if path:
            _check_file(f"boot.{option}", path, host)


def check_start(asked: Vm, found: Vm | None, planning: Planning, host: VmHost) -> None:
    """Raises ``Refused`` where a disk rests on an image that is not any more what it was, or others rest on it."""
    present = found.disks or () if found is not None else ()
    for disk in asked.disks if asked.disks is not None else present:
        if disk.source and Address("disk", disk.source) not in planning.planned:
            host.check_images_below(disk.source)
            # What it is asked to have may be below its own snapshot, which is what it writes to.
            over = next((other.source for other in present if disk.source in (other.below or ())), None)
            check_topmost(disk, over or disk.source, host)


def check_grown(asked: Vm, differences: Sequence[Difference], host: VmHost) -> None:
    """Raises ``Refused`` for a disk that is to grow while images rest on it."""
    paths = {difference.path for difference in differences}
    for disk in asked.disks or ():
        if disk.source and f"disks[{disk.target}].size" in paths:
            check_topmost(disk, disk.source, host)


def check_sizes(differences: Sequence[Difference]) -> None:
    """Raises ``Refused`` for a disk that would lose its end, or grow under a memory that was saved."""
    others = {d.path.rpartition(".")[0] for d in differences if d.path.endswith(MEDIUM)}
    for difference in differences:
        path = difference.path
        if not path.endswith("].size") or path.rpartition(".")[0] in others:
            continue
        check_growth(path, difference.before, difference.after)
        if difference.disruption is Disruption.RESTART:
            raise Refused(
                f"{path}: the vm is saved, and its guest would not know of it",
                hint="Leave size out until the vm runs again, or stop it first.",
            )


def _check_disk(disk: DiskAttachment, host: VmHost) -> None:
    _check_file(f"disks[{disk.target}]", str(disk.source), host)
    check_content(disk, str(disk.source), host)


def check_content(disk: DiskAttachment, path: str, host: VmHost) -> None:
    """Raises ``Refused`` where what is at the path of a disk is not what it is said to be."""
    where = f"disks[{disk.target}]"
    image_format = disk.completed().format
    if disk.format is None and image_format == "raw" and host.is_qcow2(path):
        raise Refused(
            f"{where}: {path} holds a qcow2 image, and its name does not say so",
            hint="Write format: qcow2; or format: raw, if the guest itself is to see that image.",
        )
    if disk.encryption is None and image_format == "qcow2" and host.is_encrypted(path):
        raise Refused(f"{where}: {path} is encrypted", hint="Give encryption, with its passphrase.")
    if disk.size is not None:
        check_growth(f"{where}.size", host.virtual_size(path, image_format), disk.size)


def _check_passphrases(
    asked: Sequence[DiskAttachment], present: Sequence[DiskAttachment], planning: Planning, host: VmHost
) -> None:
    """Those that libvirt does not know already; of a disk on which a snapshot rests it is given none."""
    known = {disk.source: disk.passphrase for disk in present}
    below = {file for disk in present for file in disk.below or ()}
    for disk in asked:
        comes = planning.planned.get(Address("disk", disk.source or ""))
        if disk.passphrase not in (None, known.get(disk.source)) and disk.source not in below and not comes:
            host.check_passphrase(disk.source or "", disk.passphrase or "")


def _check_below(disk: DiskAttachment, present: Sequence[DiskAttachment], host: VmHost) -> None:
    """Whoever writes to a file spoils all images that rest on it."""
    for other in present if disk.exclusive else ():
        if other.source and disk.source in host.backing_files(other.source):
            raise Refused(
                f"disks[{disk.target}]: {disk.source} is what the vm's {other.source} rests on",
                hint=f"Write source: {other.source}; or merge it first, if another tool's snapshot made it.",
            )


def check_topmost(disk: DiskAttachment, path: str, host: VmHost) -> None:
    """Raises ``Refused`` for a disk that the vm is to write to while images rest on it, whosever they are."""
    above = host.resting_on(path) if disk.exclusive else ()
    if above:
        raise Refused(
            f"disks[{disk.target}]: {', '.join(above)} rests on {path}, and what the vm writes there would spoil that",
            hint=f"Write source: {above[0]}, if the vm went on there after a snapshot; "
            "or give it an overlay of its own (backing_file of hybrid.host.qcow2); or remove what nobody needs.",
        )


def check_growth(where: str, present: int | None, wanted: int) -> None:
    if present is not None and wanted < present:
        raise Refused(
            f"{where}: a size is never shrunk: it has {present} bytes, and {wanted} are asked for",
            hint=f"Ask for size: {present} or more, or leave size out.",
        )


def _check_file(option: str, path: str, host: VmHost) -> None:
    if not host.exists(path):
        raise Refused(
            f"{option}: {path} does not exist",
            hint="Create it first (hybrid.host.qcow2), or correct the path.",
        )
