# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity of vms: derived from the host's machine id and the names, so that the shortest spec is stable."""

from __future__ import annotations

import hashlib
import uuid

_SPACE = uuid.UUID("6b1f5e52-4c1d-5c39-9f0e-0d7f5b0c2a11")


def vm_uuid(machine_id: str, vm: str) -> str:
    """The UUID of a vm of this host."""
    return str(uuid.uuid5(_SPACE, f"{machine_id}/{vm}"))


def nic_mac(machine_id: str, vm: str, network: str) -> str:
    """The MAC of a vm's NIC on a network, lower case, in the range that QEMU uses (52:54:00)."""
    digest = hashlib.sha256(f"{machine_id}/{vm}/{network}".encode()).digest()
    return "52:54:00:" + ":".join(f"{byte:02x}" for byte in digest[:3])
