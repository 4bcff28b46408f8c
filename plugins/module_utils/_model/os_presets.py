# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of guest operating systems: a pattern of names (libosinfo's short ones) and what differs from a modern system.

A module reaches its host as Python alone, so that the facts are written as Python, too. Sources: libosinfo's database
(osinfo-db) for devices and firmware; Microsoft's "Windows 11 requirements" for TPM and secure boot; libvirt's "Hyper-V
Enlightenments" and QEMU's docs/system/i386/hyperv.rst for those; Red Hat's "RHEL 6 virtualization" for virtio in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_HYPERV: Mapping[str, str] = {
    "relaxed": "on",
    "vapic": "on",
    "spinlocks": "8191",
    "vpindex": "on",
    "runtime": "on",
    "synic": "on",
    "stimer": "on",
    "reset": "on",
    "frequencies": "on",
}
# Setup brings drivers for SATA and e1000e and none for virtio, which come from an ISO of their own.
_WINDOWS: Mapping[str, Any] = {
    "disk_bus": "sata",
    "nic_model": "e1000e",
    "firmware": "efi",
    "clock": "localtime",
    "hyperv": _HYPERV,
    "seed": "cdrom",
    "graphics": "vnc",
    "video": "vga",
}
_LOCKED_WINDOWS: Mapping[str, Any] = {**_WINDOWS, "secure_boot": True, "tpm": True}

#: The first pattern that fits counts.
FAMILIES: Mapping[str, Mapping[str, Any]] = {
    "generic": {},
    "linux*": {},
    "debian*": {},
    "ubuntu*": {},
    "fedora*": {},
    "alpine*": {},
    "opensuse*": {},
    "sles*": {},
    "centos6*": {"machine": "pc", "seed": "cdrom"},
    "rhel6*": {"machine": "pc", "seed": "cdrom"},
    "centos7*": {"machine": "pc", "seed": "cdrom"},
    "rhel7*": {"machine": "pc", "seed": "cdrom"},
    "centos*": {},
    "rhel*": {},
    "rocky*": {},
    "almalinux*": {},
    "freebsd*": {"seed": "cdrom"},
    "win10": {**_WINDOWS, "drivers": "w10", "client": True},
    "win11": {**_LOCKED_WINDOWS, "drivers": "w11", "client": True},
    "win2k16": {**_WINDOWS, "drivers": "2k16"},
    "win2k19": {**_WINDOWS, "drivers": "2k19"},
    "win2k22": {**_WINDOWS, "drivers": "2k22"},
    "win2k25": {**_LOCKED_WINDOWS, "drivers": "2k25"},
    # What every system since about 2000 has a driver for.
    "legacy": {
        "disk_bus": "ide",
        "nic_model": "e1000",
        "machine": "pc",
        "seed": "cdrom",
        "guest_agent": False,
        "rng": False,
        "graphics": "vnc",
        "video": "vga",
    },
}
