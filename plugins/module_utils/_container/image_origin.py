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
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import ApplyFailed, EngineUnreachable, Refused
from .._model.image import Build, Image
from .._model.image_name import familiar, split_image_name
from .build_context import BuildContext
from .engine import Engine, EngineFailed
from .labels import written

CONTEXT, BASES = "hybrid.host/context", "hybrid.host/bases"
# SEEN is size and time of the root file system's archive, whose digest is ROOTFS: while they stay as they are, a file
# of hundreds of megabytes is not read again.
ROOTFS, SEEN = "hybrid.host/rootfs", "hybrid.host/rootfs-seen"
_CHUNK = 1 << 20
_LAST_LINES = 5


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


def with_archive(asked: Image) -> Image:
    """With the id that the image has in the archive. Raises ``Refused`` where it is not there under its name."""
    path = str(asked.archive_path)
    tried = f"read the archive {path}"
    try:
        with tarfile.open(path) as archive:
            listed = archive.extractfile("manifest.json")
            images = json.load(listed) if listed else []
        holds = {familiar(tag): str(i["Config"]) for i in images for tag in i.get("RepoTags") or ()}
    except OSError as error:
        raise Refused(tried, cause=error.strerror or str(error)) from None
    except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise Refused(tried, cause=f"it is not what docker save writes: {error}") from None
    config = holds.get(asked.name)
    if config is None:
        raise Refused(
            f"{tried}: it holds {', '.join(sorted(holds)) or 'no named image'}, not {asked.name}",
            hint="Name the image as it is named in the archive.",
        )
    digest = os.path.basename(config).partition(".")[0]
    return dataclasses.replace(asked, archive=f"sha256:{digest}")


def registry_digest(engine: Engine, name: str) -> str:
    """The digest that the registry has under the name now."""
    answer = engine.do(f"ask the registry for {name}", lambda api: api.inspect_distribution(name))
    return str(answer["Descriptor"]["digest"])


def bring(engine: Engine, asked: Image, ids: Mapping[str, str]) -> None:
    """Makes or fetches the image, so that its name stands for it. ``ids`` are those of the images there are."""
    if asked.build is not None:
        _build(engine, asked, asked.build, ids)
    elif asked.rootfs_path is not None:
        _import(engine, asked)
    elif asked.archive_path is not None:
        _load(engine, asked)
    else:
        pull(engine, asked.name)


def recorded_bases(labels: Mapping[str, str]) -> dict[str, str]:
    """The images that an image was built on, with their ids then."""
    pairs = (pair.partition("=") for pair in labels.get(BASES, "").split())
    return {name: id_ for name, _equals, id_ in pairs}


def _build(engine: Engine, asked: Image, build: Build, ids: Mapping[str, str]) -> None:
    context = BuildContext(build)
    bases = " ".join(f"{below}={ids[below]}" for below in context.bases if below in ids)
    labels = {**written(asked.labels, asked.owner, asked.name), CONTEXT: context.digest(), BASES: bases}
    options = {
        "custom_context": True,
        "dockerfile": build.dockerfile,
        "tag": asked.name,
        "buildargs": build.args,
        "target": build.target,
        "network_mode": build.network,
        "pull": build.pull,
        "labels": labels,
        "rm": True,
        "forcerm": True,
        "decode": True,
    }
    tried = f"build the image {asked.name}"
    with tempfile.TemporaryFile() as archive:
        context.write_archive(archive)
        archive.seek(0)
        _check(tried, engine.do(tried, lambda api: list(api.build(fileobj=archive, **options))))


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
    _check(tried, _lines(said))


def _find_fault(engine: Engine, tried: str, options: Mapping[str, Any]) -> None:
    """Raises the engine's words where it does not take the changes.

    It says so before it has read the archive, and hangs up on whoever is still sending it: so it is sent none.
    """
    try:
        engine.do(tried, lambda api: api.import_image_from_data(b"-", **options))
    except EngineFailed as error:
        if error.status == http.client.BAD_REQUEST:
            raise


def _load(engine: Engine, asked: Image) -> None:
    tried = f"load the archive {asked.archive_path}"
    try:
        with open(str(asked.archive_path), "rb") as archive:
            _check(tried, engine.do(tried, lambda api: list(api.load_image(archive) or ())))
    except OSError as error:
        raise ApplyFailed(tried, cause=error.strerror or str(error)) from None


def pull(engine: Engine, name: str) -> None:
    """Fetches an image from its registry. Raises ``ApplyFailed``."""
    repository, tag, digest = split_image_name(name)
    tried = f"pull the image {name}"
    try:
        said = engine.do(
            tried, lambda api: list(api.pull(repository, tag=digest or tag, stream=True, decode=True))
        )
        _check(tried, said)
    except ApplyFailed as error:
        error.hint = (
            "Correct its name, see that the registry is reached, or bring it as build, archive or rootfs."
        )
        raise


def _check(tried: str, said: Iterable[Any]) -> None:
    """Raises ``ApplyFailed`` where the engine's progress ends in an error, with the last that it had to say."""
    last: list[str] = []
    for item in said:
        if not isinstance(item, dict):
            continue
        if "error" in item:
            words = [str(item["error"]).strip(), *(f"> {line}" for line in last[-_LAST_LINES:])]
            raise ApplyFailed(tried, cause="\n".join(words))
        last.extend(line for line in str(item.get("stream") or "").splitlines() if line.strip())


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
