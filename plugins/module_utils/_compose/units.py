# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times as Compose writes them, ``1m30s``, and as the options of a container have them."""

from __future__ import annotations

import math
import re

from .node import Node

_PART = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|m|h)")
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def duration(node: Node) -> str:
    """``90s`` of ``1m30s``."""
    return f"{_seconds(node):.9g}s"


def whole_seconds(node: Node) -> int:
    """Rounded up."""
    return math.ceil(_seconds(node))


def _seconds(node: Node) -> float:
    text = node.text()
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise node.refuse("is not a duration", "Write 10s, 1m30s or 500ms.")
    return round(sum(float(number) * _SECONDS[unit] for number, unit in parts), 9)
