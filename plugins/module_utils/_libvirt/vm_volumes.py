# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes that are made with the vm that has them: which are missing, and of what they are made."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping

from .._core.change import Address, Change
from .._core.compare import Difference
from .._core.driver import Planning, Space
from .._core.errors import ApplyFailed, Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.disk import Disk
from .._model.disk_attachment import DiskAttachment
from .._model.vm import Vm
from .._model.vm_files import check_content, check_growth, check_topmost
from .._model.vm_host import VmHost
from .disk_users import vm_files
from .session import Session
from .volumes import Place, make_volume, place_of, refresh, remove_volume, volume_path, volume_size

# In these the volumes are there already: libvirt makes none.
_GIVEN = ("iscsi", "iscsi-direct", "scsi")
# And of these it gives none to a vm.
_APART = ("gluster", "mpath", "rbd")
_START = "Start it first (hybrid.host.storage_pool)."


def coming_folders(asked: Vm, planning: Planning) -> dict[str, str]:
    """The folders of the vm's pools that are about to be made. Others than ``dir`` are mounted there only then."""
    planned = {
        disk.pool: change.asked
        for disk in asked.volumes
        for change in planning.planned.get(Address("pool", disk.pool or ""), ())
        if disk.pool and change.action == "create"
    }
    paths = {name: pool.target.path for name, pool in planned.items() if pool.type == "dir" and pool.target}
    return {name: path for name, path in paths.items() if path}


def allocation(asked: Vm, found: Vm | None) -> list[Change]:
    """The change that makes the volumes which the vm is to get."""
    has = {disk.medium for disk in (found.disks if found is not None else None) or ()}
    differences = tuple(
        Difference(f"volumes[{disk.medium}]", None, disk.medium, Disruption.NONE)
        for disk in asked.volumes
        if disk.medium not in has
    )
    address = Address("vm", asked.name)
    return [Change("allocate", address, differences=differences, asked=asked)] if differences else []


class VmVolumes:
    """The volumes of vms. In a folder of this host one is made as every image is, and marked with its vm."""

    def __init__(self, session: Session, host: VmHost) -> None:
        self._session = session
        self._host = host

    def seen(self, asked: Vm, found: Vm | None) -> Vm:
        """The vm, with the volumes that are to be made for it. Raises ``Refused`` where they cannot be.

        One that the vm has had, and that is gone, is not made anew.
        """
        had = {disk.medium for disk in (found.disks if found is not None else None) or ()}
        new = [disk for disk in asked.disks or () if disk.pool and disk.medium not in had]
        missing = tuple(disk.medium for disk in new if self._is_missing(disk))
        return dataclasses.replace(asked, new_volumes=missing)

    def check_pools(self, asked: Vm, planning: Planning) -> None:
        """Raises ``Refused`` where a pool that is to take a volume is not active, and nobody starts it."""
        for pool in {disk.pool: None for disk in asked.volumes if disk.pool and asked.new_volumes}:
            place = None if planning.planned.get(Address("pool", pool)) else place_of(self._session, pool)
            if place is not None and not place.active:
                raise Refused(f"the pool {pool} is not active", hint=_START)

    def check_start(self, asked: Vm, found: Vm | None) -> None:
        """As of a vm's files, of its volumes that are some of this host. Raises ``Refused``."""
        had = found.disks if found is not None else None
        disks = (asked.disks if asked.disks is not None else had) if self._session.local else None
        for disk in disks or ():
            path = volume_path(self._session, disk) if disk.pool else None
            if path is not None and not path.startswith("/dev/") and self._host.exists(path):
                self._host.check_images_below(path)
                check_topmost(disk, path, self._host)

    def allocate(self, change: Change, undo: Undo) -> None:
        """Makes those volumes of the change that are still missing."""
        wanted = {difference.after for difference in change.differences}
        for disk in change.asked.disks or ():
            if disk.medium in wanted and volume_path(self._session, disk) is None:
                self._make(disk, change.address.name, undo)

    def takes(self, change: Change, coming: Mapping[str, str]) -> list[Space]:
        """What new volumes and disks that grow take of this host's file systems.

        ``coming`` are the folders of pools that are about to be made.
        """
        steps = {difference.path: difference for difference in change.differences}
        spaces: list[Space] = []
        for disk in (change.asked.disks or ()) if self._session.local else ():
            pool = disk.pool or ""
            place = place_of(self._session, pool) if f"volumes[{disk.medium}]" in steps else None
            folder = place.folder if place is not None else coming.get(pool)
            if folder and f"volumes[{disk.medium}]" in steps:
                spaces += self._host.space(_image(disk, folder))
            grows = steps.get(f"disks[{disk.target}].size") if change.action == "update" else None
            path = volume_path(self._session, disk) if grows and disk.pool else disk.source
            if grows and path and path.startswith("/"):
                spaces.append(Space(path, 0, max(0, grows.after - (grows.before or 0))))
        return spaces

    def _make(self, disk: DiskAttachment, vm: str, undo: Undo) -> None:
        pool = disk.pool or ""
        place = place_of(self._session, pool)
        if place is None or not place.active:
            raise ApplyFailed(f"make {disk.medium}", cause=f"the pool {pool} is not active", hint=_START)
        path = f"{place.folder}/{disk.volume}" if place.folder else ""
        if not (path and self._host.exists(path)):
            made = True
            if place.folder:
                made = self._host.make_image(_image(disk, place.folder), vm)
            else:
                make_volume(self._session, disk, place)
            if made:
                undo.push(f"remove the new volume {disk.medium}", lambda: self._take_back(disk, vm))
        if place.folder:
            refresh(self._session, pool)

    def _take_back(self, disk: DiskAttachment, vm: str) -> None:
        """Unless another vm has got it meanwhile: of one that is shared, each finds what the first has made."""
        path = volume_path(self._session, disk)
        if not any(path in files for name, files in vm_files(self._session).items() if name != vm):
            remove_volume(self._session, disk)

    def _is_missing(self, disk: DiskAttachment) -> bool:
        """Also one in a folder of this host that libvirt has not seen yet. Raises ``Refused``."""
        place, path = place_of(self._session, disk.pool or ""), volume_path(self._session, disk)
        if place is not None and place.kind in _APART:
            raise Refused(
                f"disks[{disk.target}]: libvirt gives no volume of a pool of type {place.kind} to a vm",
                hint="Take a volume of another pool: GlusterFS is mounted by one of type netfs.",
            )
        file = f"{place.folder}/{disk.volume}" if place is not None and place.folder else ""
        there = path if path is not None else file if file and self._host.exists(file) else None
        if there is not None:
            if self._session.local:
                check_content(disk, there, self._host)
                check_topmost(disk, there, self._host)
            elif disk.size is not None:
                check_growth(f"disks[{disk.target}].size", volume_size(self._session, disk), disk.size)
            return path is None
        if disk.size or disk.origin:
            if place is not None:
                self._check(disk, place)
            return True
        if place is not None and place.active:
            raise Refused(
                f"disks[{disk.target}]: there is no volume {disk.medium}, and nothing says how it is to be",
                hint="Give its size, a backing or a clone_of; or correct the name.",
            )
        return False

    def _check(self, disk: DiskAttachment, place: Place) -> None:
        where, name = f"disks[{disk.target}]", str(disk.volume)
        if place.kind in _GIVEN:
            raise Refused(
                f"{where}: there is no volume {disk.medium}, and a pool of type {place.kind} takes no new ones",
                hint="Name one that is there, or make it where the pool comes from.",
            )
        if "/" in name or name.startswith(".") or not name.isprintable():
            raise Refused(f"{where}: {name!r} is not a name for a volume", hint="Give it another.")
        if place.folder:
            self._check_image(where, disk, place.folder)
        elif disk.origin or not disk.size:
            raise Refused(
                f"{where}: a pool of type {place.kind} makes no volume of another whole or not at all",
                hint="Give its size alone, or make it by hand.",
            )
        elif disk.completed().format != "raw" and not place.of_files:
            raise Refused(
                f"{where}: volumes of a pool of type {place.kind} are raw", hint="Write format: raw."
            )

    def _check_image(self, where: str, disk: DiskAttachment, folder: str) -> None:
        image, origin = _image(disk, folder), disk.origin or ""
        made_of = image.backing_file or image.source
        if not made_of or self._host.exists(made_of):
            self._host.check_image(image)
        elif not origin.startswith("/"):
            raise Refused(
                f"{where}: there is no volume {origin} in {disk.pool}",
                hint="Name one of this pool, or the path of an image.",
            )


def _image(disk: DiskAttachment, folder: str) -> Disk:
    """The new volume as the image that it is; what it is made of is in the same folder, or has a path."""
    return Disk(
        name=os.path.join(folder, str(disk.volume)),
        size=disk.size,
        format=disk.completed().format,
        backing_file=os.path.join(folder, disk.backing) if disk.backing else None,
        source=os.path.join(folder, disk.clone_of) if disk.clone_of else None,
    )
