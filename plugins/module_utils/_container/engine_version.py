# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine is, by the headers of its answers: Docker or Podman, and how new."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .._core.errors import InvalidSpec

Api = tuple[int, int]

# The API of Docker 20.10, which Podman speaks too: for an engine that does not tell. None newer than NEWEST is spoken.
OLDEST, NEWEST = (1, 41), (1, 48)
_UNSUITED = re.compile(r"(?:Minimum|Maximum) supported API version is (?P<version>\d+\.\d+)", re.IGNORECASE)
_API = re.compile(r"\d+\.\d+")


class Identity(NamedTuple):
    """``name`` is docker, podman, or None where that is not told; ``api`` the version to speak; ``podman`` its own."""

    name: str | None = None
    api: Api = OLDEST
    podman: tuple[int, ...] | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Identity:
        """By the headers of its answer to a ping; where they are not an engine's, the oldest."""
        server, told = headers.get("Server") or "", headers.get("Api-Version") or ""
        api = min(NEWEST, _api(told)) if _API.fullmatch(told) else OLDEST
        # What lies between may put its own name in the place of the server's.
        libpod = headers.get("Libpod-Api-Version") or server.partition("Libpod/")[2]
        if libpod:
            return cls("podman", api, tuple(int(part) for part in re.findall(r"\d+", libpod)[:3]))
        return cls("docker" if server.startswith("Docker/") else None, api)


def wanted(cause: str) -> Api | None:
    """The version of its API that an engine asks for, where it refuses another."""
    match = _UNSUITED.search(cause)
    return _api(match["version"]) if match else None


def fixed(text: str | None) -> Api | None:
    """The version that a user asks for; None where the engine's own counts. Raises ``InvalidSpec``."""
    if text in (None, "", "auto"):
        return None
    if not _API.fullmatch(str(text)):
        raise InvalidSpec(f"api_version: {text!r} is not a version", hint="Write 1.45, or auto.")
    return _api(str(text))


def _api(text: str) -> Api:
    major, _dot, minor = text.partition(".")
    return int(major), int(minor)
