# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images as they are given out: packed by xz, gzip, bzip2 or zstd."""

from __future__ import annotations

import importlib
import os
import zlib

from .._core.errors import ApplyFailed, MissingLibrary
from .._core.progress import Progress
from .command import check_command, run
from .file_access import private
from .file_copy import write_sparsely

_CHUNK = 1 << 20
# By what ``image_file`` calls them: the module of the standard library, or the command.
_MODULES = {"compressed by gzip": "gzip", "compressed by xz": "lzma", "compressed by bzip2": "bz2"}
_COMMANDS = {"compressed by zstd": "zstd"}


def is_packed(image_format: str) -> bool:
    """Whether ``unpack`` can unpack it."""
    return image_format in _MODULES or image_format in _COMMANDS


def check_unpacking(path: str, image_format: str) -> None:
    """Raises ``MissingLibrary`` where the host lacks the command for it."""
    if image_format in _COMMANDS:
        check_command(_COMMANDS[image_format], f"unpack {path}")


def unpack(path: str, image_format: str, target: str) -> None:
    """Writes what is packed in a file to the target, without its zeros, and for its owner alone.

    Raises ``HostError``, also where it is cut.
    """
    tried = f"unpack {path}"
    if image_format in _COMMANDS:
        run([_COMMANDS[image_format], "-d", "-q", "-f", "--sparse", "-o", target, path], tried=tried)
        return
    try:
        packer = importlib.import_module(_MODULES[image_format])
    except ImportError as error:
        raise MissingLibrary(
            tried, cause=str(error), hint="Install Python's standard library as a whole."
        ) from None
    broken = (EOFError, zlib.error, OSError, getattr(packer, "LZMAError", EOFError))
    try:
        with (
            open(path, "rb") as read,
            packer.open(read) as packed,
            open(target, "wb", opener=private) as file,
        ):
            whole, progress = os.fstat(read.fileno()).st_size, Progress(tried)
            for chunk in iter(lambda: packed.read(_CHUNK), b""):
                write_sparsely(chunk, file)
                progress.at(read.tell(), whole)
            file.truncate()
    except broken as error:
        raise ApplyFailed(tried, cause=getattr(error, "strerror", None) or str(error)) from None
