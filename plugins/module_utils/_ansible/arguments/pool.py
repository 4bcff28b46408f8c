# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a storage pool: of module ``storage_pool``, and of each item of a stack's ``pools``."""

from __future__ import annotations

from typing import Any

_SOURCE: dict[str, Any] = {
    "devices": {"type": "list", "elements": "str", "aliases": ["device"]},
    "hosts": {
        "type": "list",
        "elements": "dict",
        "options": {"name": {"type": "str", "required": True}, "port": {"type": "int"}},
    },
    "dir": {"type": "str"},
    "name": {"type": "str", "aliases": ["vg"]},
    "format": {"type": "str"},
    "protocol_version": {"type": "str"},
    "adapter": {
        "type": "dict",
        "options": {
            "type": {"type": "str", "choices": ["scsi_host", "fc_host"]},
            **{name: {"type": "str"} for name in ("name", "parent", "wwnn", "wwpn")},
            "managed": {"type": "bool"},
        },
    },
    "initiator": {"type": "str"},
    "auth": {
        "type": "dict",
        "options": {
            "username": {"type": "str", "required": True},
            "secret": {
                "type": "dict",
                "required": True,
                "no_log": False,
                "options": {"usage": {"type": "str"}, "uuid": {"type": "str"}},
            },
        },
    },
}
POOL_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["active", "inactive", "absent"], "default": "active"},
    "type": {
        "type": "str",
        "choices": [
            *("dir", "fs", "netfs", "logical", "disk", "iscsi"),
            *("iscsi-direct", "scsi", "mpath", "rbd", "gluster", "zfs"),
        ],
    },
    "source": {"type": "dict", "options": _SOURCE},
    "target": {"type": "raw"},
    "cow": {"type": "bool"},
    "build": {"type": "str", "choices": ["auto", "never", "overwrite"], "default": "auto"},
    "refresh": {"type": "bool", "default": False},
    "autostart": {"type": "bool"},
}
