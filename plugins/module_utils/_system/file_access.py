# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose a file is, and who may use it."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Callable

from .._core.errors import ApplyFailed
from .._model.disk import Disk


def private(path: str, flags: int) -> int:
    """Opens a file, for ``open``. A new one is its owner's alone."""
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def make_folder(folder: str) -> None:
    """Raises ``ApplyFailed``, and ``FileExistsError`` where it is there."""
    try:
        os.makedirs(folder, mode=0o711)
    except FileExistsError:
        raise
    except OSError as error:
        raise ApplyFailed(f"make the folder {folder}", cause=error.strerror or "") from None


def set_access(path: str, mode: str | None, asked: Disk) -> None:
    """Owner and group as they are asked for, and this mode. Raises ``ApplyFailed``."""
    try:
        uid = _number(asked.file_owner, lambda name: pwd.getpwnam(name).pw_uid)
        gid = _number(asked.file_group, lambda name: grp.getgrnam(name).gr_gid)
        os.chown(path, uid, gid)
        if mode is not None:
            os.chmod(path, int(mode, 8))
    except (OSError, KeyError) as error:
        raise ApplyFailed(f"set owner, group and mode of {path}", cause=str(error)) from None


def _number(name: str | None, look_up: Callable[[str], int]) -> int:
    if name is None:
        return -1
    return int(name) if name.isdecimal() else look_up(name)


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def group_name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
