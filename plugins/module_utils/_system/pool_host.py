# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folders and devices of the host's storage pools (``_model.pool_host.PoolHost``)."""

from __future__ import annotations

import os
from collections.abc import Collection

from .._core.errors import ApplyFailed
from .command import run

_SECONDS = 60
_NOTHING = 2
# libvirt knows no more of a mode.
_PERMISSIONS = 0o777


def exists(path: str) -> bool:
    """Whether there is a file, a folder or a device."""
    return os.path.exists(path)


def files(path: str) -> Collection[str] | None:
    """The names of the regular files in a folder that are not hidden; None where there is none, or it is closed."""
    try:
        with os.scandir(path) as entries:
            found = [entry.name for entry in entries if entry.name[0] != "." and entry.is_file()]
    except OSError:
        return None
    return [name for name in found if name.isprintable()]


def mounted(path: str) -> bool:
    """Whether a file system is mounted there."""
    return os.path.ismount(path)


def access(path: str) -> tuple[str, str, str] | None:
    """The user and the group of a folder, by their numbers, and its mode; None where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return str(status.st_uid), str(status.st_gid), f"{status.st_mode & _PERMISSIONS:04o}"


def content(device: str) -> str:
    """What a block device holds, as blkid calls it; ``""`` for nothing that is known. Raises ``HostError``."""
    tried = f"look at what {device} holds"
    try:
        # That it cannot be read blkid answers as it does that there is nothing.
        os.close(os.open(device, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK))
    except OSError as error:
        raise ApplyFailed(tried, cause=error.strerror or str(error)) from None
    argv = ["blkid", "--probe", "--output", "export", device]
    text = run(argv, tried=tried, timeout=_SECONDS, accepted=(0, _NOTHING))
    lines = dict(line.partition("=")[::2] for line in text.splitlines())
    return lines.get("TYPE") or lines.get("PTTYPE") or ("something" if lines else "")


def set_access(path: str, owner: str | None, group: str | None, mode: str | None) -> None:
    """Gives a folder to a user and a group, by their numbers. Raises ``ApplyFailed``."""
    try:
        os.chown(path, int(owner or -1), int(group or -1))
        if mode is not None:
            os.chmod(path, int(mode, 8))
    except OSError as error:
        raise ApplyFailed(
            f"set owner, group and mode of {path}", cause=error.strerror or str(error)
        ) from None
