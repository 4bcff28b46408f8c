# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a bandwidth: of a vm's interface, and of a network."""

from __future__ import annotations

from typing import Any

_RATE: dict[str, Any] = {
    "type": "dict",
    "options": {n: {"type": "int"} for n in ("average", "peak", "burst")},
}

BANDWIDTH: dict[str, Any] = {"type": "dict", "options": {"inbound": _RATE, "outbound": _RATE}}
