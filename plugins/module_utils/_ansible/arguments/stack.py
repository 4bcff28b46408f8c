# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a stack: lists of the nouns, each item with the options of its module."""

from __future__ import annotations

from typing import Any

from .awaited import AWAITED_OPTION
from .capacity import CAPACITY_OPTION
from .container import CONTAINER_OPTIONS
from .container_image import IMAGE_OPTIONS
from .disk import DISK_OPTIONS
from .network import NETWORK_OPTIONS
from .pool import POOL_OPTIONS
from .vm import VM_OPTIONS
from .volume import VOLUME_OPTIONS

_DEPENDS_ON: dict[str, Any] = {"depends_on": {"type": "list", "elements": "raw"}}


def _list_of(options: dict[str, Any]) -> dict[str, Any]:
    return {"type": "list", "elements": "dict", "options": options}


# What begins with compose_ the action plugin has turned into the lists when the module runs.
STACK_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "networks": _list_of(NETWORK_OPTIONS),
    "pools": _list_of(POOL_OPTIONS),
    "disks": _list_of(DISK_OPTIONS),
    "images": _list_of(IMAGE_OPTIONS),
    "volumes": _list_of(VOLUME_OPTIONS),
    "containers": _list_of({**CONTAINER_OPTIONS, **_DEPENDS_ON}),
    "vms": _list_of({**VM_OPTIONS, **_DEPENDS_ON}),
    "compose_files": {"type": "list", "elements": "str"},
    "compose_profiles": {"type": "list", "elements": "str"},
    "compose_env": {"type": "dict"},
    "compose_directory": {"type": "str"},
    "prune": {"type": "bool", "default": False},
    "adopt": {"type": "bool", "default": False},
    "delete_disks": {"type": "bool", "default": False},
    "delete_volumes": {"type": "bool", "default": False},
    **CAPACITY_OPTION,
    **AWAITED_OPTION,
    "parallel": {"type": "int", "default": 4},
    "allow_disruption": {"type": "str", "choices": ["none", "live", "restart", "replace"]},
}
