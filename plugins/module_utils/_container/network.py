# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The container engine's half of networks."""

from __future__ import annotations

import dataclasses
import ipaddress
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
from .._model.subnets import Occupied, Shared, Subnet, first_address
from .engine import Engine
from .labels import own, owner_of, written

BRIDGE = "com.docker.network.bridge.name"
MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade"
MTU = "com.docker.network.driver.mtu"


class ContainerNetworkDriver(Driver):
    """Bridge networks of one container engine."""

    kind = "container_network"

    def __init__(self, engine: Engine, links: HostLinks) -> None:
        self._engine = engine
        self._links = links

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        return self._engine.understood("read the networks", lambda: self._seen(names, owner))

    def _seen(self, names: Collection[str], owner: str | None) -> dict[str, Any]:
        specs = {
            entry["Name"]: read(entry)
            for entry in self._engine.rows("list the networks", lambda api: api.networks())
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
            )
            for name, spec in specs.items()
        }

    def _loose(self, containers: Sequence[Mapping[str, Any]], spec: ContainerNetwork) -> dict[str, str]:
        """The running containers on a network of ours that have fallen off its bridge, with their interfaces."""
        loose = self._links.loose_interfaces("veth") if spec.bridge else {}
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

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        if asked.state != "absent" and asked.masquerade is False and self._engine.name == "podman":
            raise Refused(
                "podman cannot put containers on a bridge of libvirt",
                hint="Set attach to vms or to containers, and give each kind a network of its own.",
            )
        changes = super().plan(asked, found, planning)
        if found is None or not any(change.action in ("delete", "replace") for change in changes):
            return changes
        left = [name for name in found.workloads or () if not planning.removes(Address("container", name))]
        if left and (asked.state == "absent" or planning.allow is Disruption.REPLACE):
            raise _in_use(left)
        return changes

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        differences = compare(asked, found)
        if differences:
            return [
                Change(
                    "replace", Address(self.kind, asked.name), Disruption.REPLACE, differences, asked, found
                )
            ]
        back = tuple(
            Difference(f"workloads[{name}]", "detached", "attached", Disruption.LIVE)
            for name in found.detached or ()
        )
        if not back:
            return []
        return [Change("update", Address(self.kind, asked.name), Disruption.LIVE, back, asked, found)]

    def references(self, spec: Any) -> Sequence[Reference]:
        return (Reference(Address("network", spec.name), must_exist=False),)

    def claims(self, spec: Any) -> Sequence[Claim]:
        claims = []
        if spec.subnet:
            claims.append(Claim("subnet", Shared(spec.name, Subnet(spec.subnet))))
        if spec.bridge:
            claims.append(Claim("bridge", Shared(spec.name, spec.bridge)))
        return claims

    def occupied(self) -> list[Occupied]:
        """The subnets of all networks of this engine."""
        return [
            Occupied(
                ipaddress.IPv4Network(config["Subnet"]),
                Address(self.kind, entry["Name"]),
                (entry.get("Options") or {}).get(BRIDGE) or f"br-{entry['Id'][:12]}",
            )
            for entry in self._engine.rows("list the networks", lambda api: api.networks())
            for config in _ipv4(entry)
        ]

    def apply(self, change: Change, undo: Undo) -> None:
        if change.action == "update":
            self._attach(change.asked)
            return
        if change.action in ("delete", "replace"):
            self._remove(change, undo)
        if change.action in ("create", "replace"):
            self._create(change.asked)

    def _attach(self, asked: ContainerNetwork) -> None:
        """Puts running containers back on the bridge, which went away while they ran."""
        bridge = asked.bridge
        if bridge is None:
            return
        containers = self._engine.rows("list the containers", lambda api: api.containers())
        for interface in self._loose(containers, asked).values():
            self._links.attach(interface, bridge)

    def _remove(self, change: Change, undo: Undo) -> None:
        found: ContainerNetwork = change.found
        users = self.observe([found.name]).get(found.name)
        if users is not None and users.workloads:
            raise _in_use(users.workloads)
        self._engine.find(lambda api: api.remove_network(found.network_id))
        if change.action == "replace":
            undo.push("make the old network again", lambda: self._create(found))

    def _create(self, spec: ContainerNetwork) -> None:
        self._engine.do("create the network", lambda api: api.create_network(**_arguments(spec)))


def _arguments(spec: ContainerNetwork) -> dict[str, Any]:
    """The keyword arguments of the library's ``create_network``."""
    options = {}
    if spec.bridge:
        options[BRIDGE] = spec.bridge
    if spec.masquerade is not None:
        options[MASQUERADE] = "true" if spec.masquerade else "false"
    if spec.mtu is not None:
        options[MTU] = str(spec.mtu)
    config = {"Subnet": spec.subnet, "Gateway": spec.gateway, "IPRange": spec.ip_range}
    return {
        "name": spec.name,
        "driver": "bridge",
        "options": options,
        "ipam": {
            "Driver": "default",
            "Config": [{key: value for key, value in config.items() if value}] if spec.subnet else [],
        },
        "check_duplicate": True,
        "internal": bool(spec.internal),
        "labels": written(spec.labels, spec.owner, spec.name),
    }


def read(entry: Mapping[str, Any]) -> ContainerNetwork:
    """Of what a list or ``inspect`` tells."""
    options, labels = entry.get("Options") or {}, entry.get("Labels") or {}
    config = next(iter(_ipv4(entry)), {})
    subnet = config.get("Subnet") or None
    mtu = str(options.get(MTU, ""))
    return ContainerNetwork(
        name=entry["Name"],
        subnet=subnet,
        gateway=config.get("Gateway") or (first_address(subnet) if subnet else None),
        ip_range=config.get("IPRange") or None,
        bridge=options.get(BRIDGE),
        internal=bool(entry.get("Internal")),
        masquerade=options.get(MASQUERADE, "true").lower() in ("1", "t", "true"),
        mtu=int(mtu) if mtu.isdigit() else None,
        labels=own(labels),
        owner=owner_of(labels, entry["Name"]),
        network_id=entry["Id"],
    )


def _ipv4(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    configs = (entry.get("IPAM") or {}).get("Config") or []
    return [config for config in configs if config.get("Subnet") and ":" not in config["Subnet"]]


def _endpoint(container: Mapping[str, Any], network: str) -> Mapping[str, Any] | None:
    networks: Mapping[str, Any] = (container.get("NetworkSettings") or {}).get("Networks") or {}
    return networks.get(network)


def _name(container: Mapping[str, Any]) -> str:
    return str(container["Names"][0]).lstrip("/")


def _in_use(containers: Sequence[str]) -> Refused:
    names = ", ".join(f"container/{name}" for name in containers)
    return Refused(f"is in use by {names}", hint="Remove the workloads first, or take them off the network.")
