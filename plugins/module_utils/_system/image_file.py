# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Image files as they are: what they hold, whose they are, and who uses them. Nothing is opened by QEMU for it."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import re
import stat
import struct
from collections.abc import Iterable, Iterator

from .._core.errors import ApplyFailed, Refused
from .._model.disk import rounded
from .qcow2_header import HEAD_BYTES, Header, parse_header

STACK, CREATED = "user.hybrid.host.stack", "user.hybrid.host.created"
DIGEST, BASE = "user.hybrid.host.digest", "user.hybrid.host.base"
# On an image that a running vm is about to leave for the one below: which vm that is.
COMMITTING = "user.hybrid.host.committing"
# What is neither qcow2 nor raw, by how it begins. An image that begins like none of these is raw.
_FOREIGN = {
    b"KDMV": "vmdk",
    b"COWD": "vmdk",
    b"# Disk Descript": "vmdk",
    b"vhdxfile": "vhdx",
    b"conectix": "vpc",
    b"<<< ": "vdi",
    b"QED\0": "qed",
    b"LUKS\xba\xbe": "luks",
    b"\x1f\x8b": "compressed by gzip",
    b"\xfd7zXZ\0": "compressed by xz",
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
    b"BZh": "compressed by bzip2",
    b"PK\x03\x04": "a zip archive",
}
# QEMU holds a lock on byte 100 + N of an image for permission N: 0 to read it, 1 to write it, 4 more.
# On byte 200 + N it holds one where it lets nobody else do so.
_ANY_USE, _READING, _WRITING, _NO_OTHER_WRITES = (100, 7), (100, 1), (101, 1), (201, 1)
_LOCK = struct.Struct("@hhqqi4x")
_GUEST = re.compile(r"(?:^|,)guest=([^,]+)")


@dataclasses.dataclass(frozen=True)
class ImageFile:
    """``size`` is what a guest sees, ``header`` is of a qcow2 image. ``format`` is the one that the image was made in,
    where this collection made it: a guest can write anything to the beginning of a raw image. ``digest`` is
    what is noted of its content, ``rests_on`` of that of the image below as it was when this one was made on it.
    """

    path: str
    status: os.stat_result
    format: str
    size: int
    header: Header | None = None
    stack: str | None = None
    digest: str | None = None
    rests_on: str | None = None
    committing: str | None = None
    in_use: bool = False
    written: bool = False

    @property
    def backing_file(self) -> str | None:
        """The absolute path of its backing file, or what stands there instead of a path."""
        name = self.header.backing_file if self.header else None
        if name is None or ":" in name.split("/", 1)[0]:
            return name
        return os.path.normpath(os.path.join(os.path.dirname(self.path), name))


def read_image(path: str) -> ImageFile | None:
    """The image, or None where there is no file. Raises ``Refused`` for what is no regular file or cannot be read."""
    try:
        # A named pipe would otherwise keep this waiting for somebody to write to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Refused(f"{path} is not a regular file", hint="Name an image file.")
            return _read(path, descriptor, status)
        finally:
            os.close(descriptor)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Refused(f"read {path}", cause=error.strerror or str(error)) from None


def existing_image(path: str) -> ImageFile:
    """The image. Raises ``Refused``, also where there is none."""
    image = read_image(path)
    if image is None:
        raise Refused(f"its source {path} does not exist")
    return image


def _read(path: str, descriptor: int, status: os.stat_result) -> ImageFile:
    head = os.read(descriptor, HEAD_BYTES)
    made_as = _attribute(descriptor, CREATED)
    header = None if made_as == "raw" else parse_header(head)
    return ImageFile(
        path=path,
        status=status,
        format="qcow2" if header else (made_as or _other_format(head)),
        size=header.size if header else rounded(status.st_size) or 0,
        header=header,
        stack=_attribute(descriptor, STACK),
        digest=_attribute(descriptor, DIGEST),
        rests_on=_attribute(descriptor, BASE),
        committing=_attribute(descriptor, COMMITTING),
        in_use=_is_locked(descriptor, _ANY_USE),
        written=_is_locked(descriptor, _WRITING),
    )


def _other_format(head: bytes) -> str:
    return next((name for magic, name in _FOREIGN.items() if head.startswith(magic)), "raw")


def _attribute(descriptor: int, name: str) -> str | None:
    try:
        return os.getxattr(descriptor, name).decode("utf-8", "replace") or None
    except OSError:
        return None


def _is_locked(descriptor: int, bytes_: tuple[int, int]) -> bool:
    """Whether another process holds a lock there, as QEMU and its tools do while they have the image open."""
    question = _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, *bytes_, 0)
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, question)
    except OSError:
        return False
    return bool(_LOCK.unpack(answer)[0] != fcntl.F_UNLCK)


def hold_off_writers(descriptor: int, path: str) -> None:
    """Until the descriptor is closed, as QEMU does where it only reads. Raises ``Refused`` where there is one now."""
    for bytes_ in (_READING, _NO_OTHER_WRITES):
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _LOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, *bytes_, 0))
    if _is_locked(descriptor, _WRITING):
        raise Refused(f"{path} is being written to", hint="Stop what uses it first.")


def mark(path: str, name: str, value: str) -> None:
    """Writes one extended attribute. Raises ``ApplyFailed``."""
    try:
        os.setxattr(path, name, value.encode())
    except OSError as error:
        raise ApplyFailed(
            f"mark {path} with {name}",
            cause=error.strerror or str(error),
            hint="The file system must keep extended attributes of users.",
        ) from None


def forget_mark(path: str, name: str) -> None:
    """Takes an extended attribute away, where it is there. Raises ``ApplyFailed``."""
    try:
        if name in os.listxattr(path):
            os.removexattr(path, name)
    except OSError as error:
        raise ApplyFailed(f"take {name} from {path}", cause=error.strerror or str(error)) from None


def images_in(folder: str) -> Iterator[ImageFile]:
    """The images of a folder, as far as they can be read; files that are being written are not among them."""
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.is_file() and entry.name[0] != "."]
    except OSError:
        return
    for name in sorted(names):
        with contextlib.suppress(Refused):
            image = read_image(os.path.join(folder, name))
            if image is not None:
                yield image


def overlays(images: Iterable[ImageFile]) -> dict[str, list[str]]:
    """By the real path of a backing file, those of the images that rest on it."""
    found: dict[str, list[str]] = {}
    for image in images:
        if image.backing_file:
            found.setdefault(os.path.realpath(image.backing_file), []).append(image.path)
    return found


def users_of(files: list[os.stat_result]) -> dict[tuple[int, int], set[str]]:
    """Who has these files open, by device and inode: ``vm/NAME``, or a program and its process id."""
    wanted = {(status.st_dev, status.st_ino) for status in files}
    found: dict[tuple[int, int], set[str]] = {}
    for pid in filter(str.isdecimal, os.listdir("/proc")) if wanted else ():
        with contextlib.suppress(OSError):
            for entry in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    status = os.stat(f"/proc/{pid}/fd/{entry}")
                    key = (status.st_dev, status.st_ino)
                    if key in wanted and int(pid) != os.getpid():
                        found.setdefault(key, set()).add(_called(pid))
    return found


def _called(pid: str) -> str:
    with open(f"/proc/{pid}/cmdline", "rb") as line:
        words = line.read().decode("utf-8", "replace").split("\0")
    for option, value in zip(words, words[1:]):
        guest = _GUEST.search(value) if option == "-name" else None
        if guest:
            return f"vm/{guest[1]}"
    return f"{os.path.basename(words[0])} (process {pid})"
