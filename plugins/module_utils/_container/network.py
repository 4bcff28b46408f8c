# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The container engine's half of networks."""

from __future__ import annotations

import dataclasses
import ipaddress
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .._core.change import Address, Change
from .._core.compare import Difference, compare
from .._core.driver import Claim, Driver, Planning, Reference
from .._core.errors import Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.container_network import ContainerNetwork
from .._model.host_links import HostLinks
from .._model.host_start import HostStart
from .._model.subnets import Occupied, first_address, shared_claims
from .engine import Engine
from .labels import own, owner_of, written
from .network_answers import BRIDGE, HANDS_OFF, MASQUERADE, MTU, PARENT, networks
from .network_members import members, put_back, take_off

TRUE = ("1", "t", "true")
_ALLOTTED_SECONDS, _POLL_SECONDS = 15.0, 0.25


class ContainerNetworkDriver(Driver):
    """Networks of one container engine."""

    kind = "container_network"

    def __init__(self, engine: Engine, links: HostLinks, start: HostStart) -> None:
        self._engine = engine
        self._links = links
        self._start = start

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        return self._engine.understood("read the networks", lambda: self._seen(names, owner))

    def _seen(self, names: Collection[str], owner: str | None) -> dict[str, Any]:
        specs = {
            entry["Name"]: read(entry)
            for entry in networks(self._engine)
            if entry["Name"] in names
            or (owner is not None and owner_of(entry["Labels"], entry["Name"]) == owner)
        }
        return self._with_workloads(specs) if specs else {}

    def _with_workloads(self, specs: dict[str, ContainerNetwork]) -> dict[str, Any]:
        containers = self._engine.rows("list the containers", lambda api: api.containers(all=True))
        return {
            name: dataclasses.replace(
                spec,
                workloads=tuple(sorted(_name(c) for c in containers if _endpoint(c, name) is not None))
                or None,
                detached=tuple(sorted(self._loose(containers, spec))) or None,
                waits=self._start.waits(name),
            )
            for name, spec in specs.items()
        }

    def _loose(self, containers: Sequence[Mapping[str, Any]], spec: ContainerNetwork) -> dict[str, str]:
        """The running containers on a network of ours that have fallen off its bridge, with their interfaces.

        Podman keeps its bridges itself; without root they are not even this host's.
        """
        ours = spec.bridge and self._engine.podman is None
        loose = self._links.loose_interfaces("veth") if ours else {}
        if not loose:
            return {}
        found: dict[str, str] = {}
        for container in containers:
            endpoint = _endpoint(container, spec.name)
            if endpoint is None or container.get("State") != "running":
                continue
            index = self._peers(container).get(endpoint.get("MacAddress") or "")
            if index in loose:
                found[_name(container)] = loose[index]
        return found

    def _peers(self, container: Mapping[str, Any]) -> dict[str, int]:
        inspected = self._engine.find(lambda api: api.inspect_container(container["Id"]))
        pid = int(inspected["State"]["Pid"]) if inspected else 0
        return self._links.peers(pid) if pid else {}

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state != "absent" and asked.driver == "overlay" and found is None:
            swarm = self._engine.do("ask for its swarm", lambda api: api.info()).get("Swarm") or {}
            if not swarm.get("ControlAvailable"):
                raise Refused(
                    "mode overlay needs this host to be a manager of a swarm",
                    hint="Run docker swarm init, or have this host join one as a manager.",
                )
        return asked

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        if asked.state != "absent" and asked.masquerade is False and self._engine.name == "podman":
            what = "put containers on a bridge that it did not make" if asked.bridge else "leave out NAT"
            raise Refused(
                f"podman cannot {what}",
                hint="Set attach to vms or to containers, and give each kind a network of its own.",
            )
        changes = super().plan(asked, found, planning)
        left = [
            n for n in (found.workloads if found else ()) or () if not planning.frees(Address("container", n))
        ]
        if left and asked.state == "absent":
            raise _in_use(left)
        users = tuple(f"container/{name}" for name in left)
        return tuple(dataclasses.replace(c, users=users) if c.action == "replace" else c for c in changes)

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        address, differences = Address(self.kind, asked.name), compare(asked, found)
        if any(difference.disruption is Disruption.REPLACE for difference in differences):
            return [Change("replace", address, Disruption.REPLACE, differences, asked, found)]
        back = tuple(
            Difference(f"workloads[{name}]", "detached", "attached", Disruption.LIVE)
            for name in found.detached or ()
        )
        live = (*differences, *back)
        return [Change("update", address, Disruption.LIVE, live, asked, found)] if live else []

    def references(self, spec: Any) -> Sequence[Reference]:
        return (Reference(Address("network", spec.name), must_exist=False),)

    def claims(self, spec: Any) -> Sequence[Claim]:
        return shared_claims(spec)

    def occupied(self) -> list[Occupied]:
        """The subnets of all networks of this engine."""
        return [
            Occupied(
                ipaddress.ip_network(config["Subnet"]),
                Address(self.kind, entry["Name"]),
                (entry.get("Options") or {}).get(BRIDGE) or f"br-{entry['Id'][:12]}",
            )
            for entry in networks(self._engine)
            for version in (4, 6)
            for config in _configs(entry, version)
        ]

    def apply(self, change: Change, undo: Undo) -> None:
        if change.action == "update":
            self._attach(change.asked)
        if change.action == "delete":
            self._remove(change.found)
            self._start.wait_no_more(change.address.name)
            return
        if change.action == "create":
            self._create(change.asked)
        if change.action == "replace":
            self._replace(change, undo)
        if change.asked.waits and not self._start.waits(change.asked.name):
            self._start.wait(change.asked.name)

    def _attach(self, asked: ContainerNetwork) -> None:
        """Puts running containers back on the bridge, which went away while they ran."""
        bridge = asked.bridge
        if bridge is None:
            return
        containers = self._engine.rows("list the containers", lambda api: api.containers())
        for interface in self._loose(containers, asked).values():
            self._links.attach(interface, bridge)

    def _remove(self, found: ContainerNetwork) -> None:
        users = self.observe([found.name]).get(found.name)
        if users is not None and users.workloads:
            raise _in_use(users.workloads)
        self._engine.find(lambda api: api.remove_network(found.network_id), "remove the network")

    def _replace(self, change: Change, undo: Undo) -> None:
        """The containers on it come off, and are back on the new one as they were."""
        found: ContainerNetwork = self.observe([change.address.name]).get(change.address.name, change.found)
        there = members(self._engine, found)
        take_off(self._engine, found, there, undo)
        self._engine.find(lambda api: api.remove_network(found.network_id), "remove the network")
        undo.push("make the old network again", lambda: self._create(found))
        asked = change.asked.over(found)
        self._create(asked)
        undo.push(
            "remove the new network",
            lambda: self._engine.do("remove it", lambda api: api.remove_network(found.name)),
        )
        put_back(self._engine, asked, there, undo)

    def _create(self, spec: ContainerNetwork) -> None:
        self._engine.do("create the network", lambda api: api.create_network(**_arguments(spec)))
        deadline = time.monotonic() + _ALLOTTED_SECONDS
        while spec.driver == "overlay" and time.monotonic() < deadline and not self._is_allotted(spec.name):
            time.sleep(_POLL_SECONDS)

    def _is_allotted(self, name: str) -> bool:
        """Whether the swarm has given a network what it asked for, which it does after it has made it."""
        return any(entry.get("Driver") for entry in networks(self._engine) if entry["Name"] == name)


def _arguments(spec: ContainerNetwork) -> dict[str, Any]:
    """The keyword arguments of the library's ``create_network``."""
    options = dict(spec.options or {})
    if spec.bridge:
        options[BRIDGE] = spec.bridge
    if spec.parent:
        options[PARENT] = spec.parent
    if spec.hands_off:
        options[HANDS_OFF] = "true"
    if spec.masquerade is not None:
        options[MASQUERADE] = "true" if spec.masquerade else "false"
    if spec.mtu is not None:
        options[MTU] = str(spec.mtu)
    configs = [
        {"Subnet": spec.subnet, "Gateway": spec.gateway, "IPRange": spec.ip_range},
        {"Subnet": spec.subnet6, "Gateway": spec.gateway6},
    ]
    return {
        "name": spec.name,
        "driver": spec.driver or "bridge",
        "options": options,
        "ipam": {
            "Driver": "default",
            "Config": [{k: v for k, v in config.items() if v} for config in configs if config["Subnet"]],
        },
        "check_duplicate": True,
        "internal": bool(spec.internal),
        "enable_ipv6": bool(spec.subnet6),
        # Without it a swarm's network is for services alone.
        **({"attachable": True, "scope": "swarm"} if spec.driver == "overlay" else {}),
        "labels": written(spec.labels, spec.owner, spec.name),
    }


def read(entry: Mapping[str, Any]) -> ContainerNetwork:
    """Of what a list or ``inspect`` tells."""
    options, labels = entry.get("Options") or {}, entry.get("Labels") or {}
    config, config6 = (next(iter(_configs(entry, version)), {}) for version in (4, 6))
    subnet, subnet6 = config.get("Subnet") or None, config6.get("Subnet") or None
    mtu = str(options.get(MTU, ""))
    return ContainerNetwork(
        name=entry["Name"],
        driver=entry.get("Driver"),
        parent=options.get(PARENT),
        subnet=subnet,
        gateway=config.get("Gateway") or (first_address(subnet) if subnet else None),
        subnet6=subnet6,
        gateway6=config6.get("Gateway") or (first_address(subnet6) if subnet6 else None),
        ip_range=config.get("IPRange") or None,
        bridge=options.get(BRIDGE),
        internal=bool(entry.get("Internal")),
        masquerade=options.get(MASQUERADE, "true").lower() in TRUE,
        mtu=int(mtu) if mtu.isdigit() else None,
        hands_off=str(options.get(HANDS_OFF, "")).lower() in TRUE,
        options=dict(options),
        labels=own(labels),
        owner=owner_of(labels, entry["Name"]),
        network_id=entry["Id"],
    )


def _configs(entry: Mapping[str, Any], version: int) -> list[Mapping[str, Any]]:
    configs = (entry.get("IPAM") or {}).get("Config") or []
    return [c for c in configs if c.get("Subnet") and (":" in c["Subnet"]) == (version == 6)]


def _endpoint(container: Mapping[str, Any], network: str) -> Mapping[str, Any] | None:
    networks: Mapping[str, Any] = (container.get("NetworkSettings") or {}).get("Networks") or {}
    return networks.get(network)


def _name(container: Mapping[str, Any]) -> str:
    return str(container["Names"][0]).lstrip("/")


def _in_use(containers: Sequence[str]) -> Refused:
    names = ", ".join(f"container/{name}" for name in containers)
    return Refused(f"is in use by {names}", hint="Remove the workloads first, or take them off the network.")
