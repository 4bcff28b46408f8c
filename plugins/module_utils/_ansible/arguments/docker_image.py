# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options by which community.docker's ``docker_image`` says the same as ``container_image`` by others."""

from __future__ import annotations

from typing import Any

DOCKER_IMAGE_OPTIONS: dict[str, Any] = {
    "source": {"type": "str", "choices": ["pull", "build", "load", "local"]},
    "force_source": {"type": "bool", "default": False},
    "force_tag": {"type": "bool", "default": False},
    "force_absent": {"type": "bool", "default": False},
    "tag": {"type": "str"},
    "load_path": {"type": "str"},
    "archive_path": {"type": "str"},
}
