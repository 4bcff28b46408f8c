# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to see on a host: each engine's own part, the machine's, and the whole that they make."""

from __future__ import annotations

import dataclasses
import datetime
import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Any

from .._core.compare import plain
from .._core.errors import HostError
from .host_firewall import HostFirewall
from .subnets import Occupied
from .vm_snapshot import VmSnapshot

ACTIVE = ("running", "paused")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)")
_NEVER = 1


@dataclasses.dataclass(frozen=True)
class EngineState:
    """``present``: it is installed, or something is at its address. ``cause`` says why it is not ``reachable``."""

    name: str
    address: str
    present: bool
    reachable: bool = False
    version: str | None = None
    hypervisor: str | None = None
    cause: str | None = None
    hint: str | None = None

    def answered(self, version: str, hypervisor: str | None = None) -> EngineState:
        """The same, reached."""
        return dataclasses.replace(self, present=True, reachable=True, version=version, hypervisor=hypervisor)

    def failed(self, error: HostError) -> EngineState:
        """The same, out of reach."""
        cause = f"{error.tried}: {error.cause}" if error.cause else error.tried
        return dataclasses.replace(self, reachable=False, cause=cause, hint=error.hint or None)


@dataclasses.dataclass(frozen=True)
class Place:
    """A workload's place on a network or a bridge. While it is stopped, ``address`` is the one that is fixed for it."""

    name: str
    address: str | None = None
    mac: str | None = None


@dataclasses.dataclass(frozen=True)
class Workload:
    """A vm or a container. ``memory`` (bytes) and ``cpus`` are a vm's size, and a container's limits."""

    kind: str
    name: str
    engine: str
    state: str
    started: str | None = None
    addresses: tuple[str, ...] = ()
    networks: tuple[Place, ...] = ()
    stack: str | None = None
    image: str | None = None
    os: str | None = None
    memory: int | None = None
    cpus: float | None = None
    restart_required: tuple[str, ...] = ()
    snapshots: tuple[VmSnapshot, ...] = ()


@dataclasses.dataclass(frozen=True)
class HostNetwork:
    """A network; ``names`` are its names by engine. Where ``bridge`` is None the engine does not tell, or has none."""

    name: str
    names: dict[str, str]
    mode: str | None = None
    bridge: str | None = None
    subnet: str | None = None
    subnet6: str | None = None
    gateway: str | None = None
    domain: str | None = None
    active: bool = True
    autostart: bool | None = None
    stack: str | None = None

    @property
    def range(self) -> ipaddress.IPv4Network | None:
        """The subnet, to calculate with."""
        return ipaddress.IPv4Network(self.subnet) if self.subnet else None


@dataclasses.dataclass(frozen=True)
class HostPool:
    """A storage pool; sizes in bytes, known while it is active. ``path`` is where its volumes are on the host."""

    name: str
    type: str | None = None
    path: str | None = None
    active: bool = True
    autostart: bool | None = None
    capacity: int | None = None
    allocation: int | None = None
    available: int | None = None
    volumes: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    stack: str | None = None


@dataclasses.dataclass(frozen=True)
class Storage:
    """The file system of a folder in which an engine keeps what it runs; sizes in bytes."""

    path: str
    engine: str
    total: int
    free: int


@dataclasses.dataclass(frozen=True)
class Survey:
    """What one engine has. ``root`` is the folder of its own in which it keeps images, where that is on this host."""

    engine: EngineState
    workloads: tuple[Workload, ...] = ()
    networks: tuple[HostNetwork, ...] = ()
    root: str | None = None
    pools: tuple[HostPool, ...] = ()


@dataclasses.dataclass(frozen=True)
class Machine:
    """What the machine itself has; memory in bytes.

    ``no_kvm`` says why KVM runs no vm, ``installed`` which engines' programs are there.
    """

    architecture: str
    cpus: int
    memory: int
    available: int
    no_kvm: str = ""
    installed: frozenset[str] = frozenset()
    storage: tuple[Storage, ...] = ()
    firewall: HostFirewall = HostFirewall()
    routes: tuple[Occupied, ...] = ()


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something that is amiss, or will be. ``severity``: info, warning, error."""

    code: str
    severity: str
    message: str
    hint: str


@dataclasses.dataclass(frozen=True)
class Host:
    """The whole: all engines on one machine."""

    machine: Machine
    surveys: Sequence[Survey]

    @property
    def engines(self) -> list[EngineState]:
        """All that were looked for."""
        engines = [survey.engine for survey in self.surveys]
        return [
            dataclasses.replace(e, present=e.present or e.name in self.machine.installed) for e in engines
        ]

    @property
    def workloads(self) -> list[Workload]:
        """Sorted by kind and name."""
        found = [workload for survey in self.surveys for workload in survey.workloads]
        return sorted(found, key=lambda w: (w.kind, w.name, w.engine))

    @property
    def networks(self) -> list[HostNetwork]:
        """Those with one bridge made one, sorted by name."""
        found = joined(network for survey in self.surveys for network in survey.networks)
        return sorted(found, key=lambda n: (n.name, *n.names))

    @property
    def pools(self) -> list[HostPool]:
        """Sorted by name."""
        return sorted((pool for survey in self.surveys for pool in survey.pools), key=lambda p: p.name)

    def capabilities(self) -> dict[str, Any]:
        """What the machine can do."""
        machine = self.machine
        return {
            "architecture": machine.architecture,
            "cpus": machine.cpus,
            "memory": machine.memory,
            "kvm": {"usable": not machine.no_kvm, "cause": machine.no_kvm or None},
        }

    def capacity(self) -> dict[str, Any]:
        """What the machine has, and what running workloads were promised of it."""
        running = [w for w in self.workloads if w.state in ACTIVE]
        vms, containers = ([w for w in running if w.kind == kind] for kind in ("vm", "container"))
        return {
            "cpus": {
                "total": self.machine.cpus,
                "vms": sum(w.cpus or 0 for w in vms),
                "containers": sum(w.cpus or 0 for w in containers),
            },
            "memory": {
                "total": self.machine.memory,
                "available": self.machine.available,
                "vms": sum(w.memory or 0 for w in vms),
                "containers": sum(w.memory or 0 for w in containers),
                "unlimited_containers": sum(not w.memory for w in containers),
            },
            "storage": [whole(storage) for storage in self.machine.storage],
        }


def joined(networks: Iterable[HostNetwork]) -> list[HostNetwork]:
    """Networks of several engines on one bridge are one network, described by the engine that comes first."""
    found: list[HostNetwork] = []
    for network in networks:
        twin = next((n for n in found if n.bridge and n.bridge == network.bridge), None)
        if twin is None or not network.names.keys().isdisjoint(twin.names):
            found.append(network)
            continue
        both = dataclasses.replace(
            twin, names={**twin.names, **network.names}, stack=twin.stack or network.stack
        )
        found[found.index(twin)] = both
    return found


def whole(value: Any) -> dict[str, Any]:
    """As data that JSON can hold, with every field, known or not."""
    result: dict[str, Any] = plain(dataclasses.asdict(value))
    return result


def utc(stamp: str | None) -> str | None:
    """An engine's time stamp as ISO 8601 in UTC, to the second; None for one of the year 1, which means never."""
    match = _STAMP.fullmatch(stamp or "")
    if match is None:
        return None
    zone = "+00:00" if match[2] == "Z" else match[2]
    try:
        moment = datetime.datetime.fromisoformat(match[1] + zone)
    except ValueError:
        return None
    return None if moment.year <= _NEVER else _written(moment)


def utc_of(seconds: float | None) -> str | None:
    """Seconds since the epoch, likewise."""
    if seconds is None:
        return None
    return _written(datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc))


def _written(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
