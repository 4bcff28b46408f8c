# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option that says what happens to a plan that its file systems may not hold."""

from __future__ import annotations

from typing import Any

CAPACITY_OPTION: dict[str, Any] = {
    "capacity": {"type": "str", "choices": ["ignore", "warn", "refuse"], "default": "warn"},
}
