# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What images hold, by digest: an overlay fits the one content of the image below it on which it was made.

The digest of an image is noted with its size and time of change, so that it is known without reading the image.
"""

from __future__ import annotations

import contextlib
import os
import threading

from .._core.errors import HostError, Refused
from .file_digest import file_digest
from .image_file import BASE, DIGEST, ImageFile, mark, read_image

# Many overlays are made on one image at the same time: one reads it, and the others wait for what that notes.
_READING = threading.Lock()


def noted_digest(image: ImageFile) -> str | None:
    """The digest of an image that is as it was when that was noted."""
    digest, _space, state = (image.digest or "").partition(" ")
    return digest if digest and state == _state(image.status) else None


def note_digest(path: str, digest: str, status: os.stat_result) -> None:
    """Notes the digest of an image as it was at that time, where the file system keeps such notes."""
    with contextlib.suppress(HostError):
        mark(path, DIGEST, f"{digest} {_state(status)}")


def note_below(path: str, below: ImageFile) -> None:
    """Notes on an overlay what the image below holds, where the file system keeps such notes. Raises ``HostError``."""
    with _READING:
        image = read_image(below.path) or below
        digest = noted_digest(image)
        if digest is None:
            digest = file_digest(image.path, "sha256")
            note_digest(image.path, digest, image.status)
    with contextlib.suppress(HostError):
        mark(path, BASE, digest)


def check_below(image: ImageFile, below: ImageFile) -> None:
    """Raises ``Refused`` where the image below is not what it was when this one was made on it."""
    if image.rests_on is None or below.written or image.rests_on == noted_digest(below):
        return
    if image.rests_on != file_digest(below.path, "sha256"):
        raise Refused(
            f"the backing file {below.path} has changed since {image.path} was made on it",
            hint="Bring back the image that was there, or make the overlay anew: what it holds does not fit this one.",
        )


def _state(status: os.stat_result) -> str:
    return f"{status.st_size} {status.st_mtime_ns}"
