# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Archives of images, as ``docker save`` writes them."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO, Any

from .._core.errors import ApplyFailed, Refused
from .._core.progress import Progress
from .._model.image import Image
from .._model.image_name import familiar, is_image_id
from .engine import Engine
from .said import heard

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
Replacing = Callable[[str], AbstractContextManager[str]]


def held(path: str) -> dict[str, str]:
    """The images in an archive, by name and by id, with the ids that they have there. Raises ``Refused``."""
    tried = f"read the archive {path}"
    try:
        with tarfile.open(path) as archive:
            listed = archive.extractfile("manifest.json")
            images = json.load(listed) if listed else []
        ids = [(_id(str(image["Config"])), image.get("RepoTags") or ()) for image in images]
        return {familiar(name): own for own, tags in ids for name in (*tags, own)}
    except OSError as error:
        raise Refused(tried, cause=error.strerror or str(error)) from None
    except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
        # Of a file that is no archive, tarfile tells each way of reading that it has tried, a line each.
        why = str(error).partition(":\n")[0]
        raise Refused(tried, cause=f"it is not what docker save writes: {why}") from None


def held_as(path: str, name: str) -> str:
    """The id that an image has in an archive. Raises ``Refused`` where it is not there under its name."""
    images = held(path)
    if name not in images:
        names = ", ".join(sorted(other for other in images if not is_image_id(other))) or "no named image"
        raise Refused(
            f"read the archive {path}: it holds {names}, not {name}",
            hint="Name the image as it is named in the archive.",
        )
    return images[name]


def saved(path: str, name: str) -> str | None:
    """The id of what was saved there under the name; None for anything else, which saving would take the place of.

    Raises ``Refused`` where there is no folder to save in.
    """
    folder = os.path.dirname(path)
    if not os.path.isdir(folder) or os.path.isdir(path):
        raise Refused(
            f"save to {path}", cause="it is no file in a folder that is there", hint="Make its folder."
        )
    try:
        return held(path).get(name)
    except Refused:
        return None


def load(engine: Engine, asked: Image) -> None:
    """Raises ``ApplyFailed``."""
    tried = f"load the archive {asked.archive_path}"
    try:
        with open(str(asked.archive_path), "rb") as archive:
            engine.do(tried, lambda api: heard(tried, api.load_image(archive) or ()))
    except OSError as error:
        raise ApplyFailed(tried, cause=error.strerror or str(error)) from None


def save(engine: Engine, image: Image, path: str, replacing: Replacing) -> None:
    """Writes the image to a file, which is there whole or not at all, for its owner alone. Raises ``ApplyFailed``."""
    tried = f"save the image {image.name} to {path}"
    progress = Progress(tried)

    def write(file: IO[bytes], chunk: memoryview) -> int:
        """What the file system refuses is no fault of the engine's."""
        try:
            return file.write(chunk)
        except OSError as error:
            raise ApplyFailed(tried, cause=error.strerror or str(error)) from None

    def written(api: Any, file: IO[bytes]) -> None:
        done = 0
        for chunk in api.get_image(image.name):
            rest = memoryview(chunk)
            while rest:
                rest = rest[write(file, rest) :]
            done += len(chunk)
            progress.at(done, max(image.size or 0, done))

    with replacing(path) as temporary:
        with open(os.open(temporary, _NEW, 0o600), "wb", buffering=0) as file:
            engine.do(tried, lambda api: written(api, file))
        if image.name not in held(temporary):
            raise ApplyFailed(tried, cause="the engine sent something else")


def _id(config: str) -> str:
    return f"sha256:{os.path.basename(config).partition('.')[0]}"
