# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What network drivers need of the host's interfaces; the module ``_system.links`` is one."""

from __future__ import annotations

from typing import Protocol


class HostLinks(Protocol):
    """The interfaces of the host on which the module runs."""

    def loose_interfaces(self, prefix: str) -> dict[int, str]:
        """The interfaces of that prefix which are no port of any bridge, by index."""

    def attach(self, interface: str, bridge: str) -> None:
        """Makes an interface a port of the bridge. Raises ``HostError``."""

    def peers(self, pid: int) -> dict[str, int]:
        """For the interfaces of a process: MAC to the index of the other end. Empty if unknown."""

    def has_interface(self, name: str) -> bool:
        """Whether the host has an interface of that name."""

    def ports(self, bridge: str) -> list[str]:
        """The interfaces that are ports of a bridge."""

    def addresses(self, interface: str) -> list[str]:
        """The IPv4 addresses of an interface."""

    def rename(self, interface: str, name: str) -> None:
        """Gives an interface another name; it is down afterwards."""

    def bring_up(self, interface: str) -> None:
        """Brings an interface up."""

    def delete(self, interface: str) -> None:
        """Deletes an interface; the ports of a bridge stay, loose."""
