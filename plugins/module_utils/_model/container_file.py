# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that a container gets before it starts."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec

_READABLE = 0o444
_PERMISSIONS = 0o7777


@dataclasses.dataclass(frozen=True)
class ContainerFile:
    """One file. ``mode`` are its permissions; ``content`` is never shown, ``digest`` stands for it."""

    path: str
    content: bytes = dataclasses.field(repr=False)
    mode: int = _READABLE
    uid: int = 0
    gid: int = 0

    @property
    def digest(self) -> str:
        """Of all of it."""
        head = f"{self.path}\0{self.mode:o}\0{self.uid}\0{self.gid}\0".encode()
        return hashlib.sha256(head + self.content).hexdigest()[:16]

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ContainerFile:
        """Raises ``InvalidSpec``, which shows nothing of the content."""
        path = params["path"]
        if not path.startswith("/") or posixpath.normpath(path) != path or "\0" in path:
            raise InvalidSpec(f"files: {path!r} is not the path of a file", hint="Write it as /etc/app.conf.")
        try:
            mode = int(str(params.get("mode") or f"{_READABLE:o}"), 8)
        except ValueError:
            mode = -1
        if not 0 <= mode <= _PERMISSIONS:
            raise InvalidSpec(f"files: {path}: its mode is not one", hint="Write it as '0440', in quotes.")
        owners = {owner: params.get(owner) or 0 for owner in ("uid", "gid")}
        if min(owners.values()) < 0:
            raise InvalidSpec(f"files: {path}: a user and a group are numbers from 0")
        return cls(path, _content(params), mode, **owners)


def files(value: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    """The fields of a container: the files, and by path what they amount to."""
    if value is None:
        return {}
    found = tuple(ContainerFile.from_params(item) for item in value)
    paths = [file.path for file in found]
    for path in paths:
        if paths.count(path) > 1:
            raise InvalidSpec(f"files: {path} is listed twice")
    return {"contents": found, "files": {file.path: file.digest for file in found}}


def hidden_by(paths: Sequence[str], mounted: Sequence[str]) -> str | None:
    """The first of the paths below which something is mounted, so that nobody would see what is put there."""
    below = (path for path in paths for place in mounted if path.startswith(f"{place.rstrip('/')}/"))
    return next(below, None)


def _content(params: Mapping[str, Any]) -> bytes:
    text = str(params["content"])
    if params.get("encoding") != "base64":
        return text.encode("utf-8", "surrogateescape")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidSpec(f"files: {params['path']}: its content is not base64") from None
