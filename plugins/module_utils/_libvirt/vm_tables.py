# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The domain's XML as a table: an option is one line."""

from __future__ import annotations

from .system_container import InitArguments
from .vm_descriptors import (
    AgentChannel,
    Blank,
    BootPart,
    CurrentMemory,
    Firmware,
    Pairs,
    Randomness,
    Screen,
    SecureBoot,
    SerialConsole,
    Video,
)
from .vm_devices import LISTS
from .vm_identity import Identity, OwnText
from .vm_platform import (
    BALLOON,
    BLKIO_TUNE,
    CLOCK,
    FEATURES,
    MEMORY_BACKING,
    SECURITY_LABEL,
    SMBIOS,
    TPM,
    WATCHDOG,
)
from .vm_processor import CPU_TUNE, MaxVcpus, NumaNodes, Processor, Vcpus
from .xml import HYBRID, Bytes, Integer, Presence, Table, Text

OWN = f"./metadata/{{{HYBRID}}}vm"

#: In the order in which they are written: a maximum before what it bounds, and the UUID beside the name, where the
#: check of libvirt's schema by libxml2 wants it.
TABLE: Table = {
    "uuid": Identity(OWN),
    "title": Blank("./title"),
    "description": Blank("./description"),
    "memory": CurrentMemory(),
    "max_memory": Bytes("./memory"),
    "max_vcpus": MaxVcpus(),
    "vcpus": Vcpus(),
    "iothreads": Integer("./iothreads", 0),
    "cpu": Processor(),
    "cputune": CPU_TUNE,
    "blkiotune": BLKIO_TUNE,
    "numa": NumaNodes(),
    "memory_backing": MEMORY_BACKING,
    "virt_type": Text("./@type"),
    "arch": Text("./os/type/@arch"),
    "machine": Text("./os/type/@machine"),
    "init": Text("./os/init"),
    "init_args": InitArguments(),
    "firmware": Firmware(),
    "secure_boot": SecureBoot(),
    "tpm": TPM,
    "boot": BootPart(),
    "features": FEATURES,
    "clock": CLOCK,
    "smbios": SMBIOS,
    "on_poweroff": Text("./on_poweroff", "destroy"),
    "on_reboot": Text("./on_reboot", "restart"),
    "on_crash": Text("./on_crash", "destroy"),
    "security_label": SECURITY_LABEL,
    **LISTS,
    "graphics": Screen(),
    "video": Video(),
    "console": SerialConsole(),
    "guest_agent": AgentChannel(),
    "rng": Randomness(),
    "watchdog": WATCHDOG,
    "balloon": BALLOON,
    "protection": Presence(f"{OWN}/{{{HYBRID}}}protection"),
    "labels": Pairs(f"{OWN}/{{{HYBRID}}}label", "value"),
    "owner": OwnText(f"{OWN}/{{{HYBRID}}}stack/@name"),
    "managed": Presence(f"{OWN}/{{{HYBRID}}}managed"),
}
SEED_PATH = OwnText(f"{OWN}/{{{HYBRID}}}seed/@path")
SEED_INSTANCE = Text(f"{OWN}/{{{HYBRID}}}seed/@instance")
SEED_DIGESTS = Pairs(f"{OWN}/{{{HYBRID}}}seed/{{{HYBRID}}}document", "digest")
