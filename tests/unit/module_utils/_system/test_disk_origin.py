# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How qemu-img is asked for a new image, by a stand-in for it that notes what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.disk import Disk
from ansible_collections.hybrid.host.plugins.module_utils._system import qemu_img
from ansible_collections.hybrid.host.plugins.module_utils._system.disk_origin import write_image

MIB = 1 << 20


@pytest.mark.parametrize(
    ("preallocation", "told"), [("full", ["--preallocation=full"]), ("falloc", ["--preallocation=falloc"])]
)
def test_what_is_beyond_the_source_is_laid_out_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, preallocation: str, told: Sequence[str]
) -> None:
    commands: list[list[Any]] = []

    def stands_in(argv: Sequence[Any], **_options: Any) -> str:
        commands.append(list(argv))
        if argv[1] == "convert":
            Path(argv[-1]).touch()
        return ""

    monkeypatch.setattr(qemu_img, "run", stands_in)
    monkeypatch.setattr(qemu_img, "run_long", stands_in)
    source = tmp_path / "source"
    source.write_bytes(bytes(MIB))
    asked = Disk(str(tmp_path / "erp.raw"), source=str(source), size=4 * MIB, preallocation=preallocation)
    write_image(asked, lambda _path: None)
    convert, resize = commands
    assert f"preallocation={preallocation}" in convert
    assert resize[:-4] == ["qemu-img", "resize", "-q", *told]
    assert resize[-1] == str(4 * MIB)
