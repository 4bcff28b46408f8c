# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of a container: what engines get, and what the container's labels say of them."""

from __future__ import annotations

import io
import tarfile
from typing import Any

from ansible_collections.hybrid.host.plugins.module_utils._container.container_files import kept, packed
from ansible_collections.hybrid.host.plugins.module_utils._container.labels import files_of, own, with_files
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import plain
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.container_file import ContainerFile

SECRET = ContainerFile("/run/secrets/token", b"s3cret", 0o400, 7, 8)


class Archives:
    """An engine that gives one archive, whatever is asked."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def do(self, _tried: str, call: Any) -> Any:
        return call(self)

    def get_archive(self, _container: str, _path: str) -> tuple[list[bytes], dict[str, Any]]:
        half = len(self._content) // 2
        return [self._content[:half], self._content[half:]], {}


def test_the_archive_has_files_and_no_folders() -> None:
    with tarfile.open(fileobj=io.BytesIO(packed([SECRET, ContainerFile("/a", b"")]))) as archive:
        told = [(m.name, m.mode, m.uid, m.gid, m.size, m.isreg()) for m in archive.getmembers()]
    assert told == [("run/secrets/token", 0o400, 7, 8, 6, True), ("a", 0o444, 0, 0, 0, True)]


def test_what_was_put_there_is_taken_over_as_it_is() -> None:
    engine: Any = Archives(packed([SECRET]))
    assert kept(engine, "old", [SECRET.path]) == [SECRET]


def test_the_label_is_for_the_container_of_that_name() -> None:
    labels = with_files({"tier": "front"}, {SECRET.path: SECRET.digest}, "app")
    assert files_of(labels, "app") == {SECRET.path: SECRET.digest}
    assert files_of(labels, "other") is None
    assert own(labels) == {"tier": "front"}
    assert "s3cret" not in str(labels)


def test_a_label_that_somebody_else_wrote_says_nothing() -> None:
    for text in ("", "{", "[]", '{"app": 1}'):
        assert files_of({"hybrid.host/files": text}, "app") is None


def test_no_result_shows_a_file() -> None:
    spec = Container.from_params({"name": "app", "files": [{"path": "/a", "content": "s3cret"}]})
    assert plain(spec)["files"] == {"/a": "********"}
    assert "s3cret" not in f"{spec!r} {plain(spec)}"


def test_nothing_comes_after_the_end_of_the_archive() -> None:
    packing = packed([SECRET])
    assert packing.endswith(bytes(2 * tarfile.BLOCKSIZE))
    assert packing[: -2 * tarfile.BLOCKSIZE].rstrip(bytes(1)) != b""
    assert len(packing) % tarfile.RECORDSIZE
