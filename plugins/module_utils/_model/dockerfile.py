# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Dockerfile is built on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .image_name import familiar

_FROM = re.compile(r"FROM\s+(?:--\S+\s+)*(?P<base>\S+)(?:\s+AS\s+(?P<stage>\S+))?", re.IGNORECASE)
_ARG = re.compile(r"ARG\s+(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:=(?P<default>\S*))?", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:(?P<plain>\w+)|\{(?P<braced>\w+)(?:(?P<mode>:[-+])(?P<word>[^}]*))?\})")


def built_on(dockerfile: str, args: Mapping[str, str]) -> tuple[str, ...]:
    """The images that its stages begin with, each once, by their familiar names; a stage of its own is none.

    ``args`` are the build arguments: they go before the defaults that the Dockerfile has for them.
    """
    known: dict[str, str] = {}
    stages: set[str] = {"scratch"}
    found: dict[str, None] = {}
    for line in _instructions(dockerfile):
        argument, start = _ARG.fullmatch(line), _FROM.fullmatch(line)
        if argument and len(stages) == 1 and not found:
            name = argument["name"]
            default = _substituted((argument["default"] or "").strip("\"'"), known)
            known[name] = args.get(name, default)
        if start:
            below = _substituted(start["base"], known)
            if below and below.lower() not in stages:
                found[familiar(below)] = None
            if start["stage"]:
                stages.add(start["stage"].lower())
    return tuple(found)


def _instructions(dockerfile: str) -> Iterator[str]:
    """Its lines, continued ones joined, without comments."""
    joined = ""
    for line in dockerfile.splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        joined += text[:-1] + " " if text.endswith("\\") else text
        if not text.endswith("\\"):
            yield joined.strip()
            joined = ""
    if joined:
        yield joined.strip()


def _substituted(text: str, known: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        found = known.get(match["plain"] or match["braced"], "")
        if match["mode"] == ":-":
            return found or match["word"]
        if match["mode"] == ":+":
            return match["word"] if found else ""
        return found

    return _VARIABLE.sub(value, text)
