# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that appear whole or not at all, one writer at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator

from .._core.errors import ApplyFailed

_MARK = ".hybrid-"


@contextlib.contextmanager
def replacing(path: str) -> Iterator[str]:
    """Yields a new name in the same folder; what was written there gets the name ``path`` when the block succeeds.

    The file and then its folder are on the disk before this returns. A block that fails leaves nothing behind, and
    ``path`` as it was. Raises ``ApplyFailed`` for what the file system refuses.
    """
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}{_MARK}{secrets.token_hex(4)}")
    try:
        try:
            yield temporary
            synced(temporary)
            os.replace(temporary, path)
            synced(folder)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
    except OSError as error:
        raise ApplyFailed(f"write {path}", cause=error.strerror or str(error)) from None


@contextlib.contextmanager
def sole_writer(path: str) -> Iterator[None]:
    """Holds off every other run that would write this file, and removes what a run that was killed has left of it.

    The lock ends with the process that holds it. Raises ``ApplyFailed`` where the folder cannot be written.
    """
    folder, name = os.path.split(path)
    guard = os.path.join(folder, f".{name}{_MARK}lock")
    try:
        descriptor = _locked(guard)
    except OSError as error:
        raise ApplyFailed(f"lock {path}", cause=error.strerror or str(error)) from None
    try:
        _clean(folder, name, guard)
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(guard)
        os.close(descriptor)


def clear_left(folder: str) -> None:
    """Removes what runs that were killed have left there, behind their work too; waits for nobody who works there."""
    suffix = f"{_MARK}lock"
    with contextlib.suppress(OSError):
        for guard in [entry for entry in os.listdir(folder) if entry.endswith(suffix)]:
            name = os.path.join(folder, guard[1 : -len(suffix)])
            if not _is_held(os.path.join(folder, guard)):
                with sole_writer(name):
                    pass


def _is_held(guard: str) -> bool:
    descriptor = os.open(guard, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _locked(guard: str) -> int:
    """A descriptor with the lock on the file that has this name: whoever held it before has removed the name."""
    while True:
        descriptor = os.open(guard, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            if os.path.samestat(os.fstat(descriptor), os.stat(guard)):
                return descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)


def _clean(folder: str, name: str, guard: str) -> None:
    for entry in os.listdir(folder):
        left = os.path.join(folder, entry)
        if entry.startswith(f".{name}{_MARK}") and left != guard:
            with contextlib.suppress(OSError):
                os.unlink(left)


def synced(path: str) -> None:
    """Returns when the file, or the names in the folder, are on the disk. Raises ``OSError``."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
