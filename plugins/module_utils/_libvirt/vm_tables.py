# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The domain's XML as a table: an option is one line."""

from __future__ import annotations

from .vm_descriptors import (
    AgentChannel,
    Blank,
    BootPart,
    CurrentMemory,
    Firmware,
    Pairs,
    Processor,
    Randomness,
    Screen,
    Vcpus,
    Video,
)
from .vm_devices import DISKS, NICS
from .xml import HYBRID, Bytes, Presence, Table, Text

_OWN = f"./metadata/{{{HYBRID}}}vm"

TABLE: Table = {
    "title": Blank("./title"),
    "description": Blank("./description"),
    "memory": CurrentMemory(),
    "max_memory": Bytes("./memory"),
    "vcpus": Vcpus(),
    "cpu": Processor(),
    "virt_type": Text("./@type"),
    "arch": Text("./os/type/@arch"),
    "machine": Text("./os/type/@machine"),
    "firmware": Firmware(),
    "boot": BootPart(),
    "disks": DISKS,
    "networks": NICS,
    "graphics": Screen(),
    "video": Video(),
    "guest_agent": AgentChannel(),
    "rng": Randomness(),
    "protection": Presence(f"{_OWN}/{{{HYBRID}}}protection"),
    "labels": Pairs(f"{_OWN}/{{{HYBRID}}}label", "value"),
    "owner": Text(f"{_OWN}/{{{HYBRID}}}stack/@name"),
    "uuid": Text("./uuid"),
}
SEED_PATH = Text(f"{_OWN}/{{{HYBRID}}}seed/@path")
SEED_DIGESTS = Pairs(f"{_OWN}/{{{HYBRID}}}seed/{{{HYBRID}}}document", "digest")
