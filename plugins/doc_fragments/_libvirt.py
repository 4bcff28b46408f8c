# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options by which every module finds libvirt."""

    DOCUMENTATION = r"""
options:
  libvirt_uri:
    description:
      - The libvirt to use, as a connection URI.
      - If not set, the environment variable E(LIBVIRT_DEFAULT_URI) of the managed host is used, if it is set there.
    type: str
    default: qemu:///system
requirements:
  - The Python library C(libvirt) 8.0 or later, which distributions package as C(python3-libvirt).
"""
