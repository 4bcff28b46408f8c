# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The context of a build: which files it has, what they amount to, and the archive that the engine gets."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import stat
import tarfile
from collections.abc import Iterator, Sequence
from typing import IO

from .._core.errors import ApplyFailed, Refused
from .._model.dockerfile import built_on
from .._model.image_build import Build

_CHUNK = 1 << 20


@dataclasses.dataclass(frozen=True)
class Entry:
    """One file, folder or link of the context, by its path in it."""

    name: str
    path: str
    mode: int


class BuildContext:
    """The folder of a build, but for what its .dockerignore leaves out. Equal contents make equal archives and digests.

    Raises ``Refused`` where the folder or the Dockerfile is missing or cannot be read.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        try:
            self._dockerfile = _text(os.path.join(build.path, build.dockerfile))
            ignored = _ignored(build)
            self._entries = sorted(_entries(build, ignored), key=lambda entry: entry.name)
        except OSError as error:
            raise Refused(
                f"read the context of its build, {error.filename or build.path}",
                cause=error.strerror or "",
                hint="build.path is a folder on the host, with a Dockerfile in it.",
            ) from None

    @property
    def bases(self) -> tuple[str, ...]:
        """The images that it is built on."""
        return built_on(self._dockerfile, self._build.args)

    def digest(self) -> str:
        """Of all files and of how they are built."""
        build = self._build
        digest = hashlib.sha256()
        for part in (build.dockerfile, build.target, *sorted(build.args.items())):
            digest.update(f"{part!r}\n".encode())
        for entry in self._entries:
            kind = stat.S_IFMT(entry.mode) | (entry.mode & 0o777)
            digest.update(f"{entry.name!r} {kind:o}\n".encode("utf-8", "surrogateescape"))
            digest.update(_content_digest(entry))
        return f"sha256:{digest.hexdigest()}"

    def write_archive(self, file: IO[bytes]) -> None:
        """Without owners and times, so that the engine's cache sees equal files as equal. Raises ``ApplyFailed``."""
        try:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
                for entry in self._entries:
                    member = archive.gettarinfo(entry.path, arcname=entry.name)
                    member.uid = member.gid = 0
                    member.uname = member.gname = ""
                    member.mtime = 0
                    if member.isreg():
                        with open(entry.path, "rb") as content:
                            archive.addfile(member, content)
                    else:
                        archive.addfile(member)
        except OSError as error:
            raise ApplyFailed("pack the context of its build", cause=str(error)) from None


def _entries(build: Build, ignored: Ignored) -> Iterator[Entry]:
    needed = {build.dockerfile, ".dockerignore"}
    for folder, folders, files in os.walk(build.path, onerror=_raise):
        inner = os.path.relpath(folder, build.path)
        for name in [*folders, *files]:
            relative = os.path.normpath(os.path.join(inner, name))
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            leaves_out = ignored.matches(relative) and relative not in needed
            needs_part = any(other.startswith(f"{relative}/") for other in needed)
            if leaves_out and name in folders and not ignored.has_exceptions and not needs_part:
                folders.remove(name)
            if not leaves_out and (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
                yield Entry(relative, path, mode)


def _raise(error: OSError) -> None:
    raise error


def _content_digest(entry: Entry) -> bytes:
    digest = hashlib.sha256()
    if stat.S_ISLNK(entry.mode):
        digest.update(os.fsencode(os.readlink(entry.path)))
    elif stat.S_ISREG(entry.mode):
        with open(entry.path, "rb") as file:
            for chunk in iter(lambda: file.read(_CHUNK), b""):
                digest.update(chunk)
    return digest.digest()


class Ignored:
    """The patterns of a .dockerignore, of which the last that matches a path or a folder above it decides."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._patterns: list[tuple[bool, re.Pattern[str]]] = []
        for line in lines:
            text = line.strip()
            if not text or line.startswith("#"):
                continue
            keeps = text.startswith("!")
            pattern = os.path.normpath(text[1:].strip() if keeps else text).lstrip("/")
            if pattern not in ("", "."):
                self._patterns.append((keeps, re.compile(_expression(pattern))))

    @property
    def has_exceptions(self) -> bool:
        return any(keeps for keeps, _pattern in self._patterns)

    def matches(self, relative: str) -> bool:
        """Whether the path is left out."""
        left_out = False
        for keeps, pattern in self._patterns:
            if left_out == keeps and pattern.fullmatch(relative):
                left_out = not keeps
        return left_out


def _ignored(build: Build) -> Ignored:
    """Of the Dockerfile's own .dockerignore, else of the folder's."""
    for name in (f"{build.dockerfile}.dockerignore", ".dockerignore"):
        path = os.path.join(build.path, name)
        if os.path.isfile(path):
            return Ignored(_text(path).splitlines())
    return Ignored(())


def _expression(pattern: str) -> str:
    """A regular expression for a pattern of Go's filepath.Match with ``**``, and for all that is below."""
    found, rest = "", pattern
    while rest:
        if rest.startswith("**/"):
            found, rest = found + "(?:.*/)?", rest[3:]
        elif rest.startswith("**"):
            found, rest = found + ".*", rest[2:]
        elif rest[0] == "[" and "]" in rest[1:]:
            inner, _end, rest = rest[1:].partition("]")
            negated = inner.startswith("^")
            escaped = inner[negated:].replace("\\", "\\\\").replace("[", "\\[")
            found += f"[{'^' * negated}{escaped}]"
        elif rest[0] == "\\" and len(rest) > 1:
            found, rest = found + re.escape(rest[1]), rest[2:]
        else:
            found += {"*": "[^/]*", "?": "[^/]"}.get(rest[0], re.escape(rest[0]))
            rest = rest[1:]
    return f"(?s:{found})(?:/.*)?"


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()
