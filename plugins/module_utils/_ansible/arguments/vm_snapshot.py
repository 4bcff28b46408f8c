# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a snapshot of a vm."""

from __future__ import annotations

from typing import Any

VM_SNAPSHOT_OPTIONS: dict[str, Any] = {
    "vm": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent", "reverted"], "default": "present"},
    "description": {"type": "str"},
    "type": {"type": "str", "choices": ["auto", "internal", "external"], "default": "auto"},
    "memory": {"type": "bool"},
    "disks": {"type": "list", "elements": "str"},
    "quiesce": {"type": "bool"},
}
