# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a guest operating system wants of a new vm: a table of facts, one line a family."""

from __future__ import annotations

import dataclasses
import fnmatch

from .._core.errors import InvalidSpec


@dataclasses.dataclass(frozen=True)
class Preset:
    """Devices that a new vm of this system gets where the spec names none.

    ``seed`` is how a cloud-init seed is attached: kernels made for clouds see a virtio disk and no SATA CD-ROM.
    """

    disk_bus: str = "virtio"
    nic_model: str = "virtio"
    machine: str = "q35"
    seed: str = "disk"
    guest_agent: bool = True
    rng: bool = True
    graphics: str = "none"
    video: str = "none"


MODERN = Preset()

# The legacy machine has what every system since about 2000 has a driver for.
PRESETS: dict[str, Preset] = {
    "generic": MODERN,
    "debian*": MODERN,
    "ubuntu*": MODERN,
    "centos7": Preset(machine="pc", seed="cdrom"),
    "legacy": Preset(
        disk_bus="ide",
        nic_model="e1000",
        machine="pc",
        seed="cdrom",
        guest_agent=False,
        rng=False,
        graphics="vnc",
        video="vga",
    ),
}


def preset_of(os: str | None) -> Preset:
    """The preset of ``debian12``, ``centos7``, ...; that of a modern system where none is named.

    Raises ``InvalidSpec`` for a system that the table does not have.
    """
    if os is None:
        return MODERN
    for pattern, preset in PRESETS.items():
        if fnmatch.fnmatchcase(os, pattern):
            return preset
    raise InvalidSpec(f"os: {os!r} is not known", hint=f"One of {', '.join(PRESETS)}; generic fits most.")
