# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changes of disks take of the file systems that they are on."""

from __future__ import annotations

from collections.abc import Sequence

from .._core.change import Change
from .._core.driver import Space
from .._core.errors import HostError
from .._model.disk import Disk
from .image_file import ImageFile, read_image

_LAID_OUT = ("falloc", "full")


def taken_by(change: Change) -> Sequence[Space]:
    """Nothing for what takes nothing, or what cannot be told yet (a source on a server)."""
    asked: Disk = change.asked
    if change.action == "create":
        origin = _origin(asked)
        size = asked.size or (origin.size if origin else 0)
        laid_out = size if asked.preallocation in _LAID_OUT else 0
        copied = origin.status.st_blocks * 512 if origin and asked.source else 0
        return (Space(asked.name, max(laid_out, copied), size),)
    if change.touches("size"):
        grown = (asked.size or 0) - (change.found.size or 0)
        return (Space(asked.name, 0, grown),) if grown > 0 else ()
    return ()


def _origin(asked: Disk) -> ImageFile | None:
    """What a new image begins as, where it is there already."""
    path = asked.backing_file or (None if asked.is_downloaded else asked.source)
    try:
        return read_image(path) if path else None
    except HostError:
        return None
