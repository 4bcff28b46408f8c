# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an image is built."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .container_values import limit
from .image_name import checked_image_name
from .quantity import size
from .text_map import text_map


@dataclasses.dataclass(frozen=True)
class Build:
    """How an image is built. ``path`` is the folder of the context, ``dockerfile`` is a path within it."""

    path: str
    dockerfile: str = "Dockerfile"
    args: dict[str, str] = dataclasses.field(default_factory=dict, repr=False)
    target: str | None = None
    network: str | None = None
    pull: bool = False
    nocache: bool = False
    cache_from: tuple[str, ...] = ()
    etc_hosts: dict[str, str] = dataclasses.field(default_factory=dict)
    shm_size: int | None = None
    limits: dict[str, Any] = dataclasses.field(default_factory=dict)
    timeout: int | None = None
    uses_proxy: bool | None = None

    @classmethod
    def from_params(cls, value: Mapping[str, Any] | None) -> Build | None:
        """Of the option ``build``. Raises ``InvalidSpec``."""
        if value is None:
            return None
        path = str(absolute(value["path"], "build.path"))
        dockerfile = os.path.normpath(value.get("dockerfile") or "Dockerfile")
        if os.path.isabs(dockerfile):
            dockerfile = os.path.relpath(dockerfile, path)
        if dockerfile.startswith(".."):
            raise InvalidSpec(f"build.dockerfile: {value['dockerfile']} is outside of {path}")
        return cls(
            path=path,
            dockerfile=dockerfile,
            args=text_map(value.get("args"), "build.args") or {},
            target=value.get("target"),
            network=value.get("network"),
            pull=bool(value.get("pull")),
            nocache=bool(value.get("nocache")),
            cache_from=tuple(checked_image_name(name) for name in value.get("cache_from") or ()),
            etc_hosts=text_map(value.get("etc_hosts"), "build.etc_hosts") or {},
            shm_size=size(value.get("shm_size"), "build.shm_size"),
            limits=_limits(value.get("container_limits") or {}),
            timeout=value.get("http_timeout"),
            uses_proxy=value.get("use_config_proxy"),
        )


def _limits(given: Mapping[str, Any]) -> dict[str, Any]:
    """Of ``build.container_limits``, as engines call them: sizes in bytes, -1 where there is none."""
    limits = {name: value for name, value in given.items() if value is not None}
    for name in {"memory", "memswap"} & set(limits):
        limits[name] = limit(limits[name], f"build.container_limits.{name}")
    return limits


def absolute(path: str | None, option: str) -> str | None:
    """A path on the host; None stays None. Raises ``InvalidSpec`` for one that depends on where it is read."""
    if path is None:
        return None
    if not os.path.isabs(path) or "\0" in path or "\n" in path:
        raise InvalidSpec(f"{option}: {path!r} is not an absolute path", hint="It is a path on the host.")
    return os.path.normpath(path)
