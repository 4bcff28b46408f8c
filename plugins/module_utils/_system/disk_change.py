# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of an image that exists and nobody uses. One that is killed leaves its content, and the next run ends it.

What QEMU would do in several steps is done to a copy, which then takes the image's place; what is done in place is what
QEMU does so that the content is the same at any moment.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

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
    with _altered(path) as copy:
        qemu_img.shrink(copy, image.format, size)


def flatten(path: str) -> None:
    _at_rest(path, "flatten")
    with _altered(path, BASE) as copy:
        qemu_img.rebase(copy, None)


def rebase(path: str, onto: str, *, unsafe: bool) -> None:
    """Safe, it is done to a copy: QEMU writes the new name before all that differs below is on the disk."""
    _at_rest(path, "rebase")
    backing = existing_image(onto)
    if unsafe:
        forget_mark(path, BASE)
        qemu_img.rebase(path, (onto, backing.format), unsafe=True)
    else:
        with _altered(path, BASE) as copy:
            qemu_img.rebase(copy, (onto, backing.format))
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
    with _replacing(path, BASE, COMMITTING) as new:
        qemu_img.create_emptied(new, backing, form_of(image.header), image.size)


def compact(path: str) -> None:
    image = _at_rest(path, "compact")
    name = image.header.backing_file if image.header else None
    below = (image.header.backing_format if image.header else None) or "raw"
    with _replacing(path) as new:
        over = (image.backing_file, below) if image.backing_file else None
        qemu_img.rewrite(path, new, over, form_of(image.header))
        if name and name != image.backing_file:
            qemu_img.rebase(new, (name, below), unsafe=True)


def repair(path: str, what: str) -> None:
    """Leaks are given back in place; what is more than that might end worse than it was."""
    _at_rest(path, "repair")
    if what == "leaks":
        qemu_img.repair(path, what)
        return
    with _altered(path) as copy:
        qemu_img.repair(copy, what)


def _at_rest(path: str, verb: str) -> ImageFile:
    image = read_image(path)
    if image is None or image.in_use:
        raise ApplyFailed(f"{verb} {path}", cause="it is gone or in use by now", hint="Run again.")
    return image


@contextlib.contextmanager
def _altered(path: str, *forget: str) -> Iterator[str]:
    """A copy that shares its blocks with the image where the file system can, and takes its place afterwards."""
    with _replacing(path, *forget) as copy:
        copy_file(path, copy)
        yield copy


@contextlib.contextmanager
def _replacing(path: str, *forget: str) -> Iterator[str]:
    """As ``replacing``; the new file looks from outside as the one whose place it takes, but for marks to forget."""
    with replacing(path) as new:
        yield new
        status = os.stat(path)
        os.chown(new, status.st_uid, status.st_gid)
        os.chmod(new, status.st_mode & 0o7777)
        for name in set(os.listxattr(path)) - {DIGEST, *forget}:
            os.setxattr(new, name, os.getxattr(path, name))
