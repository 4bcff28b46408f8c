# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""QEMU's own lock on images, held from outside of QEMU."""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
from collections.abc import Iterable, Iterator

from .._core.errors import ApplyFailed, Refused

_LOCK = struct.Struct("@hhqqi4x")
# A lock on the first says that its holder writes, one on the second that its holder lets nobody write.
_WRITES, _LETS_NOBODY_WRITE = 101, 201


@contextlib.contextmanager
def no_writers(paths: Iterable[str]) -> Iterator[None]:
    """Keeps every QEMU from opening one of these images for writing. Raises ``Refused`` where one has it open so."""
    with contextlib.ExitStack() as held:
        for path in paths:
            try:
                _hold(path, held)
            except BlockingIOError:
                raise _in_use(path) from None
            except OSError as error:
                raise ApplyFailed(f"lock {path}", cause=error.strerror or str(error)) from None
        yield


def _hold(path: str, held: contextlib.ExitStack) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    held.callback(os.close, descriptor)
    mine = _LOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, _LETS_NOBODY_WRITE, 1, 0)
    fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, mine)
    question = _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, _WRITES, 1, 0)
    if _LOCK.unpack(fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, question))[0] != fcntl.F_UNLCK:
        raise _in_use(path)


def _in_use(path: str) -> Refused:
    return Refused(f"{path} is being written to", hint="Stop what uses it, and run again.")
