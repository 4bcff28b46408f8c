# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Container images, as users describe them and as an engine has them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import HostError, InvalidSpec
from .._core.field import Compare, field, hidden, reported
from .image_build import Build, absolute
from .image_name import checked_image_name, is_image_id, pull_policy
from .image_scan import Scan
from .platform import checked_platform
from .registry_login import RegistryLogin
from .text_map import label_map

SOURCES = ("build", "archive", "rootfs")

PULLS = ("never", "missing", "always")


@dataclasses.dataclass(frozen=True)
class Image:
    """An image; its name is its familiar one. No image costs a workload anything until a container is made of it.

    ``context``, ``rootfs`` and ``archive`` are digests of what it was made from; ``prepare`` of the driver completes
    them from the files that the user names. ``bases`` are the images that it was built on, with their ids then;
    ``outdated`` are those of them that have another id now. ``users`` are the containers made of it.

    ``repository`` are further names that stand for it. ``unpushed`` are the names to push under which the registry does
    not have it, ``saved`` is the id that it has in the archive at ``save_path``. ``digests`` are its names by
    digest, ``beside`` those of all images where it has none.
    """

    name: str
    state: str = "present"
    context: str | None = field()
    rootfs: str | None = field()
    archive: str | None = field()
    digest: str | None = field()
    platform: str | None = field()
    repository: tuple[str, ...] | None = field(compare=Compare.SUBSET)
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
    auth: RegistryLogin | None = hidden()
    digests: tuple[str, ...] | None = hidden()
    beside: tuple[str, ...] | None = hidden()
    push: bool | None = None
    unpushed: tuple[str, ...] | None = hidden()
    save_path: str | None = None
    saved: str | None = hidden()
    scan: Scan | None = None
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
        changes, names, built = params.get("changes"), params.get("repository"), params.get("build") or {}
        pull, platform = _pull(params.get("pull"))
        return cls(
            name=name,
            state=params.get("state") or "present",
            labels=label_map(built.get("labels") if params.get("labels") is None else params["labels"]),
            pull=pull_policy(pull, name) if pull else None,
            build=Build.from_params(params.get("build")),
            rootfs_path=absolute(params.get("rootfs"), "rootfs"),
            archive_path=absolute(params.get("archive"), "archive"),
            changes=tuple(changes) if changes is not None else None,
            platform=checked_platform(params.get("platform") or built.get("platform") or platform),
            repository=tuple(checked_image_name(n) for n in names) if names is not None else None,
            auth=RegistryLogin.from_params(
                params.get("auth"), next(iter((params.get("push") and names) or ()), name)
            ),
            push=params.get("push") or None,
            save_path=absolute((params.get("save") or {}).get("path"), "save.path"),
            scan=Scan.from_params(params.get("scan")),
        )

    @property
    def is_made_here(self) -> bool:
        """Whether the engine makes it, so that labels can be put on it; else it comes as it is."""
        return self.build is not None or self.rootfs_path is not None

    @property
    def is_awaited(self) -> bool:
        """Whether somebody else is to bring it to the engine: nothing here makes, loads or pulls it."""
        return not self.is_made_here and self.archive_path is None and not self.is_pulled

    @property
    def is_pulled(self) -> bool:
        """Whether it comes from a registry, and may come from there now."""
        made_or_loaded = self.is_made_here or self.archive_path is not None
        return not made_or_loaded and self.pull != "never" and not is_image_id(self.name)

    @property
    def to_push(self) -> tuple[str, ...]:
        """The names under which its registry is to have it."""
        return (self.repository or (self.name,)) if self.push else ()

    def _checked(self) -> Image:
        given = {"build": self.build, "archive": self.archive_path, "rootfs": self.rootfs_path}
        sources = [option for option, value in given.items() if value is not None]
        if len(sources) > 1:
            raise InvalidSpec(f"{' and '.join(sources)} exclude each other", hint="Keep one of them.")
        if is_image_id(self.name) and (self.is_made_here or self.pull == "always"):
            raise InvalidSpec("an image's id is no name to make or to pull it by", hint="Give a tag.")
        if sources and self.pull is not None:
            raise InvalidSpec(f"pull: {sources[0]} says where the image comes from", hint="Take pull out.")
        if sources and "@" in self.name:
            raise InvalidSpec("an image that is made here cannot be named by its digest", hint="Give a tag.")
        if self.changes is not None and self.rootfs_path is None:
            raise InvalidSpec("changes: they are for rootfs only", hint="Write them into the Dockerfile.")
        if self.labels is not None and not self.is_made_here:
            raise InvalidSpec("labels: only an image of build or rootfs can be given labels")
        self._check_ends()
        for line in self.changes or ():
            if "\n" in line or not line.strip():
                raise InvalidSpec(f"changes: {line!r} is not one instruction")
        return self

    def _check_ends(self) -> None:
        """What it is fetched for, and where it goes."""
        if self.platform is not None and (self.rootfs_path or self.archive_path):
            raise InvalidSpec("platform: it is for images of a registry and of build only")
        names = (*(self.repository or ()), *self.to_push)
        if any("@" in name or is_image_id(name) for name in names):
            raise InvalidSpec("repository: a digest or an id is no name to give", hint="Give a tag.")
        if self.save_path is not None and self.save_path == self.archive_path:
            raise InvalidSpec("save.path: the image comes from there", hint="Save it elsewhere.")


def _pull(given: Any) -> tuple[str | None, str | None]:
    """When it is pulled, and for which platform, which may stand there too."""
    if isinstance(given, Mapping) and set(given) == {"platform"}:
        return None, str(given["platform"])
    if given is not None and given not in PULLS:
        raise InvalidSpec(f"pull: {given!r} is unknown", hint=f"Choose one of {', '.join(PULLS)}.")
    return given, None
