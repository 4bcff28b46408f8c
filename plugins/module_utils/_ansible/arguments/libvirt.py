# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options by which every module finds libvirt."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

LIBVIRT_OPTIONS: dict[str, Any] = {
    "libvirt_uri": {
        "type": "str",
        "default": "qemu:///system",
        "fallback": (env_fallback, ["LIBVIRT_DEFAULT_URI"]),
    },
}
