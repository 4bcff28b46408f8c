# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks of vms that are volumes of a pool: how big each is, and how one that nobody uses grows."""

from __future__ import annotations

from typing import Any

from .._model.disk_attachment import DiskAttachment
from .._model.vm import Vm
from .._model.vm_files import check_growth
from .session import LibvirtFailed, Session


def volume_size(session: Session, disk: DiskAttachment) -> int | None:
    """The bytes that a guest sees; None where the volume is not there, or its pool is not active."""
    try:
        return session.find(lambda c: int(_volume(c, disk).info()[1]), "read a volume")
    except LibvirtFailed:
        return None


def grow_volume(session: Session, disk: DiskAttachment, size: int) -> None:
    """Raises ``LibvirtFailed`` where the pool cannot do that."""
    session.do(f"grow {disk.medium}", lambda c: _volume(c, disk).resize(size))


def check_volumes(session: Session, asked: Vm, found: Vm | None) -> None:
    """Raises ``Refused`` where a volume that the vm is to get would lose its end."""
    present = {disk.medium for disk in (found.disks if found is not None else None) or ()}
    for disk in asked.disks or ():
        if disk.pool and disk.size is not None and disk.medium not in present:
            check_growth(f"disks[{disk.target}].size", volume_size(session, disk), disk.size)


def _volume(connection: Any, disk: DiskAttachment) -> Any:
    return connection.storagePoolLookupByName(disk.pool).storageVolLookupByName(disk.volume)
