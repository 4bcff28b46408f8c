# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks: image files of the host."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .._core.change import Address, Change
from .._core.driver import Driver, Planning, Reference, Remarks, Space
from .._core.errors import ApplyFailed, Refused
from .._core.undo import Undo
from .._model.disk import Disk
from .._model.disk_attachment import DIRECTORY
from .._model.disk_jobs import DiskJobs, DiskUser
from .disk_form import amend, form_of, selinux_context, set_selinux_context
from .disk_life import change_image
from .disk_origin import check_origin, unprotected, write_image
from .disk_plan import check_link, plan_changes
from .disk_source import Mirror
from .disk_space import taken_by
from .disk_use import check_unused
from .file_access import group_name, make_folder, set_access, user_name
from .image_content import closer_look
from .image_file import STACK, ImageFile, images_in, mark, overlays, read_image, users_of
from .whole_file import clear_left, sole_writer


class DiskDriver(Driver):
    """Image files, raw and qcow2. Observing reads their headers; ``qemu-img`` runs for changes, and for a closer look.

    ``asked`` says what is looked at closer; ``jobs`` is this host's libvirt, None where there is none.
    """

    kind = "disk"

    def __init__(self, jobs: DiskJobs | None = None, asked: Iterable[Disk] = ()) -> None:
        self._jobs = jobs
        self._asked = {disk.name: disk for disk in asked}

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        folders = {*(os.path.dirname(name) for name in names), DIRECTORY}
        around = [image for folder in sorted(folders) for image in images_in(folder)]
        files = {image.path: image for image in around if image.path in names or owner == image.stack}
        for name in set(names) - set(files):
            image = read_image(name)
            if image is not None:
                files[name] = image
        # What rests on an image that is to be committed to may be beside that.
        backing = [image.backing_file for image in files.values() if self._is_committed(image)]
        below = {os.path.dirname(path) for path in backing if path}
        around += [image for folder in sorted(below - folders) for image in images_in(folder)]
        above = overlays(around)
        users = users_of([image.status for image in files.values() if image.in_use])
        vms = self._vms(files.values(), owner)
        return {
            path: dataclasses.replace(
                _spec(image),
                overlays=tuple(above.get(os.path.realpath(path), ())) or None,
                in_use_by=_names(image, users),
                users=vms.get(path),
                beside=_beside(image, above, vms),
                **self._closer(image),
            )
            for path, image in files.items()
            if path in names or owner is not None
        }

    def _vms(self, images: Iterable[ImageFile], owner: str | None) -> Mapping[str, tuple[DiskUser, ...]]:
        """The vms of images that are to be written to, are in use or may go, and of what is below them."""
        if self._jobs is None:
            return {}
        matter = [i for i in images if i.in_use or self._may_change(i, goes=owner is not None)]
        paths = {path for image in matter for path in (image.path, image.backing_file) if path}
        return {path: tuple(users) for path, users in self._jobs.users(paths).items()} if paths else {}

    def _is_committed(self, image: ImageFile) -> bool:
        asked = self._asked.get(image.path)
        return asked is not None and asked.upkeep.commit

    def _may_change(self, image: ImageFile, *, goes: bool) -> bool:
        """``goes``: whether one that nobody asks for may be removed."""
        asked = self._asked.get(image.path)
        if asked is None:
            return goes
        if asked.state == "absent":
            return True
        upkeep = asked.upkeep
        return (
            asked.size not in (None, image.size)
            or asked.backing_file not in (None, image.backing_file or "")
            or upkeep.commit
            or upkeep.compact
            or upkeep.repair is not None
        )

    def _closer(self, image: ImageFile) -> dict[str, Any]:
        asked = self._asked.get(image.path)
        return closer_look(image, asked) if asked is not None and asked.state != "absent" else {}

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state != "absent":
            check_origin(asked, found, self._mirror(asked) if found is None else None)
        return asked

    def _mirror(self, asked: Disk) -> Mirror | None:
        """Copies the source while a vm runs on it; None where none does, or it is not this libvirt's."""
        path = asked.source or ""
        image = read_image(path) if path.startswith("/") and self._jobs is not None else None
        if self._jobs is None or image is None or not image.written:
            return None
        jobs, users = self._jobs, self._jobs.users([path])[path]
        if not any(user.running and user.topmost for user in users):
            return None
        return lambda target: jobs.copy(path, (target, "qcow2"), asked.upkeep.job_timeout)

    def files(self, spec: Any) -> Sequence[str]:
        disk: Disk = spec
        return disk.origins

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        if asked.state == "absent" and found is not None:
            check_unused(found, planning)
        if (
            asked.state != "absent"
            and found is None
            and not (asked.size or asked.backing_file or asked.source)
        ):
            raise Refused(
                "does not exist, and nothing says what it is to be",
                hint="Give its size, a backing_file or a source.",
            )
        changes = super().plan(asked, found, planning)
        if found is not None:
            check_link(found, changes)
        return changes

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        return plan_changes(asked, found)

    def references(self, spec: Any) -> Sequence[Reference]:
        if spec.backing_file is None or not spec.backing_file.startswith("/"):
            return ()
        return (Reference(Address(self.kind, spec.backing_file)),)

    def takes(self, change: Change) -> Sequence[Space]:
        return taken_by(change)

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        warnings = list(unprotected(asked))
        if found is not None and found.corrupt:
            warnings.append("QEMU has marked it as corrupt and does not write to it: set check: true")
        if found is not None and found.dirty and not found.in_use_by:
            warnings.append("it was not closed as it should be: QEMU repairs its refcounts when it opens it")
        return Remarks(tuple(warnings))

    def apply(self, change: Change, undo: Undo) -> None:
        path = change.address.name
        if change.action == "create":
            self._create(change.asked)
            return
        with contextlib.ExitStack() as held:
            # What is committed to is written to as well. All runs take the locks in the same order.
            below = [change.found.backing_file] if change.action == "commit" else []
            for written in sorted({path, *below}):
                held.enter_context(sole_writer(written))
            if change.action == "delete":
                _remove(path)
                return
            change_image(path, change, self._jobs)
            if change.action == "update":
                self._describe(path, change)

    def wait(self, spec: Any, condition: str | None) -> None:
        clear_left(os.path.dirname(spec.name))

    def _create(self, asked: Disk) -> None:
        with contextlib.suppress(FileExistsError):
            make_folder(os.path.dirname(asked.name))
        with sole_writer(asked.name):
            # Another run may have made it while this one waited: that it is as asked is then seen by looking again.
            if not os.path.lexists(asked.name):
                write_image(asked, lambda path: _make_accessible(path, asked), self._mirror(asked))

    def _describe(self, path: str, change: Change) -> None:
        if change.touches("compat", "lazy_refcounts"):
            amend(path, change)
        if change.touches("owner"):
            mark(path, STACK, change.asked.owner)
        if change.touches("file_owner", "file_group", "mode"):
            set_access(path, change.asked.mode, change.asked)
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
        file_owner=user_name(status.st_uid),
        file_group=group_name(status.st_gid),
        mode=f"{status.st_mode & 0o7777:04o}",
        selinux_context=selinux_context(image.path),
        owner=image.stack,
        backing_format=header.backing_format if header else None,
        allocated=status.st_blocks * 512,
        committing=image.committing,
        link=os.path.realpath(image.path) if os.path.islink(image.path) else None,
        corrupt=True if header and header.corrupt else None,
        dirty=True if header and header.dirty else None,
    )


def _names(image: ImageFile, users: dict[tuple[int, int], set[str]]) -> tuple[str, ...] | None:
    if not image.in_use:
        return None
    key = (image.status.st_dev, image.status.st_ino)
    return tuple(sorted(users.get(key, {"a process that cannot be seen from here"})))


def _beside(
    image: ImageFile, above: Mapping[str, Sequence[str]], vms: Mapping[str, Sequence[DiskUser]]
) -> tuple[str, ...] | None:
    """The other overlays on the image below, and the vms that have that without this one."""
    if image.backing_file is None:
        return None
    over = [path for path in above.get(os.path.realpath(image.backing_file), ()) if path != image.path]
    own = {user.vm for user in vms.get(image.path, ())}
    others = [f"vm/{user.vm}" for user in vms.get(image.backing_file, ()) if user.vm not in own]
    return (*over, *others) or None


def _make_accessible(path: str, asked: Disk) -> None:
    set_access(path, asked.mode or "0600", asked)
    set_selinux_context(path, asked.selinux_context)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ApplyFailed(f"remove {path}", cause=error.strerror or "") from None
