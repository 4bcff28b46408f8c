# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an image: of the module ``container_image``, and of each item of a stack's ``images``."""

from __future__ import annotations

from typing import Any

IMAGE_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "pull": {"type": "str", "choices": ["never", "missing", "always"]},
    "build": {
        "type": "dict",
        "options": {
            "path": {"type": "str", "required": True},
            "dockerfile": {"type": "str", "default": "Dockerfile"},
            "args": {"type": "dict"},
            "target": {"type": "str"},
            "network": {"type": "str"},
            "pull": {"type": "bool", "default": False},
        },
    },
    "archive": {"type": "str"},
    "rootfs": {"type": "str"},
    "changes": {"type": "list", "elements": "str"},
    "labels": {"type": "dict"},
}
