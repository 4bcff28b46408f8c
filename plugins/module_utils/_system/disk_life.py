# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the changes of an image that exists: by libvirt while a vm of it runs on the image, else by QEMU's tools."""

from __future__ import annotations

from .._core.change import Change
from .._model.disk import Disk
from .._model.disk_jobs import DiskJobs
from . import disk_change
from .disk_plan import is_left
from .disk_use import live_user
from .image_file import BASE, COMMITTING, forget_mark, mark


def change_image(path: str, change: Change, jobs: DiskJobs | None) -> None:
    """All but what is about the file alone. Raises ``HostError``."""
    asked: Disk = change.asked
    live = jobs if live_user(change.found) is not None else None
    if change.action == "repair":
        disk_change.repair(path, asked)
    elif change.action == "rebase":
        disk_change.rebase(path, asked)
    elif change.action == "compact":
        disk_change.compact(path, asked)
    elif change.action == "flatten":
        _flatten(path, asked, live)
    elif change.action == "commit":
        _commit(path, change, live)
    elif change.touches("size"):
        _resize(path, change, live)


def _flatten(path: str, asked: Disk, live: DiskJobs | None) -> None:
    if live is None:
        disk_change.flatten(path, asked)
    else:
        live.flatten(path, asked.upkeep.job_timeout)
        forget_mark(path, BASE)


def _commit(path: str, change: Change, live: DiskJobs | None) -> None:
    """A vm that runs leaves the image, which is marked until it is emptied: it is older than the image below then."""
    asked: Disk = change.asked
    found: Disk = change.found
    user = live_user(found)
    if is_left(found):
        disk_change.empty(path, asked)
    elif live is None or user is None:
        disk_change.commit(path, asked)
    else:
        mark(path, COMMITTING, user.vm)
        # A job that is cut off has changed the image below already: that one is right, and the vm goes on with it.
        forget_mark(path, BASE)
        below = (str(found.backing_file), found.backing_format or "raw")
        live.commit(path, below, asked.upkeep.job_timeout)
        disk_change.empty(path, asked)


def _resize(path: str, change: Change, live: DiskJobs | None) -> None:
    asked: Disk = change.asked
    size = asked.size or 0
    if size < change.found.size:
        disk_change.shrink(path, asked)
    elif live is None:
        disk_change.grow(path, asked)
    else:
        live.grow(path, size)
