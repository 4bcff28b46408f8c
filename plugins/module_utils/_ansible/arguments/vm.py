# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a vm: those of module ``vm``, and of an item of ``vms`` of module ``stack``."""

from __future__ import annotations

from typing import Any

from .bandwidth import BANDWIDTH
from .disk import ENCRYPTION
from .vm_seed import CLOUD_INIT, UNATTEND

_IOTUNE: dict[str, Any] = {
    f"{what}_{unit}_sec{most}": {"type": "str" if unit == "bytes" else "int"}
    for unit in ("bytes", "iops")
    for what in ("total", "read", "write")
    for most in ("", "_max")
}
_DISK: dict[str, Any] = {
    "source": {"type": "str"},
    "pool": {"type": "str"},
    "volume": {"type": "str"},
    "backing": {"type": "str"},
    "clone_of": {"type": "str"},
    "size": {"type": "str"},
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
    "detect_zeroes": {"type": "str", "choices": ["off", "on", "unmap"]},
    "iothread": {"type": "int"},
    "iotune": {"type": "dict", "options": _IOTUNE},
    "encryption": ENCRYPTION,
}
_NIC: dict[str, Any] = {
    "network": {"type": "str"},
    "bridge": {"type": "str"},
    "direct": {"type": "str"},
    "source_mode": {"type": "str", "choices": ["bridge", "vepa", "private", "passthrough"]},
    "user": {"type": "bool"},
    "mac": {"type": "str"},
    "model": {"type": "str", "choices": ["virtio", "e1000", "e1000e", "rtl8139"]},
    "ip": {"type": "str"},
    "link_state": {"type": "str", "choices": ["up", "down"]},
    "filter": {"type": "str"},
    "vlan": {"type": "int"},
    "mtu": {"type": "int"},
    "queues": {"type": "int"},
    "bandwidth": BANDWIDTH,
}
_CPU: dict[str, Any] = {
    "mode": {"type": "str", "choices": ["host-passthrough", "host-model", "maximum", "custom"]},
    "model": {"type": "str"},
    "topology": {
        "type": "dict",
        "options": {name: {"type": "int"} for name in ("sockets", "dies", "cores", "threads")},
    },
    "features": {"type": "dict"},
}
_NUMA: dict[str, Any] = {
    "cells": {
        "type": "list",
        "elements": "dict",
        "options": {
            "cpus": {"type": "str", "required": True},
            "memory": {"type": "str", "required": True},
        },
    },
    "mode": {"type": "str", "choices": ["strict", "preferred", "interleave", "restrictive"]},
    "nodeset": {"type": "str"},
}
_MEMORY_BACKING: dict[str, Any] = {
    "hugepages": {"type": "bool"},
    "page_size": {"type": "str"},
    "locked": {"type": "bool"},
    "nosharepages": {"type": "bool"},
    "source": {"type": "str", "choices": ["anonymous", "memfd", "file"]},
    "access": {"type": "str", "choices": ["shared", "private"]},
    "discard": {"type": "bool"},
}
_FEATURES: dict[str, Any] = {
    **{name: {"type": "bool"} for name in ("acpi", "apic", "pae", "smm", "vmport", "kvm_hidden")},
    "hyperv": {"type": "dict"},
}
_CLOCK: dict[str, Any] = {
    "offset": {"type": "str", "choices": ["utc", "localtime", "timezone"]},
    "timezone": {"type": "str"},
    "timers": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {
                "type": "str",
                "required": True,
                "choices": ["rtc", "pit", "hpet", "tsc", "kvmclock", "hypervclock", "platform", "armvtimer"],
            },
            "present": {"type": "bool"},
            "tickpolicy": {"type": "str", "choices": ["delay", "catchup", "merge", "discard"]},
            "track": {"type": "str", "choices": ["boot", "guest", "wall", "realtime"]},
        },
    },
}
_PLATFORM: dict[str, Any] = {
    "tpm": {
        "type": "dict",
        "options": {
            "type": {"type": "str", "choices": ["emulator", "passthrough", "none"]},
            "model": {"type": "str", "choices": ["tpm-tis", "tpm-crb", "tpm-spapr"]},
            "version": {"type": "str", "choices": ["1.2", "2.0"]},
            "device": {"type": "path"},
        },
    },
    "features": {"type": "dict", "options": _FEATURES},
    "clock": {"type": "dict", "options": _CLOCK},
    "smbios": {
        "type": "dict",
        "options": {
            **{name: {"type": "dict"} for name in ("bios", "system", "base_board", "chassis")},
            "oem_strings": {"type": "list", "elements": "str"},
        },
    },
    **{name: {"type": "str", "choices": ["destroy", "restart"]} for name in ("on_poweroff", "on_reboot")},
    "on_crash": {
        "type": "str",
        "choices": ["destroy", "restart", "preserve", "coredump-destroy", "coredump-restart"],
    },
    "security_label": {
        "type": "dict",
        "options": {
            "type": {"type": "str", "choices": ["dynamic", "static", "none"]},
            "model": {"type": "str"},
            "label": {"type": "str"},
            "relabel": {"type": "bool"},
        },
    },
    "watchdog": {
        "type": "dict",
        "options": {
            "model": {"type": "str", "choices": ["none", "i6300esb", "ib700", "itco", "diag288"]},
            "action": {
                "type": "str",
                "choices": ["reset", "shutdown", "poweroff", "pause", "none", "dump", "inject-nmi"],
            },
        },
    },
    "balloon": {
        "type": "dict",
        "options": {
            "model": {"type": "str", "choices": ["virtio", "none"]},
            "autodeflate": {"type": "bool"},
            "free_page_reporting": {"type": "bool"},
            "stats_period": {"type": "int"},
        },
    },
}
_DEVICES: dict[str, Any] = {
    "disks": {"type": "list", "elements": "dict", "options": _DISK},
    "networks": {"type": "list", "elements": "dict", "options": _NIC},
    "published_ports": {"type": "list", "elements": "str", "aliases": ["ports"]},
    "host_devices": {
        "type": "list",
        "elements": "dict",
        "options": {
            "pci": {"type": "str"},
            "usb": {"type": "str"},
            "mdev": {"type": "str"},
            "managed": {"type": "bool"},
        },
    },
    "filesystems": {
        "type": "list",
        "elements": "dict",
        "options": {
            "source": {"type": "str", "required": True},
            "target": {"type": "str", "required": True},
            "driver": {"type": "str", "choices": ["virtiofs", "9p"]},
            "accessmode": {"type": "str", "choices": ["passthrough", "mapped", "squash"]},
            "readonly": {"type": "bool"},
        },
    },
    "channels": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "type": {"type": "str", "choices": ["unix", "spicevmc"]},
            "path": {"type": "str"},
        },
    },
}
VM_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {
        "type": "str",
        "choices": ["present", "running", "stopped", "paused", "saved", "absent"],
        "default": "running",
    },
    "title": {"type": "str"},
    "description": {"type": "str"},
    "memory": {"type": "str"},
    "max_memory": {"type": "str"},
    "vcpus": {"type": "int"},
    "max_vcpus": {"type": "int"},
    "iothreads": {"type": "int"},
    "cpu": {"type": "dict", "options": _CPU},
    "cputune": {
        "type": "dict",
        "options": {
            **{name: {"type": "int"} for name in ("shares", "period", "quota")},
            "emulatorpin": {"type": "str"},
            "vcpupin": {"type": "dict"},
        },
    },
    "blkiotune": {"type": "dict", "options": {"weight": {"type": "int"}}},
    "numa": {"type": "dict", "options": _NUMA},
    "memory_backing": {"type": "dict", "options": _MEMORY_BACKING},
    "virt_type": {"type": "str", "choices": ["auto", "kvm", "qemu", "lxc"]},
    "arch": {"type": "str"},
    "machine": {"type": "str"},
    "init": {"type": "str"},
    "init_args": {"type": "list", "elements": "str"},
    "firmware": {"type": "str", "choices": ["bios", "efi"]},
    "secure_boot": {"type": "bool"},
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
    **_PLATFORM,
    **_DEVICES,
    "cloud_init": {"type": "dict", "options": CLOUD_INIT},
    "unattend": {"type": "dict", "options": UNATTEND},
    "graphics": {
        "type": "dict",
        "options": {
            "type": {"type": "str", "choices": ["none", "vnc", "spice"]},
            "listen": {"type": "str"},
            "port": {"type": "int"},
            "password": {"type": "str", "no_log": True},
        },
    },
    "video": {"type": "str", "choices": ["none", "virtio", "vga", "qxl", "cirrus", "bochs"]},
    "console": {"type": "bool"},
    "guest_agent": {"type": "bool"},
    "rng": {"type": "bool"},
    "xml_patch": {
        "type": "list",
        "elements": "dict",
        "options": {
            "path": {"type": "str", "required": True},
            "value": {"type": "str"},
            "present": {"type": "bool"},
        },
    },
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
    "power_cycle": {"type": "str", "choices": ["restart", "reset"]},
}
