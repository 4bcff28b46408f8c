# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images that rest on one another."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from .._core.errors import Refused
from .image_digest import check_below
from .image_file import ImageFile, read_image


def check_chain(path: str, *, foreign: bool = False) -> ImageFile | None:
    """The image at the beginning of a backing chain, None where there is none.

    Raises ``Refused`` for a chain that is not whole, or not as it was; and, unless it may be ``foreign``, for an image
    that keeps its contents in another file.
    """
    first = image = read_image(path)
    seen = [path]
    while image is not None and image.backing_file is not None:
        _check_own(image, foreign=foreign)
        path = image.backing_file
        if not path.startswith("/"):
            raise Refused(f"{image.path} has {path} as its backing file, which is not a path")
        if path in seen:
            raise Refused(f"its backing chain is a loop: {' -> '.join([*seen, path])}")
        seen.append(path)
        below = read_image(path)
        if below is None:
            raise Refused(
                f"the backing file {path} of {image.path} is missing",
                hint="Bring it back: without it the image holds only what was written since.",
            )
        check_below(image, below)
        image = below
    if image is not None:
        _check_own(image, foreign=foreign)
    return first


def check_images_below(path: str) -> None:
    """Raises ``Refused`` where an image below is not what it was when the one above was made on it."""
    chain = list(images_below(path))
    for image, below in zip(chain, chain[1:]):
        check_below(image, below)


def encrypted_depths(path: str) -> tuple[int, ...]:
    """Which images of a chain are encrypted, 0 being the first."""
    images = enumerate(images_below(path))
    return tuple(depth for depth, image in images if image.header is not None and image.header.encrypted)


def images_below(path: str) -> Iterator[ImageFile]:
    """The image and those below it, as far as they can be read."""
    seen = set()
    below: str | None = path
    while below is not None and below.startswith("/") and below not in seen:
        seen.add(below)
        image = None
        with contextlib.suppress(Refused):
            image = read_image(below)
        if image is None:
            return
        yield image
        below = image.backing_file


def _check_own(image: ImageFile, *, foreign: bool) -> None:
    name = image.header.data_file if image.header is not None else None
    if name is None:
        return
    if not foreign:
        raise Refused(
            f"{image.path} keeps its contents in another file, {name or 'without a name'}",
            hint="An image can name any file of the host so: convert it to one that holds its contents itself.",
        )
    if not (name.startswith("/") and os.path.isfile(name)):
        raise Refused(
            f"{image.path} keeps its contents in {name or 'a file without a name'}, which is not here",
            hint="Bring it there, by an absolute path.",
        )
