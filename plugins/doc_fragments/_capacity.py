# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The option about the room that disks take."""

    DOCUMENTATION = r"""
options:
  capacity:
    description:
      - What happens to a plan whose disks can come to take more than their file system has free, once they are full.
        V(warn) says so, V(refuse) fails before anything is made, V(ignore) does not look.
      - What is written at once, as a copy or preallocated, has to fit, unless it is V(ignore).
      - Not weighed are images that are rewritten or committed to, downloads whose size is not given, and volumes of
        pools that are no folders. When these run out of room, they fail, and leave what was there.
    type: str
    choices: [ignore, warn, refuse]
    default: warn
"""
