# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of an image that exists and nobody uses. One that is killed leaves its content, and the next run ends it.

What QEMU would do in several steps is done to a copy, which then takes the image's place; what is done in place is what
QEMU does so that the content is the same at any moment. A vm that is started meanwhile does not get the image: its lock
is held until another has its name, since what the vm wrote would be lost.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from .._core.errors import ApplyFailed
from .._model.disk import Disk
from . import qemu_img
from .disk_form import form_of
from .file_copy import copy_file
from .image_digest import note_below
from .image_file import BASE, COMMITTING, DIGEST, ImageFile, existing_image, forget_mark, read_image
from .image_key import encrypted_alike, opened
from .image_lock import no_writers
from .qemu_img import Image
from .whole_file import replacing, synced


def grow(path: str, asked: Disk) -> None:
    qemu_img.resize(opened(path, _at_rest(path, "grow").format, asked), asked.size or 0)


def shrink(path: str, asked: Disk) -> None:
    """A raw image is cut off in one step."""
    image = _at_rest(path, "shrink")
    if image.format == "raw":
        qemu_img.shrink(Image(path, "raw"), asked.size or 0)
        return
    _alter(path, asked, lambda copy: qemu_img.shrink(copy, asked.size or 0))


def flatten(path: str, asked: Disk) -> None:
    _at_rest(path, "flatten")
    _alter(path, asked, lambda copy: qemu_img.rebase(copy, None), BASE)


def rebase(path: str, asked: Disk) -> None:
    """Safe, it is done to a copy: QEMU writes the new name before all that differs below is on the disk."""
    _at_rest(path, "rebase")
    backing = existing_image(str(asked.backing_file))
    if asked.upkeep.rebase == "unsafe":
        forget_mark(path, BASE)
        qemu_img.rename_backing(opened(path, "qcow2", asked), (backing.path, backing.format))
    else:
        onto = opened(backing.path, backing.format, asked)
        _alter(path, asked, lambda copy: qemu_img.rebase(copy, onto), BASE)
    note_below(path, backing)


def commit(path: str, asked: Disk) -> None:
    """What was committed stays in the image until it is known to be on the disk below."""
    image = _at_rest(path, "commit")
    forget_mark(path, BASE)
    qemu_img.commit(opened(path, "qcow2", asked))
    below = existing_image(str(image.backing_file))
    synced(below.path)
    empty(path, asked)
    note_below(path, below)


def empty(path: str, asked: Disk) -> None:
    """An overlay as it was made: it holds nothing."""
    image = _at_rest(path, "empty")
    if image.backing_file is None:
        raise ApplyFailed(f"empty {path}", cause="it rests on nothing by now", hint="Run again.")
    with no_writers([path]), replacing(path) as new:
        _create_alike(image, new, asked)
        _take_after(path, new, BASE, COMMITTING)


def compact(path: str, asked: Disk) -> None:
    image = _at_rest(path, "compact")
    with no_writers([path]), replacing(path) as new:
        _create_alike(image, new, asked)
        qemu_img.rewrite(opened(path, "qcow2", asked), new, over=image.backing_file)
        _take_after(path, new)


def repair(path: str, asked: Disk) -> None:
    """Leaks are given back in place; what is more than that might end worse than it was."""
    _at_rest(path, "repair")
    if asked.upkeep.repair == "leaks":
        qemu_img.repair(opened(path, "qcow2", asked), "leaks")
        return
    _alter(path, asked, lambda copy: qemu_img.repair(copy, "all"))


def _create_alike(image: ImageFile, new: str, asked: Disk) -> None:
    """A new image of the same form, on the same image, that holds nothing."""
    keys = encrypted_alike(opened(image.path, "qcow2", asked))
    if image.header is not None and image.header.encrypted and not keys:
        raise ApplyFailed(f"write {image.path} anew", cause="it is encrypted, and no passphrase is given")
    options = {**form_of(image.header), **keys}
    if image.header is None or image.header.backing_file is None:
        qemu_img.create(new, "qcow2", options, image.size)
        return
    backing = (image.header.backing_file, image.header.backing_format or "raw")
    qemu_img.create_emptied(new, backing, options, image.size)


def _at_rest(path: str, verb: str) -> ImageFile:
    image = read_image(path)
    if image is None or image.in_use:
        raise ApplyFailed(f"{verb} {path}", cause="it is gone or in use by now", hint="Run again.")
    return image


def _alter(path: str, asked: Disk, change: Callable[[Image], None], *forget: str) -> None:
    """Changes a copy, which shares its blocks with the image where the file system can, and then takes its place."""
    with no_writers([path]), replacing(path) as copy:
        copy_file(path, copy)
        change(opened(copy, "qcow2", asked))
        _take_after(path, copy, *forget)


def _take_after(path: str, new: str, *forget: str) -> None:
    """Gives a new file the owner, the mode and the marks of the image whose place it takes, but for those to forget."""
    status = os.stat(path)
    os.chown(new, status.st_uid, status.st_gid)
    os.chmod(new, status.st_mode & 0o7777)
    for name in set(os.listxattr(path)) - {DIGEST, *forget}:
        os.setxattr(new, name, os.getxattr(path, name))
