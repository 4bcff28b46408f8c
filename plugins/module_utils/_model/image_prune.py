# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images go by a rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import HostError, InvalidSpec
from .image_name import checked_image_name, split_image_name
from .quantity import duration
from .text_map import text_map


@dataclasses.dataclass(frozen=True)
class Held:
    """An image that the engine has: its id, its names, when it was made (seconds), and whether it may not go."""

    id: str
    names: tuple[str, ...]
    created: float
    labels: Mapping[str, str]
    used: bool


@dataclasses.dataclass(frozen=True)
class PruneRule:
    """Images go that meet every condition here. ``repository`` is of named ones, of which the ``keep`` newest stay."""

    dangling: bool = True
    until: float = 0
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    repository: str | None = None
    keep: int = 0

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> PruneRule:
        """Of the option ``prune``. Raises ``InvalidSpec``."""
        try:
            return cls._parsed(params)
        except HostError as error:
            raise error.about("image", "prune") from None

    @classmethod
    def _parsed(cls, params: Mapping[str, Any]) -> PruneRule:
        repository, keep = params.get("repository"), params.get("keep")
        if keep is not None and repository is None:
            raise InvalidSpec("keep: it is for repository only", hint="Name the repository.")
        if keep is not None and keep < 0:
            raise InvalidSpec(f"keep: {keep} is no number of images")
        if repository is not None:
            name, tag, digest = split_image_name(checked_image_name(repository))
            if digest or repository.endswith(f":{tag}"):
                raise InvalidSpec(f"repository: {repository!r} has a tag", hint="Leave it out.")
            repository = name
        return cls(
            dangling=bool(params.get("dangling", True)),
            until=duration(params.get("until"), "until") or 0,
            labels=text_map(params.get("labels"), "labels") or {},
            repository=repository,
            keep=keep or 0,
        )

    def chosen(self, images: Sequence[Held], now: float) -> tuple[str, ...]:
        """What is to be removed, by name or, where it has none, by id: the oldest first. What is in use stays."""
        oldest = sorted(images, key=lambda image: (image.created, image.names, image.id))
        candidates = [(image, name) for image in oldest for name in self._called(image)]
        if self.keep:
            candidates = candidates[: -self.keep]
        return tuple(name for image, name in candidates if self._goes(image, now))

    def _called(self, image: Held) -> Sequence[str]:
        if self.repository is not None:
            return [name for name in image.names if split_image_name(name)[0] == self.repository]
        if not image.names:
            return [image.id]
        return () if self.dangling else image.names

    def _goes(self, image: Held, now: float) -> bool:
        labelled = all(image.labels.get(name) == value for name, value in self.labels.items())
        return not image.used and labelled and now - image.created >= self.until
