# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of an image that exists and nobody uses. One that is killed leaves its content, and the next run ends it.

What QEMU would do in several steps is done to a copy, which then takes the image's place; what is done in place is what
QEMU does so that the content is the same at any moment.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from .._core.errors import ApplyFailed
from .._model.disk import Disk
from . import qemu_img
from .disk_form import form_of, key_of
from .file_copy import copy_file
from .image_digest import note_below
from .image_file import BASE, COMMITTING, DIGEST, ImageFile, existing_image, forget_mark, read_image
from .whole_file import replacing, synced


def grow(path: str, asked: Disk) -> None:
    qemu_img.resize(path, _at_rest(path, "grow").format, asked.size or 0, key_of(path, asked))


def shrink(path: str, size: int) -> None:
    """A raw image is cut off in one step."""
    image = _at_rest(path, "shrink")
    if image.format == "raw":
        qemu_img.shrink(path, "raw", size)
        return
    _alter(path, lambda copy: qemu_img.shrink(copy, image.format, size))


def flatten(path: str) -> None:
    _at_rest(path, "flatten")
    _alter(path, lambda copy: qemu_img.rebase(copy, None), BASE)


def rebase(path: str, onto: str, *, unsafe: bool) -> None:
    """Safe, it is done to a copy: QEMU writes the new name before all that differs below is on the disk."""
    _at_rest(path, "rebase")
    backing = existing_image(onto)
    if unsafe:
        forget_mark(path, BASE)
        qemu_img.rebase(path, (onto, backing.format), unsafe=True)
    else:
        _alter(path, lambda copy: qemu_img.rebase(copy, (onto, backing.format)), BASE)
    note_below(path, backing)


def commit(path: str) -> None:
    """What was committed stays in the image until it is known to be on the disk below."""
    image = _at_rest(path, "commit")
    forget_mark(path, BASE)
    qemu_img.commit(path)
    below = existing_image(str(image.backing_file))
    synced(below.path)
    empty(path)
    note_below(path, below)


def empty(path: str) -> None:
    """An overlay as it was made: it holds nothing."""
    image = _at_rest(path, "empty")
    if image.header is None or image.header.backing_file is None:
        raise ApplyFailed(f"empty {path}", cause="it rests on nothing by now", hint="Run again.")
    backing = (image.header.backing_file, image.header.backing_format or "raw")
    with replacing(path) as new:
        qemu_img.create_emptied(new, backing, form_of(image.header), image.size)
        _take_after(path, new, BASE, COMMITTING)


def compact(path: str) -> None:
    image = _at_rest(path, "compact")
    name = image.header.backing_file if image.header else None
    below = (image.header.backing_format if image.header else None) or "raw"
    with replacing(path) as new:
        over = (image.backing_file, below) if image.backing_file else None
        qemu_img.rewrite(path, new, over, form_of(image.header))
        if name and name != image.backing_file:
            qemu_img.rebase(new, (name, below), unsafe=True)
        _take_after(path, new)


def repair(path: str, what: str) -> None:
    """Leaks are given back in place; what is more than that might end worse than it was."""
    _at_rest(path, "repair")
    if what == "leaks":
        qemu_img.repair(path, what)
        return
    _alter(path, lambda copy: qemu_img.repair(copy, what))


def _at_rest(path: str, verb: str) -> ImageFile:
    image = read_image(path)
    if image is None or image.in_use:
        raise ApplyFailed(f"{verb} {path}", cause="it is gone or in use by now", hint="Run again.")
    return image


def _alter(path: str, change: Callable[[str], None], *forget: str) -> None:
    """Changes a copy, which shares its blocks with the image where the file system can, and then takes its place."""
    with replacing(path) as copy:
        copy_file(path, copy)
        change(copy)
        _take_after(path, copy, *forget)


def _take_after(path: str, new: str, *forget: str) -> None:
    """Gives a new file the owner, the mode and the marks of the image whose place it takes, but for those to forget."""
    status = os.stat(path)
    os.chown(new, status.st_uid, status.st_gid)
    os.chmod(new, status.st_mode & 0o7777)
    for name in set(os.listxattr(path)) - {DIGEST, *forget}:
        os.setxattr(new, name, os.getxattr(path, name))
