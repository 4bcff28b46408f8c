# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The header of a qcow2 image, read without a process of its own, as QEMU's docs/interop/qcow2.txt describes it."""

from __future__ import annotations

import dataclasses
import struct

MAGIC = b"QFI\xfb"
# All that is read of a file: the header, its extensions and the name of the backing file lie in the first cluster, and
# QEMU wants no more than 1023 bytes for that name.
HEAD_BYTES = 65536
_FIXED = struct.Struct(">4sIQIIQI")
_VERSION_2_BYTES = 72
_FEATURES, _LENGTH_AT, _COMPRESSION_AT = struct.Struct(">QQ"), 100, 104
# Bits of the features without which an image is not understood, and of those without which it may be.
_DIRTY, _CORRUPT, _EXTERNAL_DATA_FILE, _COMPRESSION, _EXTENDED_L2 = (1 << bit for bit in range(5))
_LAZY_REFCOUNTS = 1
_COMPRESSIONS = {0: "zlib", 1: "zstd"}
_END, _BACKING_FORMAT, _DATA_FILE, _CRYPTO = 0, 0xE2792ACA, 0x44415441, 0x0537BE77
_CLUSTER_BITS = range(9, 22)


@dataclasses.dataclass(frozen=True)
class Header:
    """What an image says of itself. ``data_file`` is ``""`` where there is one without a name; its keys take
    ``key_bytes``.
    """

    size: int
    cluster_size: int
    backing_file: str | None = None
    backing_format: str | None = None
    data_file: str | None = None
    encrypted: bool = False
    corrupt: bool = False
    dirty: bool = False
    compat: str = "1.1"
    lazy_refcounts: bool = False
    compression_type: str | None = "zlib"
    extended_l2: bool = False
    key_bytes: int = 0


def parse_header(head: bytes) -> Header | None:
    """The header in the first bytes of a file; None where they are not a qcow2 image that QEMU would open."""
    if len(head) < _VERSION_2_BYTES or not head.startswith(MAGIC):
        return None
    _magic, version, name_at, name_length, bits, size, crypt = _FIXED.unpack_from(head)
    if version not in (2, 3) or bits not in _CLUSTER_BITS:
        return None
    features, compatible, start = 0, 0, _VERSION_2_BYTES
    if version == 3:
        if len(head) <= _COMPRESSION_AT:
            return None
        features, compatible = _FEATURES.unpack_from(head, _VERSION_2_BYTES)
        (start,) = struct.unpack_from(">I", head, _LENGTH_AT)
    extensions = _extensions(head, start, name_at)
    data_file = extensions.get(_DATA_FILE, b"" if features & _EXTERNAL_DATA_FILE else None)
    return Header(
        size=size,
        cluster_size=1 << bits,
        backing_file=_text(head[name_at : name_at + name_length]) if name_at else None,
        backing_format=_text(extensions[_BACKING_FORMAT]) if _BACKING_FORMAT in extensions else None,
        data_file=None if data_file is None else _text(data_file),
        encrypted=crypt != 0,
        corrupt=bool(features & _CORRUPT),
        dirty=bool(features & _DIRTY),
        compat="1.1" if version == 3 else "0.10",
        lazy_refcounts=bool(compatible & _LAZY_REFCOUNTS),
        compression_type=_COMPRESSIONS.get(head[_COMPRESSION_AT]) if features & _COMPRESSION else "zlib",
        extended_l2=bool(features & _EXTENDED_L2),
        key_bytes=_key_bytes(extensions.get(_CRYPTO, b"")),
    )


def _extensions(head: bytes, start: int, name_at: int) -> dict[int, bytes]:
    """The header extensions by their type; they end before the name of the backing file."""
    found: dict[int, bytes] = {}
    end = name_at or len(head)
    while start + 8 <= min(end, len(head)):
        kind, length = struct.unpack_from(">II", head, start)
        if kind == _END:
            break
        found[kind] = head[start + 8 : start + 8 + length]
        start += 8 + -(-length // 8) * 8
    return found


def _key_bytes(extension: bytes) -> int:
    """It says where that header is, and how long."""
    return int(struct.unpack_from(">QQ", extension)[1]) if len(extension) >= 16 else 0


def _text(raw: bytes) -> str:
    """File names are bytes; those that are no text come back as they were when they are written again."""
    return raw.decode("utf-8", "surrogateescape")
