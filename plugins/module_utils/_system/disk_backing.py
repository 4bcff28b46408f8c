# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The image that an overlay is to rest on instead of the one it rests on."""

from __future__ import annotations

import os

from .._core.errors import Refused
from .._model.disk import Disk
from .image_chain import check_chain, encrypted_depths, images_below
from .image_digest import check_below
from .image_file import ImageFile, existing_image, read_image
from .image_key import sealed


def check_resting(asked: Disk, found: Disk) -> None:
    """Raises ``Refused`` where what the image rests on is not as it was, or what it is to rest on would not do."""
    _check_committed(asked, found)
    moves = bool(asked.backing_file) and asked.backing_file != found.backing_file
    if not moves or asked.upkeep.rebase == "safe":
        check_chain(asked.name)
    new = check_chain(str(asked.backing_file)) if moves else None
    if new is None:
        return
    if new.format not in ("qcow2", "raw"):
        raise Refused(f"{new.path} is {new.format}, neither qcow2 nor raw", hint="Convert it first.")
    if new.written:
        raise Refused(
            f"{new.path} is being written to by something that runs", hint="Stop what uses it first."
        )
    if os.path.realpath(asked.name) in [os.path.realpath(image.path) for image in images_below(new.path)]:
        raise Refused(f"{new.path} rests on it", hint="Choose an image that does not.")
    if asked.upkeep.rebase == "unsafe":
        _check_same(found, new)
    else:
        _check_key(asked, found, new)


def _check_committed(asked: Disk, found: Disk) -> None:
    if not (asked.upkeep.commit and found.laid_over and found.encrypted and found.backing_file):
        return
    below = read_image(found.backing_file)
    if below is not None and not (below.header is not None and below.header.encrypted):
        raise Refused(
            f"{below.path} is not encrypted, and what is committed to it would not be",
            hint="Flatten it with backing_file: '' instead.",
        )


def _check_key(asked: Disk, found: Disk, new: ImageFile) -> None:
    """Raises ``Refused`` where what is read from the new image below is not to be written down, or does not open."""
    if encrypted_depths(new.path) and not found.encrypted:
        raise Refused(
            f"{new.path} is encrypted, and what is written to an image on it would not be",
            hint="Convert it to a new, encrypted image by source.",
        )
    closed = sealed(new.path, asked)
    if closed is not None:
        what, cause, hint = closed
        raise Refused(what, cause=cause, hint=hint)


def _check_same(found: Disk, new: ImageFile) -> None:
    """Raises ``Refused`` where the name alone is to be written and the image by that name is not the one of before.

    It is known by the digest that the overlay has of it; else by its size, or by that of the overlay where it is gone.
    """
    image = existing_image(found.name)
    if image.rests_on is not None:
        check_below(image, new)
        return
    old = read_image(found.backing_file) if found.backing_file else None
    size = old.size if old is not None else found.size
    if size != new.size or (found.backing_format or new.format) != new.format:
        raise Refused(
            f"{new.path} is {new.format} and has {new.size} bytes, while what it rests on is "
            f"{found.backing_format} and has {size}",
            hint="rebase: unsafe is for an image that was moved: nothing but its name may differ.",
        )
