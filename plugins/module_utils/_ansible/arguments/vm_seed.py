# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of what a new guest is to do by itself."""

from __future__ import annotations

from typing import Any

CLOUD_INIT: dict[str, Any] = {
    "hostname": {"type": "str"},
    "ssh_keys": {"type": "list", "elements": "str", "no_log": False},
    "users": {"type": "list", "elements": "raw"},
    "packages": {"type": "list", "elements": "str"},
    "write_files": {"type": "list", "elements": "dict"},
    "runcmd": {"type": "list", "elements": "raw"},
    "network": {"type": "raw"},
    "user_data": {"type": "raw"},
    "vendor_data": {"type": "raw"},
    "meta_data": {"type": "raw"},
    "instance_id": {"type": "str", "choices": ["keep", "on_change"], "default": "on_change"},
}
UNATTEND: dict[str, Any] = {
    "hostname": {"type": "str"},
    "user": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "product_key": {"type": "str", "no_log": True},
    "image": {"type": "str"},
    "language": {"type": "str"},
    "timezone": {"type": "str"},
    "commands": {"type": "list", "elements": "str"},
    "drivers": {"type": "path"},
    "answer_file": {"type": "str", "no_log": True},
}
