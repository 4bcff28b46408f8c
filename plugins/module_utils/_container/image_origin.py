# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an image comes from: a registry, a build, an archive, or a root file system. And how that is seen again."""

from __future__ import annotations

import dataclasses
import hashlib
import http.client
import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import EngineUnreachable, Refused
from .._model.image import Image
from .._model.image_name import split_image_name
from .engine import Engine, EngineFailed
from .image_archive import load
from .image_build import build_image
from .image_registry import pull
from .labels import written
from .said import heard

# SEEN is size and time of the root file system's archive, whose digest is ROOTFS: while they stay as they are, a file
# of hundreds of megabytes is not read again.
ROOTFS, SEEN = "hybrid.host/rootfs", "hybrid.host/rootfs-seen"
_CHUNK = 1 << 20


def with_rootfs(asked: Image, found: Image | None) -> Image:
    """With the digest of the archive and of ``changes``; taken over from the image while the file looks the same."""
    path = str(asked.rootfs_path)
    try:
        status = os.stat(path)
        seen = f"{status.st_size} {status.st_mtime_ns} {_digest_of(asked.changes or ())}"
        if found is not None and found.rootfs is not None and found.rootfs_seen == seen:
            return dataclasses.replace(asked, rootfs=found.rootfs, rootfs_seen=seen)
        digest = _file_digest(path, asked.changes or ())
    except OSError as error:
        raise Refused(f"read its root file system {path}", cause=error.strerror or "") from None
    return dataclasses.replace(asked, rootfs=digest, rootfs_seen=seen)


def bring(engine: Engine, asked: Image, ids: Mapping[str, str]) -> str | None:
    """Makes or fetches the image, so that its name stands for it. ``ids`` are those of the images there are.

    What the engine wrote while it built it, if it did.
    """
    if asked.build is not None:
        return build_image(engine, asked, asked.build, ids)
    if asked.rootfs_path is not None:
        _import(engine, asked)
    elif asked.archive_path is not None:
        load(engine, asked)
    else:
        pull(engine, asked.name, asked.auth, asked.platform)
    return None


def _import(engine: Engine, asked: Image) -> None:
    """The root file system as one layer, with its digest among the labels."""
    repository, tag, _digest = split_image_name(asked.name)
    labels = {**written(asked.labels, asked.owner, asked.name), ROOTFS: asked.rootfs, SEEN: asked.rootfs_seen}
    lines = [f"LABEL {json.dumps(name)}={json.dumps(value)}" for name, value in labels.items()]
    tried = f"import the root file system {asked.rootfs_path}"
    # Podman 4 overlooks a tag that is given apart from its repository.
    name = {"repository": asked.name} if engine.name == "podman" else {"repository": repository, "tag": tag}
    options = {**name, "changes": [*(asked.changes or ()), *lines]}
    try:
        said = engine.do(tried, lambda api: api.import_image(src=asked.rootfs_path, **options))
    except EngineUnreachable:
        _find_fault(engine, tried, options)
        raise
    heard(tried, _lines(said))


def _find_fault(engine: Engine, tried: str, options: Mapping[str, Any]) -> None:
    """Raises the engine's words where it does not take the changes.

    It says so before it has read the archive, and hangs up on whoever is still sending it: so it is sent none.
    """
    try:
        engine.do(tried, lambda api: api.import_image_from_data(b"-", **options))
    except EngineFailed as error:
        if error.status == http.client.BAD_REQUEST:
            raise


def _lines(said: Any) -> list[Any]:
    """What the engine said as text, one object a line."""
    try:
        return [json.loads(line) for line in str(said or "").splitlines() if line.strip()]
    except ValueError:
        return []


def _file_digest(path: str, changes: Iterable[str]) -> str:
    digest = hashlib.sha256(_digest_of(changes).encode())
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def _digest_of(changes: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(changes)).encode()).hexdigest()[:16]
