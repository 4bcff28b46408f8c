# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""libvirt's half of networks."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from .._core.change import Address, Change
from .._core.compare import Difference, compare
from .._core.driver import Claim, Driver, Planning
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.host_links import HostLinks
from .._model.network import Network
from .._model.subnets import Occupied, Subnet, shared_claims
from . import xml
from .network_change import NetworkChange, in_use, libvirt_table
from .network_users import network_ports
from .network_xml import network_table
from .session import Session


class NetworkDriver(Driver):
    """Networks of one libvirt. A network that is defined and not active is found as ``inactive``."""

    kind = "network"
    power: ClassVar[Mapping[tuple[str, str], str]] = {("inactive", "present"): "start"}

    def __init__(self, session: Session, links: HostLinks) -> None:
        self._session = session
        self._links = links

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        known = self._session.do("list the networks", lambda c: [(n.name(), n) for n in c.listAllNetworks()])
        table = libvirt_table(self._session) if known else {}
        specs: dict[str, Network] = {}
        for name, network in known:
            if name not in names and owner is None:
                continue
            spec = self._read(name, network, table)
            if spec is not None and (name in names or spec.owner == owner):
                specs[name] = spec
        return self._with_workloads(specs) if specs else {}

    def _read(self, name: str, network: Any, table: xml.Table) -> Network | None:
        """The network as it is written for the next start, with what runs where that differs."""
        inactive = self._session.constant("VIR_NETWORK_XML_INACTIVE")

        def texts(_connection: Any) -> tuple[str, str | None, bool]:
            running = network.XMLDesc(0) if network.isActive() else None
            starts = bool(network.isPersistent() and network.autostart())
            return network.XMLDesc(inactive), running, starts

        found = self._session.find(texts, "read the network")
        if found is None:
            return None
        written, running, starts = found
        spec = Network(
            name=name,
            state="inactive" if running is None else "present",
            uuid=network.UUIDString(),
            autostart=starts,
            **xml.read(table, xml.parse(written)),
        )
        if running is None or running == written:
            return spec
        live = dataclasses.replace(spec, **xml.read(table, xml.parse(running)))
        live = dataclasses.replace(live, owner=spec.owner)
        return spec if live == spec else dataclasses.replace(spec, live=live)

    def _with_workloads(self, specs: dict[str, Network]) -> dict[str, Any]:
        ports = network_ports(self._session)
        running = self._session.local and any(port.interface for port in ports)
        loose = set(self._links.loose_interfaces("vnet").values()) if running else set()
        result: dict[str, Any] = {}
        for name, spec in specs.items():
            mine = [port for port in ports if port.on(name, spec.own_bridge)]
            result[name] = dataclasses.replace(
                spec,
                workloads=tuple(sorted({port.vm for port in mine})) or None,
                detached=tuple(sorted({port.vm for port in mine if port.interface in loose})) or None,
            )
        return result

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        changes = super().plan(asked, found, planning)
        left = [vm for vm in (found.workloads if found else ()) or () if not _goes(vm, planning)]
        if left and asked.state == "absent":
            raise in_use(left)
        users = tuple(f"vm/{vm}" for vm in left)
        return tuple(dataclasses.replace(c, users=users) if c.action == "replace" else c for c in changes)

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        differences = _differences(asked, found)
        if found.state == "present":
            differences += [
                Difference(f"workloads[{vm}]", "detached", "attached", Disruption.LIVE)
                for vm in found.detached or ()
            ]
        if not differences:
            return []
        cost = max(difference.disruption for difference in differences)
        action = "replace" if cost is Disruption.REPLACE else "update"
        return [Change(action, Address(self.kind, asked.name), cost, tuple(differences), asked, found)]

    def claims(self, spec: Any) -> Sequence[Claim]:
        reserved = [Claim(f"reserved address on {spec.name}", r.ip) for r in spec.reservations or () if r.ip]
        # A bridge of the host bears as many networks as it has VLANs.
        return [*reserved, *shared_claims(dataclasses.replace(spec, bridge=spec.own_bridge))]

    def occupied(self) -> list[Occupied]:
        """The subnets of all networks of this libvirt, active or not."""
        texts = self._session.do(
            "read the networks", lambda c: [(n.name(), n.XMLDesc(0)) for n in c.listAllNetworks()]
        )
        table = network_table(metadata=False)
        specs = [Network(name=name, **xml.read(table, xml.parse(text))) for name, text in texts]
        return [
            Occupied(Subnet(spec.subnet), Address(self.kind, spec.name), spec.bridge)
            for spec in specs
            if spec.subnet
        ]

    def apply(self, change: Change, undo: Undo) -> None:
        NetworkChange(self._session, self._links, change, undo).apply()


def _differences(asked: Network, found: Network) -> list[Difference]:
    """What differs in what runs, at its cost; what differs only in what is written for the next start, at none."""
    written = compare(asked, found)
    if found.state != "present":
        return list(written)
    running = {d.path: d for d in (compare(asked, found.live) if found.live else written)}
    pending = [dataclasses.replace(d, disruption=Disruption.NONE) for d in written if d.path not in running]
    return [*running.values(), *pending]


def _goes(vm: str, planning: Planning) -> bool:
    return planning.frees(Address("vm", vm))
