# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""cloud-init's seed: an ISO 9660 image with the label ``cidata``, as its source NoCloud reads it.

It is written here, by no command: nothing needs to be installed, no secret stands in an argument or in a folder on the
way, and equal documents give an equal image. Of ECMA-119 it takes one flat folder; the names as cloud-init wants them
(lower case, with dashes) are in the Joliet half.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .._core.errors import ApplyFailed
from .whole_file import replacing, sole_writer

LABEL = "cidata"
_SECTOR = 2048
_PRIMARY_TABLES, _JOLIET_TABLES = (19, 20), (21, 22)
_PRIMARY_FOLDER, _JOLIET_FOLDER, _FIRST_FILE = 23, 24, 25
# 2026-01-01: a fixed date, so that the image depends on the documents alone.
_RECORDED = bytes([126, 1, 1, 0, 0, 0, 0])
_WRITTEN = b"2026010100000000\0"
_NO_DATE = b"0" * 16 + b"\0"
# Where the name begins in a record of a folder.
_NAME = 33
_MOST = 16 * 1024 * 1024
_JOLIET_LEVEL_3 = b"%/E"


class _File(NamedTuple):
    name: str
    content: bytes
    sector: int


def build_seed(path: str, documents: Mapping[str, str]) -> None:
    """Writes the image with these documents (``user-data``, ``meta-data``, ``network-config``), whole or not at all.

    Only its owner can read it; libvirt gives it to QEMU by itself. Raises ``ApplyFailed``.
    """
    with sole_writer(path), replacing(path) as temporary:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as image:
            image.write(seed_image(documents))


def read_seed(path: str) -> dict[str, str] | None:
    """The documents of an image that was made here; none in what another tool made, None where there is no file.

    Raises ``ApplyFailed``.
    """
    image = _read(path)
    return None if image is None else seed_documents(image)


def is_seed(path: str) -> bool:
    """Whether the file is as ``build_seed`` writes it, which takes no other tool's for it. Raises ``ApplyFailed``."""
    image = _read(path)
    return image is not None and image == seed_image(seed_documents(image))


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as image:
            return image.read(_MOST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ApplyFailed(f"read {path}", cause=error.strerror or "") from None


def seed_documents(image: bytes) -> dict[str, str]:
    """The documents in an image that is as ``seed_image`` makes it; none in another."""
    try:
        return _documents(image)
    except (UnicodeDecodeError, struct.error, IndexError):
        return {}


def _documents(image: bytes) -> dict[str, str]:
    start, end = _JOLIET_FOLDER * _SECTOR, _FIRST_FILE * _SECTOR
    documents: dict[str, str] = {}
    if LABEL.encode("utf-16-be") not in image[:start]:
        return documents
    while start < end and image[start]:
        record = image[start : start + image[start]]
        sector, length = (struct.unpack_from("<I", record, at)[0] for at in (2, 10))
        name = record[_NAME : _NAME + record[_NAME - 1]]
        # The folder's records of itself and of its parent have names of one byte.
        if len(name) > 1:
            content = image[sector * _SECTOR : sector * _SECTOR + length]
            documents[name.decode("utf-16-be")] = content.decode()
        start += len(record)
    return documents


def seed_image(documents: Mapping[str, str]) -> bytes:
    """The image itself."""
    files = _laid_out(documents)
    end = files[-1].sector + _sectors(files[-1].content) if files else _FIRST_FILE
    parts = [
        bytes(16 * _SECTOR),
        _descriptor(_PRIMARY_FOLDER, end, joliet=False),
        _descriptor(_JOLIET_FOLDER, end, joliet=True),
        _padded(b"\xffCD001\x01"),
        *(
            _padded(struct.pack(f"{order}BBIHBx", 1, 0, folder, 1, 0))
            for folder in (_PRIMARY_FOLDER, _JOLIET_FOLDER)
            for order in "<>"
        ),
        _folder(_PRIMARY_FOLDER, [(_primary_name(file.name), file) for file in files]),
        _folder(_JOLIET_FOLDER, [(file.name.encode("utf-16-be"), file) for file in files]),
        *(_padded(file.content) for file in files),
    ]
    return b"".join(parts)


def _laid_out(documents: Mapping[str, str]) -> list[_File]:
    files = []
    sector = _FIRST_FILE
    for name, text in sorted(documents.items()):
        content = text.encode()
        files.append(_File(name, content, sector))
        sector += _sectors(content)
    return files


def _descriptor(folder: int, end: int, *, joliet: bool) -> bytes:
    """The volume descriptor of one of the two halves."""
    little, big = _JOLIET_TABLES if joliet else _PRIMARY_TABLES

    def text(value: str, length: int) -> bytes:
        encoded = value.encode("utf-16-be" if joliet else "ascii")
        blank = " ".encode("utf-16-be") if joliet else b" "
        return (encoded + blank * length)[: length - length % len(blank)].ljust(length, b"\0")

    return _padded(
        bytes([2 if joliet else 1])
        + b"CD001\x01\0"
        + text("", 32)
        + text(LABEL, 32)
        + bytes(8)
        + _both(end)
        + (_JOLIET_LEVEL_3 if joliet else b"").ljust(32, b"\0")
        + _both_short(1)
        + _both_short(1)
        + _both_short(_SECTOR)
        + _both(10)
        + struct.pack("<II", little, 0)
        + struct.pack(">II", big, 0)
        + _record(b"\0", folder, _SECTOR, is_folder=True)
        + b"".join(text("", length) for length in (128, 128, 128, 128, 37, 37, 37))
        + _WRITTEN * 2
        + _NO_DATE * 2
        + b"\x01\0"
    )


def _folder(sector: int, entries: Sequence[tuple[bytes, _File]]) -> bytes:
    own = [_record(name, sector, _SECTOR, is_folder=True) for name in (b"\0", b"\x01")]
    rest = [_record(name, file.sector, len(file.content), is_folder=False) for name, file in sorted(entries)]
    return _padded(b"".join([*own, *rest]))


def _record(name: bytes, sector: int, length: int, *, is_folder: bool) -> bytes:
    """The record of a file or a folder within a folder."""
    body = (
        b"\0"
        + _both(sector)
        + _both(length)
        + _RECORDED
        + bytes([2 if is_folder else 0, 0, 0])
        + _both_short(1)
        + bytes([len(name)])
        + name
    )
    body += b"\0" * ((len(body) + 1) % 2)
    return bytes([len(body) + 1]) + body


def _primary_name(name: str) -> bytes:
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in name.upper())
    return f"{plain[:27]}.;1".encode("ascii")


def _both(number: int) -> bytes:
    return struct.pack("<I", number) + struct.pack(">I", number)


def _both_short(number: int) -> bytes:
    return struct.pack("<H", number) + struct.pack(">H", number)


def _sectors(content: bytes) -> int:
    return max(1, -(-len(content) // _SECTOR))


def _padded(content: bytes) -> bytes:
    return content.ljust(-(-len(content) // _SECTOR) * _SECTOR or _SECTOR, b"\0")
