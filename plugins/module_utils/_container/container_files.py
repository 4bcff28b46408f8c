# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a container as engines take and give them: in archives."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Sequence

from .._core.errors import ApplyFailed
from .._model.container_file import ContainerFile
from .engine import Engine


def packed(files: Sequence[ContainerFile]) -> bytes:
    """The archive that is unpacked in the root of a container; the engine makes the folders that are missing.

    It ends with its two empty blocks. Podman's unpacking stops there, and what came after would find nobody to read it.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in files:
            member = tarfile.TarInfo(file.path.lstrip("/"))
            member.size, member.mode, member.uid, member.gid = (
                len(file.content),
                file.mode,
                file.uid,
                file.gid,
            )
            archive.addfile(member, io.BytesIO(file.content))
        end = archive.offset + 2 * tarfile.BLOCKSIZE
    return buffer.getvalue()[:end]


def kept(engine: Engine, identity: str, paths: Iterable[str]) -> list[ContainerFile]:
    """The files of a container as they are now, for its successor. Raises ``ApplyFailed``."""
    return [_taken(engine, identity, path) for path in paths]


def _taken(engine: Engine, identity: str, path: str) -> ContainerFile:
    tried = f"take {path} over from the old container"
    content = engine.do(tried, lambda api: b"".join(api.get_archive(identity, path)[0]))
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            member = archive.next()
            file = archive.extractfile(member) if member else None
            if member is None or file is None:
                raise ApplyFailed(tried, cause="it is not a file any more")
            return ContainerFile(path, file.read(), member.mode & 0o7777, member.uid, member.gid)
    except tarfile.TarError as error:
        raise ApplyFailed(tried, cause=str(error)) from None
