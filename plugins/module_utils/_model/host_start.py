# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What network drivers need of how the host starts; the module ``_system.start_order`` is one."""

from __future__ import annotations

from typing import Protocol


class HostStart(Protocol):
    """The order in which the engines of this host start."""

    def waits(self, network: str) -> bool:
        """Whether Docker starts when libvirt has started its networks, for this one's sake."""

    def wait(self, network: str) -> None:
        """Has it do so from now on. Raises ``HostError``."""

    def wait_no_more(self, network: str) -> None:
        """Takes that back; another network may still want it. Raises ``HostError``."""
