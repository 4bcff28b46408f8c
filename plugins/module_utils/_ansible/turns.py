# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that are about the same objects take turns: the second one sees what the first has made."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator

from .._core.errors import ApplyFailed
from .folder import made, own_folder


@contextlib.contextmanager
def turn(objects: Iterable[str], folder: str | None = None) -> Iterator[None]:
    """Waits until no other run of this user holds any of the objects, and holds them; the kernel frees what is left.

    All runs take them in the same order, so that no two wait for each other. Raises ``ApplyFailed`` where the folder of
    the locks cannot be written.
    """
    place = folder or own_folder()
    names = sorted({hashlib.sha256(item.encode()).hexdigest()[:32] for item in objects})
    with contextlib.ExitStack() as held:
        try:
            made(place)
            for name in names:
                _hold(os.path.join(place, name), held)
        except OSError as error:
            raise ApplyFailed(
                f"take turns with other runs, by locks in {place}",
                cause=error.strerror or "",
                hint="Make the folder writable for the user that Ansible becomes.",
            ) from None
        yield


def _hold(path: str, held: contextlib.ExitStack) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    held.callback(os.close, descriptor)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
