# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A seed holds what was written, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._system.seed import (
    build_seed,
    is_seed,
    read_seed,
    seed_image,
)


@pytest.mark.parametrize(
    "documents",
    [
        {},
        {"user-data": ""},
        {
            "user-data": "é" * 3000,
            "meta-data": "{}\n",
            "network-config": "x" * 2048,
            "autounattend.xml": "<a/>",
        },
    ],
)
def test_documents_are_read_as_they_were_written(tmp_path: Path, documents: dict[str, str]) -> None:
    path = str(tmp_path / "seed.img")
    build_seed(path, documents)
    assert read_seed(path) == documents
    assert is_seed(path)


def test_what_another_tool_made_holds_none_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "seed.img"
    assert read_seed(str(path)) is None
    path.write_bytes(b"\xff" * 100_000)
    assert read_seed(str(path)) == {}
    assert not is_seed(str(path))
    ours = seed_image({"user-data": "a"})
    name = ours.index("user-data".encode("utf-16-be"), 24 * 2048)
    for foreign in (
        ours[: name - 1] + b"\x11" + ours[name:],
        ours.replace(b"\0\0a", b"\0\0\xff"),
        ours[: name + 4],
    ):
        path.write_bytes(foreign)
        assert read_seed(str(path)) == {}
        assert not is_seed(str(path))
