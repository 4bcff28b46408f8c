# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixed addresses: reservations in the DHCP server of a libvirt network."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from .._core.errors import Refused
from .._model.names import reserved_name
from .session import Session


class Reservations:
    """Those of one network, in what runs and in what is written."""

    def __init__(self, session: Session, network: str) -> None:
        self._session = session
        self._name = network

    def give(self, mac: str, ip: str, vm: str) -> bool:
        """Reserves the address for the MAC; false where it was. Raises ``Refused`` where it is another's."""
        hosts = self._hosts()
        owner = next((m for m, host in hosts.items() if host.get("ip") == ip and m != mac), None)
        if owner is not None:
            whose = hosts[owner].get("name") or owner
            raise Refused(f"{ip} on network {self._name} is reserved for {whose}", hint="Choose another.")
        present = hosts.get(mac)
        if present is not None and present.get("ip") == ip:
            return False
        if present is not None:
            self._update("VIR_NETWORK_UPDATE_COMMAND_DELETE", present)
        taken = any(host.get("name") == vm for other, host in hosts.items() if other != mac)
        name = reserved_name(_further(vm, mac) if taken else vm)
        named = {"name": name} if name else {}
        self._update(
            "VIR_NETWORK_UPDATE_COMMAND_ADD_LAST", ET.Element("host", {"mac": mac, **named, "ip": ip})
        )
        return True

    def take(self, mac: str, vm: str) -> bool:
        """Ends the reservation of an interface that goes, where it carries the vm's name or, where it cannot, none.

        False where there is no such.
        """
        host = self._hosts().get(mac)
        if host is None or host.get("name") not in map(reserved_name, (vm, _further(vm, mac))):
            return False
        self._update("VIR_NETWORK_UPDATE_COMMAND_DELETE", host)
        return True

    def _hosts(self) -> dict[str, ET.Element]:
        inactive = self._session.constant("VIR_NETWORK_XML_INACTIVE")
        text = self._session.find(
            lambda c: c.networkLookupByName(self._name).XMLDesc(inactive), f"read the network {self._name}"
        )
        hosts = ET.fromstring(text).findall("./ip/dhcp/host") if text else []
        return {host.get("mac", "").lower(): host for host in hosts}

    def _update(self, command: str, host: ET.Element) -> None:
        constant = self._session.constant
        text = ET.tostring(host, encoding="unicode")

        def update(connection: Any) -> None:
            network = connection.networkLookupByName(self._name)
            flags = constant("VIR_NETWORK_UPDATE_AFFECT_LIVE") if network.isActive() else 0
            if network.isPersistent():
                flags |= constant("VIR_NETWORK_UPDATE_AFFECT_CONFIG")
            section = constant("VIR_NETWORK_SECTION_IP_DHCP_HOST")
            network.update(constant(command), section, -1, text, flags)

        self._session.do(f"reserve an address on network {self._name}", update)


def _further(vm: str, mac: str) -> str:
    """The name of a vm's further interface on one network, where libvirt reserves one address for a name."""
    return f"{vm}-{mac.replace(':', '')}"
