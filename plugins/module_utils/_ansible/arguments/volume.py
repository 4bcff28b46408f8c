# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a volume."""

from __future__ import annotations

from typing import Any

VOLUME_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True, "aliases": ["volume_name"]},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "driver": {"type": "str"},
    "driver_options": {"type": "dict", "aliases": ["driver_opts"]},
    "labels": {"type": "dict"},
}
