# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``qemu-img``, with absolute paths and formats that are said, never guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .command import run

# qemu-img check ends with 2 where it found damage, with 3 where it found leaks.
_CHECKED = (0, 2, 3)


def create(path: str, image_format: str, options: Mapping[str, object], size: int) -> None:
    """A new, empty image."""
    _run(["create", "-q", "-f", image_format, *_options(options), path, str(size)], f"create {path}")


def create_overlay(path: str, backing: tuple[str, str], options: Mapping[str, object], size: int) -> None:
    """A new qcow2 image over another, given by its path and format."""
    name, image_format = backing
    over = ["-b", name, "-F", image_format]
    _run(
        ["create", "-q", "-f", "qcow2", *over, *_options(options), path, str(size)],
        f"create {path} on {name}",
    )


def convert(source: tuple[str, str], target: tuple[str, str], options: Mapping[str, object]) -> None:
    """A copy of an image; both are given by path and format."""
    words = ["convert", "-f", source[1], "-O", target[1], *_options(options), source[0], target[0]]
    _run(words, f"convert {source[0]} to {target[1]}")


def resize(path: str, image_format: str, size: int) -> None:
    """Grows an image that nobody uses."""
    _run(["resize", "-q", "-f", image_format, path, str(size)], f"grow {path}")


def info(path: str, image_format: str) -> dict[str, Any]:
    """What an image says of itself, also while somebody uses it; nothing of the files below it."""
    told: dict[str, Any] = json.loads(_ask("info", path, image_format))
    return told


def extents(path: str, image_format: str) -> list[dict[str, Any]]:
    """The parts of what a guest sees, each with the ``depth`` of the file that holds it, 0 being this one."""
    parts: list[dict[str, Any]] = json.loads(_ask("map", path, image_format))
    return parts


def check(path: str, image_format: str) -> dict[str, Any]:
    """What is wrong with an image. Raises ``ApplyFailed`` where it could not be looked at."""
    words = ["qemu-img", "check", "--force-share", "--output=json", "-f", image_format, path]
    found: dict[str, Any] = json.loads(run(words, tried=f"check {path}", accepted=_CHECKED))
    return found


def _ask(question: str, path: str, image_format: str) -> str:
    words = ["qemu-img", question, "--force-share", "--output=json", "-f", image_format, path]
    return run(words, tried=f"look at {path}")


def _options(options: Mapping[str, object]) -> list[str]:
    pairs = [f"{name}={value}" for name, value in options.items() if value is not None]
    return ["-o", ",".join(pairs)] if pairs else []


def _run(words: Sequence[str], tried: str) -> None:
    run(["qemu-img", *words], tried=tried)
