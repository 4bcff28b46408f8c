# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a change of libvirt's half of a network is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core.change import Change
from .._core.compare import compare
from .._core.errors import Refused
from .._core.undo import Undo
from .._model.host_links import HostLinks
from .._model.network import Network
from .._model.network_mode import OWN
from . import xml
from .network_bridge import start_over
from .network_live import update_live
from .network_users import Port, network_ports
from .network_xml import METADATA_SINCE, complete, fit_mode, network_table
from .session import Session


def libvirt_table(session: Session) -> dict[str, xml.Descriptor]:
    """The table of a network, as this libvirt can keep it."""
    version = session.do("read libvirt's version", lambda c: c.getLibVersion())
    return network_table(metadata=version >= METADATA_SINCE)


def in_use(vms: Sequence[str]) -> Refused:
    """The refusal to take a network away from vms."""
    names = ", ".join(f"vm/{vm}" for vm in vms)
    return Refused(f"is in use by {names}", hint="Remove the workloads first, or take them off the network.")


class NetworkChange:
    """One change of one network, step by step."""

    def __init__(self, session: Session, links: HostLinks, change: Change, undo: Undo) -> None:
        self._session = session
        self._links = links
        self._change = change
        self._undo = undo
        self._asked: Network = change.asked
        self._found: Network = change.found

    def apply(self) -> None:
        """Makes it, or raises ``HostError``."""
        steps = {
            "create": self._create,
            "update": self._update,
            "replace": self._replace,
            "start": self._start,
            "delete": self._delete,
        }
        steps[self._change.action]()

    def _create(self) -> None:
        root = xml.parse("<network/>")
        xml.Text("./name").write(root, self._asked.name)
        network = self._define(root)
        self._undo.push(
            "remove the new network", lambda: self._session.do("undefine it", lambda _c: network.undefine())
        )
        self._set_autostart(network)
        self._activate(network)
        self._undo.push(
            "stop the new network", lambda: self._session.do("stop it", lambda _c: network.destroy())
        )
        self._attach(network_ports(self._session))

    def _update(self) -> None:
        network = self._lookup()
        if compare(self._asked, self._found):
            self._redefine(network)
        if self._change.touches("autostart"):
            self._set_autostart(network)
        if self._found.state == "present":
            update_live(self._session, network, self._asked, self._running(network))
        if self._change.touches("workloads"):
            self._attach(network_ports(self._session))

    def _replace(self) -> None:
        """Writes the new definition into the old one's XML, and starts it anew.

        What was on its bridge, containers too, is on the new one afterwards.
        """
        network = self._lookup()
        ports = self._followers()
        if self._found.state == "present":
            self._undo.push("start the old network", lambda: self._restart(network, ports))
        # What libvirt refuses is refused while the old one still runs.
        self._redefine(network)
        if self._found.state == "present":
            self._session.do("stop the network", lambda _c: network.destroy())
        self._set_autostart(network)
        self._activate(network)
        self._undo.push(
            "stop the new network", lambda: self._session.do("stop it", lambda _c: network.destroy())
        )
        for port in ports:
            self._links.attach(port, str(self._asked.bridge))

    def _followers(self) -> Sequence[str]:
        """The interfaces that go along to the new bridge.

        Of a bridge of the host, or to one, only those of the network's vms do: all else there is the host's own, or
        others'. Ports of Open vSwitch stay until their vm starts anew.
        """
        found, asked = self._found, self._asked
        if not self._session.local or found.bridge is None or asked.bridge is None:
            return []
        if found.mode in OWN and asked.mode != "bridge":
            return self._links.ports(found.bridge)
        if found.vlan or asked.vlan or found.bridge == asked.bridge:
            return []
        ports = network_ports(self._session)
        return [port.interface for port in ports if port.interface and port.network == found.name]

    def _restart(self, network: Any, ports: Sequence[str]) -> None:
        if self._session.do("see whether it runs", lambda _c: network.isActive()):
            return
        self._activate(network)
        for port in ports:
            self._links.attach(port, str(self._found.bridge))

    def _start(self) -> None:
        network = self._lookup()
        if self._session.local and self._found.mode in OWN:
            start_over(self._links, self._found, lambda: self._activate(network))
        else:
            self._activate(network)
        self._attach(network_ports(self._session))

    def _delete(self) -> None:
        self._check_unused()
        network = self._lookup()
        if self._found.state == "present":
            self._session.do("stop the network", lambda _c: network.destroy())
        self._session.find(lambda _c: network.undefine(), "undefine the network")

    def _lookup(self) -> Any:
        return self._session.do(
            "find the network", lambda c: c.networkLookupByName(self._change.address.name)
        )

    def _define(self, root: xml.Element) -> Any:
        had_domain = root.find("domain") is not None
        xml.write(libvirt_table(self._session), root, self._asked)
        if self._change.action == "create" or self._change.touches("mode"):
            fit_mode(root, self._asked)
        complete(root, had_domain=had_domain)
        return self._define_text(xml.render(root))

    def _define_text(self, text: str) -> Any:
        return self._session.do("define the network", lambda c: c.networkDefineXML(text))

    def _redefine(self, network: Any) -> None:
        inactive = self._session.constant("VIR_NETWORK_XML_INACTIVE")
        before = self._session.do("read the network", lambda _c: network.XMLDesc(inactive))
        self._define(xml.parse(before))
        self._undo.push("put the old definition back", lambda: self._define_text(before))

    def _running(self, network: Any) -> Network:
        """What runs by now: vms that went in the same run have taken their reservations along."""
        text = self._session.do("read the running network", lambda _c: network.XMLDesc(0))
        values = xml.read(libvirt_table(self._session), xml.parse(text))
        return Network(name=self._asked.name, **values)

    def _set_autostart(self, network: Any) -> None:
        if self._asked.autostart is not None:
            wanted = int(self._asked.autostart)
            self._session.do("set whether it starts with the host", lambda _c: network.setAutostart(wanted))

    def _activate(self, network: Any) -> None:
        self._session.do("start the network", lambda _c: network.create())

    def _check_unused(self) -> None:
        found = self._found
        users = [port.vm for port in network_ports(self._session) if port.on(found.name, found.own_bridge)]
        if users:
            raise in_use(sorted(set(users)))

    def _attach(self, ports: Sequence[Port]) -> None:
        """Puts the NICs of running vms back on the bridge, if it has one, which went away while they ran."""
        spec = self._asked if self._asked.bridge or self._change.action == "create" else self._found
        if spec.bridge is None or not self._session.local:
            return
        loose = self._links.loose_interfaces("vnet").values()
        for port in ports:
            if port.interface and port.interface in loose and port.on(spec.name, spec.own_bridge):
                self._links.attach(port.interface, spec.bridge)
