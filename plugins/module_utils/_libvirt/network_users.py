# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which vms use which networks."""

from __future__ import annotations

import dataclasses
from typing import Any

from . import xml
from .session import Session

_INTERFACE = {
    "network": xml.Text("./source/@network"),
    "bridge": xml.Text("./source/@bridge"),
    "interface": xml.Text("./target/@dev"),
}


@dataclasses.dataclass(frozen=True)
class Port:
    """One NIC of a vm; ``interface`` is its end on the host, while the vm runs."""

    vm: str
    network: str | None
    bridge: str | None
    interface: str | None

    def on(self, network: str, bridge: str | None) -> bool:
        """Whether it is on the network, be it by its name or by that of its bridge, if that is the network's own."""
        if self.network is not None:
            return self.network == network
        return bridge is not None and self.bridge == bridge


def network_ports(session: Session) -> list[Port]:
    """The NICs of all vms, running or not, that are on a network or a bridge."""
    ports: list[Port] = []
    for domain in session.do("list the vms", lambda c: c.listAllDomains()):
        ports += _ports_of(session, domain)
    return ports


def _ports_of(session: Session, domain: Any) -> list[Port]:
    text = session.find(lambda _connection: domain.XMLDesc(0), "read the NICs of a vm")
    if text is None:
        return []
    interfaces = xml.parse(text).findall("./devices/interface")
    ports = [Port(domain.name(), **xml.read(_INTERFACE, element)) for element in interfaces]
    return [port for port in ports if port.network or port.bridge]
