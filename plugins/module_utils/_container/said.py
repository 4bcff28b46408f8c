# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine says while it works on an image: how far it is, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import ApplyFailed
from .._core.progress import Progress

_LAST_LINES = 5
_STEP = re.compile(r"STEP (?P<step>\d+)/(?P<whole>\d+)", re.IGNORECASE)
_MOVED = ("Downloading", "Pushing", "Loading layer")


def heard(tried: str, said: Iterable[Any]) -> str:
    """Listens to the end, and tells the host's log how far it is. What was written meanwhile.

    Raises ``ApplyFailed`` where an error is said, with the last that was said before.
    """
    written: list[str] = []
    progress, parts = Progress(tried), _Parts()
    for item in said:
        if not isinstance(item, dict):
            continue
        if "error" in item:
            last = [line for line in "".join(written).splitlines() if line.strip()][-_LAST_LINES:]
            words = [str(item["error"]).strip(), *(f"> {line}" for line in last)]
            raise ApplyFailed(tried, cause="\n".join(words))
        progress.at(*parts.after(item))
        written.append(str(item.get("stream") or ""))
    return "".join(written)


class _Parts:
    """The steps of a build, else the layers that are on their way: what is done of all that is known of by now."""

    def __init__(self) -> None:
        self._layers: dict[str, tuple[float, float]] = {}
        self._steps: tuple[float, float] | None = None

    def after(self, item: Mapping[str, Any]) -> tuple[float, float]:
        step = _STEP.match(str(item.get("stream") or ""))
        if step:
            self._steps = float(step["step"]) - 1, float(step["whole"])
        moved = item.get("progressDetail")
        if item.get("status") in _MOVED and isinstance(moved, dict) and moved.get("total"):
            self._layers[str(item.get("id"))] = float(moved.get("current") or 0), float(moved["total"])
        if self._steps:
            return self._steps
        layers = self._layers.values()
        return sum(done for done, _whole in layers), sum(whole for _done, whole in layers)
