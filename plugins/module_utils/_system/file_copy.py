# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of files that take no more space than they must."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import BinaryIO

from .._core.errors import ApplyFailed
from .._core.progress import Progress
from .file_access import private
from .image_file import hold_off_writers

# ioctl FICLONE of linux/fs.h: both files share their blocks until one of them is written to.
_SHARE_BLOCKS = 0x40049409
_CHUNK = 1 << 20


def copy_file(source: str, target: str) -> None:
    """A new file with the same content: by sharing blocks where the file system can, else without the zeros.

    It is its owner's alone. Raises ``HostError``, also where somebody writes to the source.
    """
    try:
        with open(source, "rb") as read, open(target, "xb", opener=private) as written:
            hold_off_writers(read.fileno(), source)
            try:
                fcntl.ioctl(written, _SHARE_BLOCKS, read.fileno())
            except OSError:
                _copy_parts(read, written, Progress(f"copy {source}"))
    except OSError as error:
        raise ApplyFailed(f"copy {source}", cause=error.strerror or str(error)) from None


def write_sparsely(chunk: bytes, file: BinaryIO) -> None:
    """Leaves a hole where the chunk is all zeros; who wrote the last one truncates the file there."""
    if chunk.count(0) == len(chunk):
        file.seek(len(chunk), os.SEEK_CUR)
    else:
        file.write(chunk)


def _copy_parts(source: BinaryIO, target: BinaryIO, progress: Progress) -> None:
    end, whole = 0, os.fstat(source.fileno()).st_size
    while (start := _next(source, end, os.SEEK_DATA)) is not None:
        end = _next(source, start, os.SEEK_HOLE) or start
        target.seek(source.seek(start))
        while start < end:
            chunk = source.read(min(_CHUNK, end - start))
            if not chunk:
                raise OSError(errno.EIO, "it became shorter meanwhile")
            write_sparsely(chunk, target)
            start += len(chunk)
            progress.at(start, whole)
    target.truncate(whole)


def _next(file: BinaryIO, offset: int, what: int) -> int | None:
    """Where data or a hole begins next; None where there is none before the end."""
    try:
        return os.lseek(file.fileno(), offset, what)
    except OSError:
        return None
