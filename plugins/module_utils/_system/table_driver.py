# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is kept as tables of the host's nftables: policies of networks, published ports of vms."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from .._core.change import Address, Change
from .._core.driver import Claim, Driver, Reference
from .._core.errors import Refused
from .._core.undo import Undo
from .._model import policy_table, vm_ports
from .._model.nft_text import Name, counted, owner_in, removal, uncounted
from .._model.policy_table import PolicyTable
from .._model.vm_ports import VmPorts
from . import kept_tables, nftables, passage
from .port import is_taken


class TableDriver(Driver):
    """Tables named after an object. ``barred`` says why those of this host do not hold networks of a kind."""

    spec: ClassVar[Any]
    families: ClassVar[Sequence[str]]
    prefix: ClassVar[str]

    def __init__(self, barred: Mapping[str, Callable[[], str | None]]) -> None:
        self._barred = barred

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        tables = nftables.tables()
        known = {name[len(self.prefix) :] for _family, name in tables if name.startswith(self.prefix)}
        known.update(kept_tables.kept(self.prefix))
        found: dict[str, Any] = {}
        for name in sorted(known if owner is not None else known.intersection(names)):
            there = [full for full in self._names(name) if full in tables]
            listing = nftables.listed(there) if there else ""
            file = kept_tables.read(f"{self.prefix}{name}")
            spec = self.spec(
                name,
                rules=uncounted(listing),
                file=file,
                counters=counted(listing) or None,
                owner=owner_in(listing) or owner_in(file or ""),
            )
            if name in names or spec.owner == owner:
                found[name] = self.seen(spec)
        return found

    def files(self, spec: Any) -> Sequence[str]:
        return [nftables.COMMAND]

    def prepare(self, asked: Any, found: Any | None) -> Any:
        """With its file, and with its rules as this kernel has them."""
        if asked.state == "absent":
            return asked
        for why in (self._barred[half]() for half in asked.halves or () if half in self._barred):
            if why is not None:
                raise Refused(why, hint="Take it out, or run this where the workloads are.")
        self.check_free(asked, found)
        if asked.owner is None and found is not None:
            asked = dataclasses.replace(asked, owner=found.owner)
        file, rules = nftables.tried(lambda aware: asked.text(aware=aware), self._names(asked.name))
        return dataclasses.replace(asked, file=file, rules=rules)

    def apply(self, change: Change, undo: Undo) -> None:
        name = f"{self.prefix}{change.address.name}"
        if change.action == "delete":
            there = [full for full in self._names(change.address.name) if full in nftables.tables()]
            nftables.load("\n".join(removal(there)), "remove the tables of nftables")
            kept_tables.drop(name)
            self.closed()
            return
        nftables.load(change.asked.file, "load the tables of nftables")
        kept_tables.keep(name, change.asked.file)
        self.opened(change.asked)

    def seen(self, spec: Any) -> Any:
        """What was found, with what else there is to see."""
        return spec

    @abc.abstractmethod
    def check_free(self, asked: Any, found: Any | None) -> None:
        """Raises ``Refused`` where what it is to take is another's."""

    def opened(self, asked: Any) -> None:
        """What else is to be done once the tables are there. Raises ``HostError``."""
        return

    def closed(self) -> None:
        """What else is to be done once they have gone. Raises ``HostError``."""
        return

    def _names(self, name: str) -> list[Name]:
        return [(family, f"{self.prefix}{name}") for family in self.families]


class PolicyDriver(TableDriver):
    """Policies of networks. They hold before a workload is on the network."""

    kind = "policy"
    spec, families, prefix = PolicyTable, policy_table.FAMILIES, policy_table.PREFIX

    def references(self, spec: Any) -> Sequence[Reference]:
        halves = ("network", "container_network")
        return [Reference(Address(half, spec.name), must_exist=False) for half in halves]

    def check_free(self, asked: Any, found: Any | None) -> None:
        return


class VmPortsDriver(TableDriver):
    """Published ports of vms."""

    kind = "vm_ports"
    spec, families, prefix = VmPorts, vm_ports.FAMILIES, vm_ports.PREFIX

    def references(self, spec: Any) -> Sequence[Reference]:
        return [Reference(Address("vm", spec.name), must_exist=False)]

    def claims(self, spec: Any) -> Sequence[Claim]:
        return [Claim("port", port) for port in spec.ports or ()]

    def check_free(self, asked: Any, found: Any | None) -> None:
        """Of other vms, and of what listens; a port that is its own already is not asked for again."""
        others = self.observe([n for n in kept_tables.kept(self.prefix) if n != asked.name])
        for port in asked.ports or ():
            for name, other in others.items():
                if any(port.overlaps(one) for one in vm_ports.ports_in(other.file or "")):
                    raise vm_ports.refused(port, f"vm/{name}")
            own = found is not None and port in vm_ports.ports_in(found.file or "")
            if not own and is_taken(port.host_ip, port.host_port, port.protocol):
                raise vm_ports.refused(port, "something that listens there")

    def prepare(self, asked: Any, found: Any | None) -> Any:
        prepared = super().prepare(asked, found)
        return prepared if asked.state == "absent" else dataclasses.replace(prepared, passes=True)

    def seen(self, spec: Any) -> Any:
        bridge = vm_ports.bridge_in(spec.file or "")
        ports = tuple(vm_ports.ports_in(spec.file or ""))
        return dataclasses.replace(spec, ports=ports, passes=bridge is None or passage.is_open(bridge))

    def opened(self, asked: Any) -> None:
        if not passage.is_open(asked.bridge):
            passage.open_up()

    def closed(self) -> None:
        if not kept_tables.kept(self.prefix):
            passage.remove()
