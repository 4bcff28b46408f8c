# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an overlay rests on is what it was made on, which is known without reading it."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed, Refused
from ansible_collections.hybrid.host.plugins.module_utils._system import image_digest
from ansible_collections.hybrid.host.plugins.module_utils._system.command import Handed, run
from ansible_collections.hybrid.host.plugins.module_utils._system.image_chain import (
    check_chain,
    check_images_below,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.image_file import existing_image


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """An image on ``below.raw``, which has been noted on it."""
    name = str(tmp_path / "below.raw").encode()
    head = struct.pack(">4sIQIIQI", b"QFI\xfb", 2, 80, len(name), 16, 1 << 20, 0).ljust(80, b"\0")
    (tmp_path / "below.raw").write_bytes(b"content")
    (tmp_path / "above.qcow2").write_bytes((head + name).ljust(65536, b"\0"))
    image_digest.note_below(str(tmp_path / "above.qcow2"), existing_image(str(tmp_path / "below.raw")))
    return tmp_path / "above.qcow2"


def check(overlay: Path) -> None:
    check_chain(str(overlay))
    check_images_below(str(overlay))


def test_what_is_as_it_was_is_not_read(overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(image_digest, "file_digest")
    below = existing_image(str(overlay.with_name("below.raw")))
    assert image_digest.noted_digest(below) == existing_image(str(overlay)).rests_on
    check(overlay)
    image_digest.note_below(str(overlay), below)


def test_what_was_only_touched_or_brought_back_fits(overlay: Path) -> None:
    below = overlay.with_name("below.raw")
    os.utime(below, (1, 1))
    check(overlay)
    below.unlink()
    below.write_bytes(b"content")
    check(overlay)


@pytest.mark.parametrize("content", [b"CONTENT", b"content and more"])
@pytest.mark.parametrize("check_it", [check_chain, check_images_below])
def test_what_has_changed_is_refused(overlay: Path, content: bytes, check_it: type) -> None:
    overlay.with_name("below.raw").write_bytes(content)
    with pytest.raises(Refused, match=r"below.raw has changed since /.*/above.qcow2 was made on it"):
        check_it(str(overlay))


def test_what_nobody_noted_is_not_doubted(overlay: Path) -> None:
    os.removexattr(overlay, "user.hybrid.host.base")
    overlay.with_name("below.raw").write_bytes(b"CONTENT")
    check(overlay)


def test_a_text_is_handed_to_a_command_as_a_file() -> None:
    word = Handed("", "ge\nheim é")
    assert run(["cat", word], tried="read") == "ge\nheim é"
    with pytest.raises(ApplyFailed) as caught:
        run(["ls", "--no-such-option", word], tried="read")
    assert "heim" not in f"{caught.value} {word!r}"
