# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is packed comes out whole and without its zeros, or not at all; copies have the holes of what they are of."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import random
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed, MissingLibrary
from ansible_collections.hybrid.host.plugins.module_utils._system.file_copy import copy_file
from ansible_collections.hybrid.host.plugins.module_utils._system.image_file import read_image
from ansible_collections.hybrid.host.plugins.module_utils._system.unpacking import (
    check_unpacking,
    is_packed,
    unpack,
)

MIB = 1 << 20
CONTENT = random.Random(4).randbytes(MIB) + bytes(8 * MIB) + b"end" + bytes(3 * MIB)
PACKERS = {"gzip": gzip.compress, "xz": lzma.compress, "bzip2": bz2.compress}
Packer = Callable[[bytes], bytes]


def allocated(path: Path) -> int:
    return path.stat().st_blocks * 512


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def format_of(path: Path) -> str:
    image = read_image(str(path))
    assert image is not None
    return image.format


@pytest.mark.parametrize("packer", PACKERS.values(), ids=PACKERS)
def test_it_is_unpacked(tmp_path: Path, packer: Packer) -> None:
    (tmp_path / "packed").write_bytes(packer(CONTENT[:MIB]) + packer(CONTENT[MIB:]))
    assert is_packed(format_of(tmp_path / "packed"))
    unpack(str(tmp_path / "packed"), format_of(tmp_path / "packed"), str(tmp_path / "image"))
    assert (tmp_path / "image").read_bytes() == CONTENT
    assert mode_of(tmp_path / "image") == 0o600
    assert allocated(tmp_path / "image") < 4 * MIB


@pytest.mark.parametrize(
    "spoil", [lambda packed: packed[:-9], lambda packed: packed[:200] + bytes(99) + packed[299:]]
)
@pytest.mark.parametrize("packer", PACKERS.values(), ids=PACKERS)
def test_what_is_damaged_is_an_error(tmp_path: Path, packer: Packer, spoil: Packer) -> None:
    (tmp_path / "packed").write_bytes(spoil(packer(CONTENT)))
    with pytest.raises(ApplyFailed, match=f"unpack {tmp_path}/packed: ."):
        unpack(str(tmp_path / "packed"), format_of(tmp_path / "packed"), str(tmp_path / "image"))


def test_the_package_of_a_missing_command_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda command, path: None)
    (tmp_path / "packed").write_bytes(b"\x28\xb5\x2f\xfd")
    with pytest.raises(MissingLibrary, match="this host has no command zstd. Install the package zstd."):
        check_unpacking(str(tmp_path / "packed"), format_of(tmp_path / "packed"))


@pytest.mark.parametrize("length", [0, 5, len(CONTENT), 6 * MIB])
def test_a_copy_is_the_same_and_has_holes(tmp_path: Path, length: int) -> None:
    (tmp_path / "source").write_bytes(CONTENT[:length])
    os.truncate(tmp_path / "source", length + 20 * MIB)
    copy_file(str(tmp_path / "source"), str(tmp_path / "copy"))
    assert (tmp_path / "copy").read_bytes() == CONTENT[:length] + bytes(20 * MIB)
    assert mode_of(tmp_path / "copy") == 0o600
    assert allocated(tmp_path / "copy") < 4 * MIB
