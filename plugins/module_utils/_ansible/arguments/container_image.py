# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an image: of the module ``container_image``, and of each item of a stack's ``images``."""

from __future__ import annotations

from typing import Any

IMAGE_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "pull": {"type": "raw"},
    "build": {
        "type": "dict",
        "options": {
            "path": {"type": "str", "required": True},
            "dockerfile": {"type": "str", "default": "Dockerfile"},
            "args": {"type": "dict"},
            "target": {"type": "str"},
            "network": {"type": "str"},
            "pull": {"type": "bool", "default": False},
            "nocache": {"type": "bool", "default": False},
            "cache_from": {"type": "list", "elements": "str"},
            "etc_hosts": {"type": "dict"},
            "shm_size": {"type": "str"},
            "container_limits": {
                "type": "dict",
                "options": {
                    "memory": {"type": "str"},
                    "memswap": {"type": "str"},
                    "cpushares": {"type": "int"},
                    "cpusetcpus": {"type": "str"},
                },
            },
            "http_timeout": {"type": "int"},
            "use_config_proxy": {"type": "bool"},
            "labels": {"type": "dict"},
            "platform": {"type": "str"},
            "rm": {"type": "bool", "default": True},
        },
    },
    "archive": {"type": "str"},
    "rootfs": {"type": "str"},
    "changes": {"type": "list", "elements": "str"},
    "labels": {"type": "dict"},
    "platform": {"type": "str"},
    "auth": {
        "type": "dict",
        "options": {
            "registry": {"type": "str", "aliases": ["registry_url"]},
            "username": {"type": "str", "required": True},
            "password": {"type": "str", "required": True, "no_log": True},
        },
    },
    "repository": {"type": "list", "elements": "str"},
    "push": {"type": "bool", "default": False},
    "save": {"type": "dict", "options": {"path": {"type": "str", "required": True}}},
    "scan": {
        "type": "dict",
        "options": {
            "command": {"type": "str", "choices": ["auto", "trivy", "grype"], "default": "auto"},
            "severity": {
                "type": "str",
                "choices": ["negligible", "low", "medium", "high", "critical"],
                "default": "high",
            },
            "ignore_unfixed": {"type": "bool", "default": False},
        },
    },
}
PRUNE_OPTION: dict[str, Any] = {
    "prune": {
        "type": "dict",
        "options": {
            "dangling": {"type": "bool", "default": True},
            "until": {"type": "str"},
            "labels": {"type": "dict"},
            "repository": {"type": "str"},
            "keep": {"type": "int"},
        },
    },
}
