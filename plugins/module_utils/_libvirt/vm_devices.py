# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All lists of devices in a domain's XML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .device_list import Devices
from .vm_disks import DISKS
from .vm_host_device import CHANNELS, FILESYSTEMS, HOST_DEVICES
from .vm_nics import NICS

#: The lists of devices, by the field of a vm that they are.
LISTS: Mapping[str, Devices[Any]] = {
    "disks": DISKS,
    "networks": NICS,
    "host_devices": HOST_DEVICES,
    "filesystems": FILESYSTEMS,
    "channels": CHANNELS,
}
