# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine around libvirt, as vms need it: its identity, its files, its processor, its network."""

from __future__ import annotations

import glob
import os
import platform
import re
from collections.abc import Callable, Mapping, Sequence

from .._core.change import Address, Change
from .._core.driver import Space
from .._core.errors import ApplyFailed, Refused
from .._model.disk import Disk
from .._model.disk_attachment import DIRECTORY
from . import qemu_img
from .disk_origin import check_origin
from .disk_space import taken_by
from .image_chain import check_images_below
from .image_file import images_in, overlays, read_image
from .image_key import opened
from .machine import machine_id
from .neighbour import has_address, neighbours
from .port import answers
from .qcow2_header import HEAD_BYTES, Header, parse_header
from .qemu_img import Image, Key
from .seed import build_seed, is_seed, read_seed
from .vm_image import made_for, make_image
from .whole_file import replacing, sole_writer

_TAIL_BYTES = 8192
_QCOW2 = b"QFI\xfb"
_OWNER = "user.hybrid.host.stack"
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|[\x00-\x08\x0b-\x1f\x7f]")


class LocalVmHost:
    """The host on which the module runs (``_model.vm_host.VmHost``). ``coming``: whether a path is still to come."""

    def __init__(self, coming: Callable[[str], bool] = lambda path: False) -> None:
        self._coming = coming

    def machine_id(self) -> str:
        return machine_id()

    def architecture(self) -> str:
        return platform.machine()

    def why_no_kvm(self) -> str:
        try:
            os.close(os.open("/dev/kvm", os.O_RDWR | os.O_CLOEXEC))
        except OSError as error:
            return f"/dev/kvm does not open ({error.strerror})"
        if platform.machine() in ("x86_64", "i686") and not _has_virtualization():
            return "the processor shows neither vmx nor svm"
        return ""

    def exists(self, path: str) -> bool:
        return os.path.exists(path) or self._coming(path)

    def is_qcow2(self, path: str) -> bool:
        return _begins(path, _QCOW2)

    def backing_files(self, path: str) -> Sequence[str]:
        chain: list[str] = []
        below = _backing_file(path)
        while below and below not in chain:
            chain.append(below)
            below = _backing_file(below)
        return chain

    def resting_on(self, path: str) -> Sequence[str]:
        folders = sorted({os.path.dirname(path), DIRECTORY})
        return overlays(image for folder in folders for image in images_in(folder)).get(
            os.path.realpath(path), ()
        )

    def check_images_below(self, path: str) -> None:
        check_images_below(path)

    def is_encrypted(self, path: str) -> bool:
        header = _header(path)
        return header is not None and header.encrypted

    def check_passphrase(self, path: str, passphrase: str) -> None:
        if not os.path.exists(path):
            return
        try:
            qemu_img.try_key(Image(path, "qcow2", Key(passphrase)))
        except ApplyFailed as error:
            raise Refused(
                f"{path} does not open with the passphrase that is given",
                cause=error.cause,
                hint="Give the one that the image has, or leave encryption out if it has none.",
            ) from None

    def virtual_size(self, path: str, image_format: str | None) -> int | None:
        if image_format == "qcow2":
            header = _header(path)
            return header.size if header is not None else None
        try:
            with open(path, "rb") as image:
                return image.seek(0, os.SEEK_END)
        except OSError:
            return None

    def grow(self, disk: Disk) -> None:
        with sole_writer(disk.name):
            qemu_img.resize(opened(disk.name, disk.format or "raw", disk), disk.size or 0)

    def is_ours(self, path: str) -> bool:
        try:
            return bool(os.getxattr(path, _OWNER))
        except OSError:
            return False

    def check_image(self, disk: Disk) -> None:
        check_origin(disk, None)

    def space(self, disk: Disk) -> Sequence[Space]:
        return taken_by(Change("create", Address("disk", disk.name), asked=disk))

    def make_image(self, disk: Disk, vm: str) -> bool:
        return make_image(disk, vm)

    def made_for(self, path: str) -> str | None:
        return made_for(path)

    def build_seed(self, path: str, documents: Mapping[str, str]) -> None:
        build_seed(path, documents)

    def read_seed(self, path: str) -> Mapping[str, str] | None:
        return read_seed(path)

    def is_seed(self, path: str) -> bool:
        return is_seed(path)

    def rotated(self, log: str) -> Sequence[str]:
        return [path for path in glob.glob(f"{glob.escape(log)}.*") if path.rpartition(".")[2].isdecimal()]

    def contents(self, path: str) -> bytes | None:
        try:
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ApplyFailed(f"read {path}", cause=error.strerror or "") from None

    def write(self, path: str, contents: bytes) -> None:
        with replacing(path) as temporary:
            descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with open(descriptor, "wb") as file:
                file.write(contents)

    def remove(self, path: str) -> None:
        try:
            os.unlink(path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise ApplyFailed(f"remove {path}", cause=error.strerror or "") from None

    def answers(self, address: str, port: int, seconds: float) -> bool:
        return answers(address, port, seconds)

    def neighbours(self) -> dict[str, list[str]]:
        return neighbours()

    def has_address(self, interface: str, mac: str, address: str, seconds: float) -> bool | None:
        return has_address(interface, mac, address, seconds)

    def last_lines(self, path: str, count: int) -> list[str]:
        try:
            with open(path, "rb") as log:
                size = log.seek(0, os.SEEK_END)
                log.seek(max(0, size - _TAIL_BYTES))
                text = log.read().decode("utf-8", "replace")
        except OSError:
            return []
        lines = (_CONTROL.sub("", line).strip() for line in text.splitlines())
        return [line for line in lines if line][-count:]

    def written(self, path: str) -> float | None:
        try:
            return os.stat(path).st_mtime
        except OSError:
            return None


def _backing_file(path: str) -> str | None:
    try:
        image = read_image(path)
    except Refused:
        return None
    return image.backing_file if image is not None else None


def _header(path: str) -> Header | None:
    try:
        with open(path, "rb") as image:
            return parse_header(image.read(HEAD_BYTES))
    except OSError:
        return None


def _begins(path: str, magic: bytes) -> bool:
    try:
        with open(path, "rb") as image:
            return image.read(len(magic)) == magic
    except OSError:
        return False


def _has_virtualization() -> bool:
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
            flags = next((line for line in info if line.startswith("flags")), "")
    except OSError:
        return False
    return not {"vmx", "svm"}.isdisjoint(flags.split())
