# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The images of backups: QEMU's own tools make them, copy them, and put them back."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._core.errors import ApplyFailed
from .._core.progress import Progress
from .._model.vm_backup import BackupDisk
from . import qemu_img
from .command import run, run_long
from .image_lock import no_writers

_CHUNK = 16 << 20
# So many reads are asked of one process: a list of arguments has its end.
_READS = 1000
_BLOCK = 1 << 20


def create(folder: str, disk: BackupDisk) -> str:
    """An empty image, over that of the parent's folder beside this one; its path."""
    path = os.path.join(folder, disk.file)
    if disk.parent is None:
        qemu_img.create(path, "qcow2", {}, disk.size)
    else:
        qemu_img.create_overlay(path, (_below(disk), "qcow2"), {}, disk.size)
    return path


def copy_all(folder: str, disks: Sequence[BackupDisk], seconds: float) -> None:
    """Copies images that nobody writes to while any of them is copied."""
    deadline = time.monotonic() + seconds
    with no_writers([disk.source or "" for disk in disks]):
        for disk in disks:
            _convert((disk.source or "", disk.format), os.path.join(folder, disk.file), deadline)


def pull(image: str, disk: BackupDisk, export: Mapping[str, object], seconds: float) -> None:
    """Copies what an NBD export gives: all of it, or over a parent what the export's bitmap says has changed.

    The latter is read through an overlay on the export, which so keeps what was read, zeros as well, and then gets the
    parent below it.
    """
    deadline = time.monotonic() + seconds
    whole = {name: value for name, value in export.items() if name != "x-dirty-bitmap"}
    if disk.parent is None:
        _convert((_described(whole), "raw"), image, deadline)
        return
    qemu_img.create_overlay(image, (_described(whole), "raw"), {}, disk.size)
    reads = list(_reads(_described(export), deadline))
    tried = f"copy what has changed of {disk.target}"
    progress = Progress(tried)
    for first in range(0, len(reads), _READS):
        words = [word for read in reads[first : first + _READS] for word in ("-c", read)]
        _run(["qemu-io", "-C", "-f", "qcow2", *words, image], tried, deadline)
        progress.at(first, len(reads))
    _run(
        ["qemu-img", "rebase", "-u", "-f", "qcow2", "-b", _below(disk), "-F", "qcow2", image],
        f"put {image} over {disk.parent}",
        deadline,
    )


def put_back(source: str, target: str, image_format: str) -> None:
    """The whole of an image and of all that it rests on, as one new image."""
    qemu_img.convert(qemu_img.Image(source, "qcow2"), (target, image_format), {})


def damage(path: str) -> str | None:
    """What QEMU's check finds wrong with an image; None where that is nothing."""
    found = qemu_img.check(qemu_img.Image(path, "qcow2"))
    wrong = [name for name in ("corruptions", "check-errors") if found.get(name)]
    return ", ".join(f"{found[name]} {name}" for name in wrong) or None


def sha256(path: str) -> str:
    """The digest of a file. Raises ``OSError``."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while True:
            block = file.read(_BLOCK)
            if not block:
                return digest.hexdigest()
            digest.update(block)


def _below(disk: BackupDisk) -> str:
    """Relative, so that the folder of backups may be moved."""
    return os.path.join("..", disk.parent or "", disk.file)


def _described(export: Mapping[str, object]) -> str:
    """A description of what to open, in which no character has a meaning of its own."""
    return "json:" + json.dumps({"driver": "raw", "file": dict(export)})


def _reads(export: str, deadline: float) -> Iterator[str]:
    """For a bitmap's export QEMU's map says of what has changed that it holds no data."""
    printed = _run(["qemu-img", "map", "--output=json", export], "ask what has changed", deadline)
    parts: list[dict[str, Any]] = json.loads(printed)
    for part in parts:
        if not part["data"]:
            start, end = int(part["start"]), int(part["start"]) + int(part["length"])
            for at in range(start, end, _CHUNK):
                yield f"read -q {at} {min(_CHUNK, end - at)}"


def _convert(source: tuple[str, str], target: str, deadline: float) -> None:
    words = ["qemu-img", "convert", "-p", "-f", source[1], "-O", "qcow2", source[0], target]
    tried = f"copy to {target}"
    run_long(words, tried=tried, timeout=_left(deadline, tried))


def _run(argv: Sequence[str], tried: str, deadline: float) -> str:
    return run(argv, tried=tried, timeout=_left(deadline, tried))


def _left(deadline: float, tried: str) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise ApplyFailed(tried, cause="the time is up", hint="Raise timeout.")
    return left
