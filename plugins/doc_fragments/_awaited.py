# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option with which check mode predicts on a machine that earlier tasks have not completed yet."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  awaited:
    description:
      - What comes to the host by earlier tasks, so that check mode, which only predicts those, can tell what follows.
      - Each is V(libvirt), V(docker), V(podman), or the absolute path of a file or folder.
      - While such an engine is missing, it is taken for one that has nothing. While such a path is missing, what needs
        it is planned without a look at it.
    type: list
    elements: str
    default: []
"""
