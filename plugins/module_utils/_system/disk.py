# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks: image files of the host."""

from __future__ import annotations

import contextlib
import dataclasses
import grp
import os
import pwd
from collections.abc import Callable, Collection, Sequence
from typing import Any

from .._core.change import Address, Change
from .._core.driver import Driver, Planning, Reference, Remarks, Space
from .._core.errors import ApplyFailed, Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.disk import Disk
from .._model.disk_attachment import DIRECTORY
from . import qemu_img
from .disk_form import amend, check_form, form_of, key_of, selinux_context, set_selinux_context
from .disk_origin import check_origin, unprotected, write_image
from .disk_space import taken_by
from .image_file import STACK, ImageFile, images_in, mark, overlays, read_image, users_of
from .whole_file import sole_writer

_STOPS = ("delete", "stop")


class DiskDriver(Driver):
    """Image files, raw and qcow2. Observing reads their headers; ``qemu-img`` runs for changes only."""

    kind = "disk"

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        folders = {os.path.dirname(name) for name in names}
        around = [image for folder in sorted({*folders, DIRECTORY}) for image in images_in(folder)]
        files = {image.path: image for image in around if image.path in names or owner == image.stack}
        for name in set(names) - set(files):
            image = read_image(name)
            if image is not None:
                files[name] = image
        above = overlays(around)
        users = users_of([image.status for image in files.values() if image.in_use])
        return {
            path: dataclasses.replace(
                _spec(image),
                overlays=tuple(above.get(os.path.realpath(path), ())) or None,
                in_use_by=_names(image, users),
            )
            for path, image in files.items()
            if path in names or owner is not None
        }

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state != "absent":
            check_origin(asked, found)
        return asked

    def files(self, spec: Any) -> Sequence[str]:
        local = None if spec.is_downloaded else spec.source
        return [path for path in (spec.backing_file, local) if path]

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        if asked.state == "absent" and found is not None:
            _check_unused(found, planning)
        if (
            asked.state != "absent"
            and found is None
            and not (asked.size or asked.backing_file or asked.source)
        ):
            raise Refused(
                "does not exist, and nothing says what it is to be",
                hint="Give its size, a backing_file or a source.",
            )
        return super().plan(asked, found, planning)

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        if found.in_use_by:
            # While a vm runs its images belong to QEMU's user: libvirt gives them to it, and takes them back.
            asked = dataclasses.replace(asked, file_owner=None, file_group=None, selinux_context=None)
        changes = super().plan_fields(asked, found, planning)
        for change in changes:
            _check_fixed(change)
            check_form(change, asked, found)
            if change.touches("size"):
                _check_growth(asked, found)
        return changes

    def references(self, spec: Any) -> Sequence[Reference]:
        if spec.backing_file is None or not spec.backing_file.startswith("/"):
            return ()
        return (Reference(Address(self.kind, spec.backing_file)),)

    def takes(self, change: Change) -> Sequence[Space]:
        return taken_by(change)

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        return Remarks(unprotected(asked))

    def apply(self, change: Change, undo: Undo) -> None:
        path = change.address.name
        if change.action == "create":
            self._create(change.asked)
        elif change.action == "delete":
            with sole_writer(path):
                _remove(path)
        else:
            with sole_writer(path):
                self._update(path, change)

    def _create(self, asked: Disk) -> None:
        with contextlib.suppress(FileExistsError):
            _make_folder(os.path.dirname(asked.name))
        with sole_writer(asked.name):
            # Another run may have made it while this one waited: that it is as asked is then seen by looking again.
            if not os.path.lexists(asked.name):
                write_image(asked, lambda path: _make_accessible(path, asked))

    def _update(self, path: str, change: Change) -> None:
        if change.touches("size"):
            image = read_image(path)
            if image is None or image.in_use:
                raise ApplyFailed(f"grow {path}", cause="it is gone or in use by now", hint="Run again.")
            qemu_img.resize(path, image.format, change.asked.size, key_of(path, change.asked))
        if change.touches("compat", "lazy_refcounts"):
            amend(path, change)
        if change.touches("owner"):
            mark(path, STACK, change.asked.owner)
        if change.touches("file_owner", "file_group", "mode"):
            _set_access(path, change.asked.mode, change.asked)
        if change.touches("selinux_context"):
            set_selinux_context(path, change.asked.selinux_context)


def _spec(image: ImageFile) -> Disk:
    status, header = image.status, image.header
    return Disk(
        name=image.path,
        size=image.size,
        format=image.format,
        backing_file=image.backing_file,
        **form_of(header),
        encrypted=header is not None and header.encrypted,
        file_owner=_user(status.st_uid),
        file_group=_group(status.st_gid),
        mode=f"{status.st_mode & 0o7777:04o}",
        selinux_context=selinux_context(image.path),
        owner=image.stack,
        backing_format=header.backing_format if header else None,
        allocated=status.st_blocks * 512,
    )


def _names(image: ImageFile, users: dict[tuple[int, int], set[str]]) -> tuple[str, ...] | None:
    if not image.in_use:
        return None
    key = (image.status.st_dev, image.status.st_ino)
    return tuple(sorted(users.get(key, {"a process that cannot be seen from here"})))


def _check_unused(found: Disk, planning: Planning) -> None:
    """Raises ``Refused`` while an overlay or a process that stays needs the image."""
    overlays = [path for path in found.overlays or () if not _goes(Address("disk", path), planning)]
    if overlays:
        raise Refused(
            f"it is the backing file of {', '.join(overlays)}",
            hint="Remove these first: without it they are lost.",
        )
    users = [user for user in found.in_use_by or () if not _goes(_workload(user), planning)]
    if users:
        raise Refused(f"it is in use by {', '.join(users)}", hint="Stop what uses it first.")


def _goes(address: Address, planning: Planning) -> bool:
    return any(change.action in _STOPS for change in planning.planned.get(address, ()))


def _workload(user: str) -> Address:
    kind, _slash, name = user.partition("/")
    return Address(kind, name)


def _check_fixed(change: Change) -> None:
    """Raises ``Refused`` for what an image is made with once and for all."""
    fixed = [d for d in change.differences if d.disruption is Disruption.REPLACE]
    if fixed:
        words = "; ".join(f"{d.path} is {d.before}, not {d.after}" for d in fixed)
        raise Refused(
            f"{words}, and an image that exists is never made anew",
            hint="Ask for what it is, choose another path, or remove it first if its data may go.",
        )


def _check_growth(asked: Disk, found: Disk) -> None:
    if (asked.size or 0) < (found.size or 0):
        raise Refused(
            f"a size is never shrunk: it has {found.size} bytes, and {asked.size} are asked for",
            hint=f"Ask for size: {found.size} or more, or leave size out.",
        )
    if found.overlays:
        raise Refused(
            f"it is the backing file of {', '.join(found.overlays)}, and writing to it would spoil what rests on it",
            hint="Grow what rests on it instead.",
        )
    if found.in_use_by:
        raise Refused(
            f"it is in use by {', '.join(found.in_use_by)}, and growing it now would damage it",
            hint="Stop what uses it, and run again.",
        )


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder, mode=0o711)
    except FileExistsError:
        raise
    except OSError as error:
        raise ApplyFailed(f"make the folder {folder}", cause=error.strerror or "") from None


def _make_accessible(path: str, asked: Disk) -> None:
    _set_access(path, asked.mode or "0600", asked)
    set_selinux_context(path, asked.selinux_context)


def _set_access(path: str, mode: str | None, asked: Disk) -> None:
    try:
        uid = _number(asked.file_owner, lambda name: pwd.getpwnam(name).pw_uid)
        gid = _number(asked.file_group, lambda name: grp.getgrnam(name).gr_gid)
        os.chown(path, uid, gid)
        if mode is not None:
            os.chmod(path, int(mode, 8))
    except (OSError, KeyError) as error:
        raise ApplyFailed(f"set owner, group and mode of {path}", cause=str(error)) from None


def _number(name: str | None, look_up: Callable[[str], int]) -> int:
    if name is None:
        return -1
    return int(name) if name.isdecimal() else look_up(name)


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ApplyFailed(f"remove {path}", cause=error.strerror or "") from None
