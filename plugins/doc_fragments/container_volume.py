# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a volume."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the volume.
    type: str
    required: true
    aliases: [volume_name]
  state:
    description:
      - V(present) means that the volume exists.
      - V(absent) removes it and what is in it. It is refused while a container has it, running or not.
    type: str
    choices: [present, absent]
    default: present
  driver:
    description:
      - The driver of the volume. A volume that is created without this option gets V(local).
    type: str
  driver_options:
    description:
      - Options of the driver, such as C(type), C(o) and C(device) of V(local). They are compared as a whole.
    type: dict
    aliases: [driver_opts]
  labels:
    description:
      - Labels, as names and texts. Other labels that the volume has stay.
    type: dict
"""
