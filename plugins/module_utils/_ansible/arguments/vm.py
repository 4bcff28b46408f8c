# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a vm: those of module ``vm``, and of an item of ``vms`` of module ``stack``."""

from __future__ import annotations

from typing import Any

_DISK: dict[str, Any] = {
    "source": {"type": "str"},
    "target": {"type": "str"},
    "device": {"type": "str", "choices": ["disk", "cdrom"]},
    "bus": {"type": "str", "choices": ["virtio", "scsi", "sata", "ide", "usb"]},
    "format": {"type": "str", "choices": ["qcow2", "raw"]},
    "readonly": {"type": "bool"},
    "shareable": {"type": "bool"},
    "serial": {"type": "str"},
    "cache": {
        "type": "str",
        "choices": ["default", "none", "writethrough", "writeback", "directsync", "unsafe"],
    },
    "io": {"type": "str", "choices": ["native", "threads", "io_uring"]},
    "discard": {"type": "str", "choices": ["ignore", "unmap"]},
}
_NIC: dict[str, Any] = {
    "network": {"type": "str"},
    "bridge": {"type": "str"},
    "mac": {"type": "str"},
    "model": {"type": "str", "choices": ["virtio", "e1000", "e1000e", "rtl8139"]},
    "ip": {"type": "str"},
    "link_state": {"type": "str", "choices": ["up", "down"]},
}
_CLOUD_INIT: dict[str, Any] = {
    "hostname": {"type": "str"},
    "ssh_keys": {"type": "list", "elements": "str", "no_log": False},
    "users": {"type": "list", "elements": "raw"},
    "packages": {"type": "list", "elements": "str"},
    "write_files": {"type": "list", "elements": "dict"},
    "runcmd": {"type": "list", "elements": "raw"},
    "network": {"type": "dict"},
    "user_data": {"type": "raw"},
    "meta_data": {"type": "dict"},
}
VM_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {
        "type": "str",
        "choices": ["present", "running", "stopped", "paused", "absent"],
        "default": "running",
    },
    "title": {"type": "str"},
    "description": {"type": "str"},
    "memory": {"type": "str"},
    "max_memory": {"type": "str"},
    "vcpus": {"type": "int"},
    "cpu": {
        "type": "dict",
        "options": {
            "mode": {"type": "str", "choices": ["host-passthrough", "host-model", "maximum", "custom"]},
            "model": {"type": "str"},
        },
    },
    "virt_type": {"type": "str", "choices": ["auto", "kvm", "qemu"]},
    "arch": {"type": "str"},
    "machine": {"type": "str"},
    "firmware": {"type": "str", "choices": ["bios", "efi"]},
    "os": {"type": "str"},
    "boot": {
        "type": "dict",
        "options": {
            "order": {"type": "list", "elements": "str", "choices": ["hd", "cdrom", "network"]},
            "kernel": {"type": "path"},
            "initrd": {"type": "path"},
            "cmdline": {"type": "str"},
        },
    },
    "disks": {"type": "list", "elements": "dict", "options": _DISK},
    "networks": {"type": "list", "elements": "dict", "options": _NIC},
    "cloud_init": {"type": "dict", "options": _CLOUD_INIT},
    "graphics": {
        "type": "dict",
        "options": {
            "type": {"type": "str", "choices": ["none", "vnc", "spice"]},
            "listen": {"type": "str"},
            "port": {"type": "int"},
        },
    },
    "video": {"type": "str", "choices": ["none", "virtio", "vga", "qxl", "cirrus", "bochs"]},
    "guest_agent": {"type": "bool"},
    "rng": {"type": "bool"},
    "autostart": {"type": "bool"},
    "protection": {"type": "bool"},
    "labels": {"type": "dict"},
    "uuid": {"type": "str"},
    "delete_disks": {"type": "str", "choices": ["none", "owned"], "default": "none"},
    "wait_for": {
        "type": "dict",
        "options": {
            "agent": {"type": "bool"},
            "ip": {"type": "bool"},
            "port": {"type": "int"},
            "timeout": {"type": "str"},
        },
    },
    "shutdown_timeout": {"type": "str"},
    "force_stop": {"type": "bool", "default": False},
}
