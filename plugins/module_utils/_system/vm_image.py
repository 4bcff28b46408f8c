# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images that are made with a vm and go with it: the file itself says whose it is."""

from __future__ import annotations

import contextlib
import os

from .._core.errors import HostError
from .._model.disk import Disk
from .disk_origin import write_image
from .file_access import set_access
from .image_file import mark
from .whole_file import sole_writer

_VM = "user.hybrid.host.vm"


def make_image(disk: Disk, vm: str) -> bool:
    """Makes the image, unless there is one by now: whether it did. One that cannot be marked stays when its vm goes."""

    def finish(path: str) -> None:
        set_access(path, "0600", disk)
        with contextlib.suppress(HostError):
            mark(path, _VM, vm)

    with sole_writer(disk.name):
        if os.path.lexists(disk.name):
            return False
        write_image(disk, finish)
        return True


def made_for(path: str) -> str | None:
    """The vm that an image was made for."""
    try:
        return os.getxattr(path, _VM).decode("utf-8", "replace") or None
    except OSError:
        return None
