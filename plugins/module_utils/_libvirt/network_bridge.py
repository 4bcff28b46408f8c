# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A network's bridge that is there before libvirt made it.

A container engine that comes up before libvirt makes the bridges of its networks by itself. libvirt then does not start
the network, since it has a bridge of that name and a route to that subnet in its way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from .._core.errors import Refused
from .._core.undo import Undo
from .._model.host_links import HostLinks
from .._model.network import Network


def start_over(links: HostLinks, network: Network, start: Callable[[], None]) -> None:
    """Starts the network in place of the container engine's bridge, and has its containers on the new one.

    A failure puts the old bridge back. Raises ``Refused`` where the bridge is not an engine's for this network.
    """
    bridge = network.bridge
    if bridge is None or not links.has_interface(bridge):
        start()
        return
    ports = links.ports(bridge)
    if network.gateway not in links.addresses(bridge) or not all(port.startswith("veth") for port in ports):
        raise Refused(
            f"the host has an interface {bridge} already, which is not this network's",
            hint="Remove that one, or choose another name for the bridge.",
        )
    aside = f"hv-{hashlib.sha256(bridge.encode()).hexdigest()[:8]}-old"
    with Undo() as undo:
        undo.push("bring the old bridge up", lambda: links.bring_up(bridge))
        undo.push("put the old bridge back", lambda: links.rename(aside, bridge))
        links.rename(bridge, aside)
        start()
        undo.commit()
    for port in ports:
        links.attach(port, bridge)
    links.delete(aside)
