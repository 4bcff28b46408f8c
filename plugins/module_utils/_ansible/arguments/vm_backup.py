# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a backup of a vm."""

from __future__ import annotations

from typing import Any

VM_BACKUP_OPTIONS: dict[str, Any] = {
    "vm": {"type": "str", "required": True},
    "path": {"type": "path", "required": True},
    "name": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
    "mode": {"type": "str", "choices": ["auto", "full", "incremental"], "default": "auto"},
    "method": {"type": "str", "choices": ["push", "pull"], "default": "push"},
    "disks": {"type": "list", "elements": "str"},
    "quiesce": {"type": "bool"},
    "keep": {"type": "raw"},
    "max_incrementals": {"type": "int"},
    "verify": {"type": "bool", "default": False},
    "timeout": {"type": "str", "default": "1h"},
    "restore_as": {"type": "str"},
    "restore_to": {"type": "path"},
    "restore_disks": {"type": "dict"},
    "overwrite": {"type": "bool", "default": False},
}
