# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent for a build."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from ansible_collections.hybrid.host.plugins.module_utils._container.build_context import BuildContext
from ansible_collections.hybrid.host.plugins.module_utils._model.image_build import Build


def test_a_dockerfile_in_a_folder_that_is_left_out_is_sent_alone(tmp_path: Path) -> None:
    for name, content in {
        ".dockerignore": "docker\nother\n",
        "app": "a",
        "docker/Dockerfile": "FROM scratch",
        "docker/notes": "b",
        "other/file": "c",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    packed = io.BytesIO()
    BuildContext(Build(str(tmp_path), "docker/Dockerfile")).write_archive(packed)
    packed.seek(0)
    with tarfile.open(fileobj=packed) as archive:
        assert archive.getnames() == [".dockerignore", "app", "docker/Dockerfile"]
