# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a qcow2 image says of itself, bit by bit as QEMU's docs/interop/qcow2.txt has them."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._system.qcow2_header import parse_header

SIZE = 1 << 30


def head(
    *, version: int = 3, crypt: int = 0, features: tuple[int, int] = (0, 0), compression: int = 0
) -> bytes:
    start = struct.pack(">4sIQIIQI", b"QFI\xfb", version, 0, 0, 16, SIZE, crypt).ljust(72, b"\0")
    later = struct.pack(">QQQIIB", *features, 0, 4, 112, compression)
    return (start + later if version == 3 else start).ljust(65536, b"\0")


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (
            head(),
            {"compat": "1.1", "lazy_refcounts": False, "compression_type": "zlib", "extended_l2": False},
        ),
        (head(version=2), {"compat": "0.10", "lazy_refcounts": False, "compression_type": "zlib"}),
        (head(features=(0, 1)), {"lazy_refcounts": True, "corrupt": False}),
        (head(features=(1, 0)), {"corrupt": False, "data_file": None}),
        (head(features=(1 << 1, 0)), {"corrupt": True}),
        (head(features=(1 << 2, 0)), {"data_file": ""}),
        (head(features=(1 << 3, 0), compression=1), {"compression_type": "zstd"}),
        (head(features=(1 << 3, 0), compression=7), {"compression_type": None}),
        (head(features=(1 << 4, 0)), {"extended_l2": True}),
        (head(crypt=2), {"encrypted": True}),
        (head(version=2, crypt=1), {"encrypted": True}),
    ],
)
def test_it_is_read(image: bytes, says: dict[str, Any]) -> None:
    header = parse_header(image)
    assert header is not None
    assert (header.size, header.cluster_size) == (SIZE, 65536)
    assert {name: getattr(header, name) for name in says} == says


def test_it_says_what_its_encryption_takes() -> None:
    extension = struct.pack(">IIQQ", 0x0537BE77, 16, 196608, 2068480)
    header = parse_header(head(crypt=2)[:112] + extension + bytes(1024))
    assert header is not None
    assert header.key_bytes == 2068480


@pytest.mark.parametrize("image", [b"", b"QFI\xfb", head()[:100], head(version=4), b"\0" * 65536])
def test_what_is_none_is_none(image: bytes) -> None:
    assert parse_header(image) is None
