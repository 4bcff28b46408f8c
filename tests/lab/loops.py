"""Loop devices: the kernel has one set for the whole machine, and a host that is killed leaves its own attached."""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterable
from pathlib import Path

_CLR_FD, _GET_STATUS64 = 0x4C01, 0x4C05
_STATUS64 = 232


def attached() -> dict[str, tuple[int, int]]:
    """Device to (file system, inode) of the file behind it, of all loop devices in use."""
    found = {}
    for entry in Path("/sys/block").glob("loop*/loop"):
        device = f"/dev/{entry.parent.name}"
        try:
            with open(device, "rb") as opened:
                status = fcntl.ioctl(opened, _GET_STATUS64, bytes(_STATUS64))
        except OSError:
            continue
        file_system, inode = struct.unpack_from("QQ", status)
        found[device] = (file_system, inode)
    return found


def file_system(folder: Path) -> str:
    """Names the file system of a folder, for as long as this machine runs: its number may then be another's."""
    return f"{_boot()} {folder.stat().st_dev}"


def detach(folders: Iterable[Path], gone: str) -> None:
    """Frees the devices behind which is a file of these folders, or of a file system that is gone."""
    used = attached()
    if not used:
        return
    boot, _space, number = gone.partition(" ")
    number_gone = int(number) if boot == _boot() else None
    files = {(os.lstat(path).st_dev, os.lstat(path).st_ino) for folder in folders for path in _files(folder)}
    for device, behind in used.items():
        if behind in files or behind[0] == number_gone:
            with open(device, "rb") as opened:
                fcntl.ioctl(opened, _CLR_FD)


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _files(folder: Path) -> Iterable[str]:
    for place, _folders, names in os.walk(folder):
        for name in names:
            yield os.path.join(place, name)
