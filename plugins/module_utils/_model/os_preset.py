# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a guest operating system wants of a new vm."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections.abc import Mapping

from .._core.errors import InvalidSpec
from .os_presets import FAMILIES


@dataclasses.dataclass(frozen=True)
class Preset:
    """Devices and settings that a new vm of this system gets where the spec names none.

    ``seed`` is how a seed is attached: kernels made for clouds see a virtio disk and no SATA CD-ROM. ``drivers`` is the
    folder of a Windows on the disc of virtio drivers; ``client`` says that its Administrator is locked at first.
    """

    disk_bus: str = "virtio"
    nic_model: str = "virtio"
    machine: str = "q35"
    firmware: str = "bios"
    secure_boot: bool = False
    tpm: bool = False
    clock: str = "utc"
    hyperv: Mapping[str, str] = dataclasses.field(default_factory=dict)
    seed: str = "disk"
    guest_agent: bool = True
    rng: bool = True
    graphics: str = "none"
    video: str = "none"
    drivers: str = ""
    client: bool = False


_PRESETS = {family: Preset(**facts) for family, facts in FAMILIES.items()}


def preset_of(os: str | None) -> Preset:
    """The preset of ``debian12``, ``win2k22``, ...; that of a modern system where none is named.

    Raises ``InvalidSpec`` for a system that the table does not have.
    """
    for pattern, preset in _PRESETS.items():
        if fnmatch.fnmatchcase(os or "generic", pattern):
            return preset
    raise InvalidSpec(f"os: {os!r} is not known", hint=f"One of {', '.join(FAMILIES)}; generic fits most.")
