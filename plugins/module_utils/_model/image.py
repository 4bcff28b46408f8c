# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Container images, as users describe them and as an engine has them."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any

from .._core.errors import HostError, InvalidSpec
from .._core.field import Compare, field, reported
from .image_name import checked_image_name
from .text_map import label_map, text_map

SOURCES = ("build", "archive", "rootfs")


@dataclasses.dataclass(frozen=True)
class Build:
    """How an image is built. ``path`` is the folder of the context, ``dockerfile`` is a path within it."""

    path: str
    dockerfile: str = "Dockerfile"
    args: dict[str, str] = dataclasses.field(default_factory=dict, repr=False)
    target: str | None = None
    network: str | None = None
    pull: bool = False


@dataclasses.dataclass(frozen=True)
class Image:
    """An image; its name is its familiar one. No image costs a workload anything until a container is made of it.

    ``context``, ``rootfs`` and ``archive`` are digests of what it was made from; ``prepare`` of the driver completes
    them from the files that the user names. ``bases`` are the images that it was built on, with their ids then;
    ``outdated`` are those of them that have another id now. ``users`` are the containers made of it.
    """

    name: str
    state: str = "present"
    context: str | None = field()
    rootfs: str | None = field()
    archive: str | None = field()
    digest: str | None = field()
    labels: dict[str, str] | None = field(compare=Compare.SUBSET)
    owner: str | None = None
    pull: str | None = None
    build: Build | None = dataclasses.field(default=None, repr=False)
    rootfs_path: str | None = None
    archive_path: str | None = None
    changes: tuple[str, ...] | None = None
    bases: tuple[str, ...] | None = None
    rootfs_seen: str | None = dataclasses.field(default=None, repr=False)
    id: str | None = reported()
    size: int | None = reported()
    tags: tuple[str, ...] | None = reported()
    outdated: tuple[str, ...] | None = reported()
    users: tuple[str, ...] | None = reported()

    def __post_init__(self) -> None:
        """What comes from a registry or an archive can carry no stack's name, and is nobody's."""
        if self.id is None and not self.is_made_here:
            object.__setattr__(self, "owner", None)

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Image:
        """Of the options of ``IMAGE_OPTIONS``. Raises ``InvalidSpec``."""
        name = checked_image_name(params["name"])
        try:
            return cls._parsed(name, params)._checked()
        except HostError as error:
            raise error.about("image", name) from None

    @classmethod
    def _parsed(cls, name: str, params: Mapping[str, Any]) -> Image:
        changes = params.get("changes")
        return cls(
            name=name,
            state=params.get("state") or "present",
            labels=label_map(params.get("labels")),
            pull=params.get("pull"),
            build=_build(params.get("build")),
            rootfs_path=_absolute(params.get("rootfs"), "rootfs"),
            archive_path=_absolute(params.get("archive"), "archive"),
            changes=tuple(changes) if changes is not None else None,
        )

    @property
    def is_made_here(self) -> bool:
        """Whether the engine makes it, so that labels can be put on it; else it comes as it is."""
        return self.build is not None or self.rootfs_path is not None

    @property
    def is_awaited(self) -> bool:
        """Whether somebody else is to bring it to the engine: nothing here makes, loads or pulls it."""
        return self.pull == "never" and not self.is_made_here and self.archive_path is None

    def _checked(self) -> Image:
        given = {"build": self.build, "archive": self.archive_path, "rootfs": self.rootfs_path}
        sources = [option for option, value in given.items() if value is not None]
        if len(sources) > 1:
            raise InvalidSpec(f"{' and '.join(sources)} exclude each other", hint="Keep one of them.")
        if sources and self.pull is not None:
            raise InvalidSpec(f"pull: {sources[0]} says where the image comes from", hint="Take pull out.")
        if sources and "@" in self.name:
            raise InvalidSpec("an image that is made here cannot be named by its digest", hint="Give a tag.")
        if self.changes is not None and self.rootfs_path is None:
            raise InvalidSpec("changes: they are for rootfs only", hint="Write them into the Dockerfile.")
        if self.labels is not None and not self.is_made_here:
            raise InvalidSpec("labels: only an image of build or rootfs can be given labels")
        if self.pull == "always" and "@" in self.name:
            raise InvalidSpec("pull: what a digest names never changes", hint="Use pull: missing.")
        for line in self.changes or ():
            if "\n" in line or not line.strip():
                raise InvalidSpec(f"changes: {line!r} is not one instruction")
        return self


def _build(value: Mapping[str, Any] | None) -> Build | None:
    if value is None:
        return None
    path = str(_absolute(value["path"], "build.path"))
    dockerfile = os.path.normpath(value.get("dockerfile") or "Dockerfile")
    if os.path.isabs(dockerfile):
        dockerfile = os.path.relpath(dockerfile, path)
    if dockerfile.startswith(".."):
        raise InvalidSpec(f"build.dockerfile: {value['dockerfile']} is outside of {path}")
    return Build(
        path=path,
        dockerfile=dockerfile,
        args=text_map(value.get("args"), "build.args") or {},
        target=value.get("target"),
        network=value.get("network"),
        pull=bool(value.get("pull")),
    )


def _absolute(path: str | None, option: str) -> str | None:
    if path is None:
        return None
    if not os.path.isabs(path) or "\0" in path or "\n" in path:
        raise InvalidSpec(f"{option}: {path!r} is not an absolute path", hint="It is a path on the host.")
    return os.path.normpath(path)
