# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack: a named set of objects that are converged together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.change import Address
from .._core.driver import Driver
from .._core.errors import HostError, InvalidSpec
from .._core.field import Disruption
from .._core.order import Target
from .container import Container
from .container_network import halves
from .dependency import Dependency
from .disk import Disk
from .host_tables import POLICY, PORTS, policy_of, ports_of
from .image import Image
from .names import checked_name
from .network import Network
from .pool import Pool
from .vm import Vm
from .volume import Volume

Presence = Callable[[], bool]
Resolve = Callable[[Sequence[Target], Mapping[Address, Any]], Sequence[Target]]

#: The lists of a stack besides its networks: option, kind, and what makes a spec of an item.
NOUNS: tuple[tuple[str, str, Callable[[Mapping[str, Any]], Any]], ...] = (
    ("pools", "pool", Pool.from_params),
    ("disks", "disk", Disk.from_params),
    ("images", "image", Image.from_params),
    ("volumes", "volume", Volume.from_params),
    ("containers", "container", Container.from_params),
    ("vms", "vm", Vm.from_params),
)
#: What becomes tables of the host: the list in whose items it stands, its kind, and what makes a spec of an item.
TABLES: tuple[tuple[str, str, Callable[[Mapping[str, Any]], Any]], ...] = (
    ("networks", POLICY, policy_of),
    ("vms", PORTS, ports_of),
)
#: The kinds that hold data, and the option that lets removal take them.
DATA = {"disk": "delete_disks", "volume": "delete_volumes"}
#: What a change may cost where the user does not say; what is not listed: live.
ALLOWED = {"container": Disruption.REPLACE, "image": Disruption.REPLACE}


@dataclasses.dataclass(frozen=True)
class Stack:
    """``specs`` are all objects asked for, each with the stack as its owner, by kind.

    ``keeps`` are the kinds that hold data which removal is not allowed to take.
    """

    name: str
    state: str
    specs: Mapping[str, Sequence[Any]]
    keeps: frozenset[str] = frozenset()

    @classmethod
    def from_params(cls, params: Mapping[str, Any], has_libvirt: Presence, has_containers: Presence) -> Stack:
        """Of the module's options. Raises ``InvalidSpec``, naming the object."""
        name = checked_name("stack", params["name"], params["state"])
        if params["parallel"] < 1:
            raise InvalidSpec(f"parallel: {params['parallel']} is out of range", hint="Use 1 or more.").about(
                "stack", name
            )
        specs: dict[str, list[Any]] = {"network": [], "container_network": []}
        for item in params["networks"] or ():
            pair = halves(Network.from_params(item), has_libvirt, has_containers)
            for kind, spec in zip(("network", "container_network"), pair):
                if spec is not None:
                    specs[kind].append(spec)
        for option, kind, parse in NOUNS:
            specs[kind] = [_parsed(kind, parse, item) for item in params[option] or ()]
        for option, kind, derive in TABLES:
            specs[kind] = [spec for spec in map(derive, params[option] or ()) if spec is not None]
        names = {kind: {spec.name for spec in specs[kind]} for kind in ("container", "vm")}
        for kind in ("container", "vm"):
            specs[kind] = [_depending(kind, spec, names) for spec in specs[kind]]
        owned = {
            kind: [dataclasses.replace(spec, owner=name) for spec in items] for kind, items in specs.items()
        }
        keeps = frozenset(kind for kind, option in DATA.items() if not params[option])
        return cls(name, params["state"], owned, keeps)

    @property
    def kinds(self) -> set[str]:
        """The kinds of which there is anything."""
        return {kind for kind, items in self.specs.items() if items}

    def terms(self, params: Mapping[str, Any], complete: Resolve) -> dict[str, Any]:
        """How a run that converges it is to be led. ``complete`` is for targets that are to be there."""
        return {
            "owner": self.name,
            "prune": params["prune"] or self.state == "absent",
            "parting": self.parting,
            "workers": params["parallel"],
            "resolve": self.owned if self.state == "absent" else complete,
        }

    def kept(self, kind: str) -> Sequence[Any]:
        """What is asked for of a kind, and is not to go with the stack."""
        return self.specs[kind] if self.state == "present" else ()

    def targets(self, drivers: Mapping[str, Driver], params: Mapping[str, Any]) -> list[Target]:
        """A target for each object; where the stack is absent, all of them too, but for what holds data."""
        allow, gone = params["allow_disruption"], self.state == "absent"
        return [
            Target(
                drivers[kind],
                self._gone(spec) if gone else spec,
                Disruption(allow) if allow else ALLOWED.get(kind, Disruption.LIVE),
                adopt=params["adopt"],
            )
            for kind, items in self.specs.items()
            for spec in items
            if not (gone and kind in self.keeps)
        ]

    def parting(self, address: Address, spec: Any) -> Any | None:
        """An object of the stack that nobody asks for as it is asked to go; None where it stays."""
        return None if address.kind in self.keeps else self._gone(spec)

    def _gone(self, spec: Any) -> Any:
        """A vm goes with the volumes that were made for it, where disks may."""
        gone = dataclasses.replace(spec, state="absent")
        takes = isinstance(gone, Vm) and "disk" not in self.keeps and gone.delete_disks != "owned"
        return dataclasses.replace(gone, delete_disks="volumes") if takes else gone

    def owned(self, targets: Sequence[Target], found: Mapping[Address, Any]) -> list[Target]:
        """Of targets that are to go, those that are there and are the stack's own."""
        return [t for t in targets if getattr(found.get(t.address), "owner", None) == self.name]


def _parsed(kind: str, parse: Callable[[Mapping[str, Any]], Any], item: Mapping[str, Any]) -> Any:
    try:
        return parse(item)
    except HostError as error:
        raise error.about(kind, str(item.get("name") or item.get("path"))) from None


def _depending(kind: str, spec: Any, names: Mapping[str, set[str]]) -> Any:
    """A workload whose bare names in ``depends_on`` are those of vms where no container has that name."""
    if not spec.depends_on:
        return spec
    needed = tuple(
        Dependency("vm", d.name, d.condition)
        if d.kind == "container" and d.name not in names["container"] and d.name in names["vm"]
        else d
        for d in spec.depends_on
    )
    try:
        return dataclasses.replace(spec, depends_on=tuple(d.checked() for d in needed))
    except HostError as error:
        raise error.about(kind, spec.name) from None
