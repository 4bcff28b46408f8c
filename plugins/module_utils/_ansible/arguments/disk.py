# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a disk: of the module ``qcow2``, and of each item of a stack's ``disks``."""

from __future__ import annotations

from typing import Any

ENCRYPTION: dict[str, Any] = {
    "type": "dict",
    "options": {
        "format": {"type": "str", "choices": ["luks", "none"], "default": "luks"},
        "passphrase": {"type": "str", "no_log": True},
    },
}
DISK_OPTIONS: dict[str, Any] = {
    "path": {"type": "str", "required": True, "aliases": ["name"]},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "size": {"type": "str"},
    "format": {"type": "str", "choices": ["qcow2", "raw"]},
    "backing_file": {"type": "str"},
    "source": {"type": "str"},
    "checksum": {"type": "str"},
    "preallocation": {"type": "str", "choices": ["off", "metadata", "falloc", "full"]},
    "cluster_size": {"type": "str"},
    "compat": {"type": "str", "choices": ["0.10", "1.1"]},
    "lazy_refcounts": {"type": "bool"},
    "compression_type": {"type": "str", "choices": ["zlib", "zstd"]},
    "extended_l2": {"type": "bool"},
    "encryption": ENCRYPTION,
    "allow_shrink": {"type": "bool", "default": False},
    "rebase": {"type": "str", "choices": ["safe", "unsafe"], "default": "safe"},
    "commit": {"type": "bool", "default": False},
    "compact": {"type": "bool", "default": False},
    "compact_threshold": {"type": "str", "default": "10%"},
    "repair": {"type": "str", "choices": ["leaks", "all"]},
    "check": {"type": "bool", "default": False},
    "allow_foreign_backing": {"type": "bool", "default": False},
    "owner": {"type": "str"},
    "group": {"type": "str"},
    "mode": {"type": "raw"},
    "selinux_context": {"type": "str"},
    "job_timeout": {"type": "str", "default": "1h"},
}
