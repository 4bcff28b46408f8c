# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Platforms of images: operating system, architecture, variant, or what is told of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from .._core.errors import InvalidSpec

_PART = re.compile(r"[A-Za-z0-9_.-]+")
_SYSTEMS = ("linux", "windows", "darwin", "freebsd")
# As other programs call them, and as engines do.
_ARCHITECTURES = {
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "i386": ("386", ""),
    "aarch64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
}
# What an architecture is where no variant is told.
_USUAL = {"arm64": "v8", "arm": "v7"}


class _Platform(NamedTuple):
    """Each part is empty where it is not told."""

    system: str
    architecture: str
    variant: str


def checked_platform(value: str | None, option: str = "platform") -> str | None:
    """``linux/arm64`` of ``linux/aarch64`` or ``arm64``; None stays None. Raises ``InvalidSpec``."""
    if value is None:
        return None
    parts = value.split("/")
    if len(parts) > 3 or not all(_PART.fullmatch(part) for part in parts):
        raise InvalidSpec(
            f"{option}: {value!r} is not a platform", hint="Write it as linux/amd64 or linux/arm/v7."
        )
    platform = _parsed(value)
    return "/".join(part for part in platform._replace(system=platform.system or "linux") if part)


def platform_of(image: Mapping[str, Any]) -> str:
    """That of an image, as engines describe it."""
    return "/".join(str(image[key]) for key in ("Os", "Architecture", "Variant") if image.get(key))


def is_of_platform(found: str | None, asked: str) -> bool:
    """Whether an image is of a platform, as far as both are told."""
    pairs = zip(_complete(_parsed(found or "")), _complete(_parsed(asked)))
    return all(not there or not wanted or there == wanted for there, wanted in pairs)


def _parsed(text: str) -> _Platform:
    parts = text.lower().split("/")
    system = parts.pop(0) if parts[0] in _SYSTEMS else ""
    architecture, variant = (*parts, "", "")[:2]
    architecture, usual = _ARCHITECTURES.get(architecture, (architecture, ""))
    return _Platform(system, architecture, variant or usual)


def _complete(platform: _Platform) -> _Platform:
    return platform._replace(variant=platform.variant or _USUAL.get(platform.architecture, ""))
