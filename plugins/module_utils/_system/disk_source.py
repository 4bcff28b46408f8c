# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source of a new image: fetched, held against its checksum, unpacked."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

from .._core.errors import ApplyFailed, HostError
from .._model.checksum_list import listed_checksum
from .._model.disk import Disk
from .download import download, verify
from .file_digest import file_digest
from .image_digest import noted_digest
from .image_file import ImageFile, existing_image
from .unpacking import is_packed, unpack
from .whole_file import replacing, sole_writer

# What was downloaded and is known by its digest. Everything in it may be removed at any time.
CACHE = "/var/cache/hybrid.host"


@dataclasses.dataclass(frozen=True)
class Source:
    """``image`` may be taken itself where it is ``spare``. ``digest`` is what is known of it, as ``sha256:HEX``."""

    image: ImageFile
    spare: bool = False
    digest: str | None = None


# Writes a qcow2 image of this name, of what a vm has at one moment.
Mirror = Callable[[str], None]


@contextlib.contextmanager
def fetched(asked: Disk, temporary: str, mirror: Mirror | None = None) -> Iterator[Source]:
    """What there is to copy. Files of its own begin with the temporary name, and go. Raises ``HostError``."""
    packed, unpacked, listed = (f"{temporary}-{what}" for what in ("source", "unpacked", "list"))
    try:
        if mirror is not None:
            mirror(packed)
            source = Source(existing_image(packed), spare=True)
        else:
            source = _whole(asked, packed, _checksum(asked, listed))
        if is_packed(source.image.format):
            unpack(source.image.path, source.image.format, unpacked)
            _forget(packed)
            source = Source(existing_image(unpacked), spare=True)
        yield source
    finally:
        for path in (packed, unpacked, listed):
            _forget(path)


def _checksum(asked: Disk, listed: str) -> str | None:
    """The one that is asked for, looked up in its list where that is what is given."""
    algorithm, _colon, value = (asked.checksum or "").partition(":")
    if "://" not in value:
        return asked.checksum
    download(value, listed, None)
    name = os.path.basename(
        unquote(urlsplit(str(asked.source)).path) if asked.is_downloaded else str(asked.source)
    )
    with open(listed, encoding="utf-8", errors="replace") as text:
        try:
            return listed_checksum(text.read(), algorithm, name)
        except HostError as error:
            raise ApplyFailed(f"look up the checksum in {value}", cause=str(error)) from None


def _whole(asked: Disk, packed: str, checksum: str | None) -> Source:
    path = str(asked.source)
    digest = checksum if checksum is not None and checksum.startswith("sha256:") else None
    if not asked.is_downloaded:
        image = existing_image(path)
        verify(path, checksum, f"read {path}")
        return Source(image, digest=digest or noted_digest(image))
    if checksum is None:
        download(path, packed, None)
        return Source(existing_image(packed), spare=True)
    return Source(existing_image(_cached(path, checksum)), digest=digest)


def _cached(url: str, checksum: str) -> str:
    """Where the file is, fetched unless it is there already and is what it should be."""
    path = os.path.join(CACHE, checksum.replace(":", "-"))
    try:
        os.makedirs(CACHE, mode=0o700, exist_ok=True)
    except OSError as error:
        raise ApplyFailed(f"make the folder {CACHE}", cause=error.strerror or "") from None
    with sole_writer(path):
        if not os.path.exists(path) or file_digest(path, checksum.partition(":")[0]) != checksum:
            with replacing(path) as temporary:
                download(url, temporary, checksum)
    return path


def _forget(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
