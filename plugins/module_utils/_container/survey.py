# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container engine has: its version, its containers and its networks."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import HostError
from .._model.container import Container
from .._model.container_network import ContainerNetwork
from .._model.host import EngineState, HostNetwork, Place, Survey, Workload, utc
from . import container_answer
from .engine import Engine
from .inspection import inspected, listed
from .network import read
from .network_answers import networks

ENGINES = ("docker", "podman")
# Networks that stand for none, or for the host's own.
_NO_NETWORK = ("null", "host")
_UNIX = "unix://"
_ALONE = container_answer.Surroundings({}, {}, {})


def engines(params: Mapping[str, Any]) -> list[Engine]:
    """The engines to look at, by ``ENGINE_OPTIONS``: the one that is named, or with ``auto`` both.

    The address given is that of the engine that would be used; another one is looked for at its own socket. Where both
    sockets are one, whoever answers there is one engine.
    """
    if params.get("engine") in ENGINES:
        return [Engine(params)]
    chosen = Engine(params) if params.get("docker_host") else None
    found = {
        name: chosen
        if chosen and chosen.name == name
        else Engine({**params, "engine": name, "docker_host": None})
        for name in ENGINES
    }
    sockets = {os.path.realpath(_path(engine)): engine for engine in found.values()}
    return [engine for engine in found.values() if engine in sockets.values()]


def survey(engine: Engine) -> Survey:
    """What the engine has; one that is not there, or does not answer as it should, is an answer too."""
    present = not engine.address.startswith(_UNIX) or os.path.exists(_path(engine))
    state = EngineState(engine.name, engine.address, present)
    try:
        return _reached(engine, state)
    except HostError as error:
        return Survey(state.failed(error))


def _reached(engine: Engine, state: EngineState) -> Survey:
    (version,) = engine.rows("ask for its version", lambda api: [api.version()])
    state = EngineState(engine.name, state.address, present=True)
    (info,) = engine.rows("ask for its settings", lambda api: [api.info()])
    local = engine.address.startswith(_UNIX)
    return Survey(
        state.answered(str(version.get("Version") or "unknown")),
        tuple(_workload(container, state.name) for container in _containers(engine)),
        tuple(_networks(engine, state.name)),
        str(info["DockerRootDir"]) if local and info.get("DockerRootDir") else None,
    )


def _containers(engine: Engine) -> list[Container]:
    """Inspected one by one, since a list tells neither start times nor limits; those gone meanwhile are left out."""
    found = (inspected(engine, str(row.get("Id"))) for row in listed(engine))
    return [container_answer.read(entry, _ALONE) for entry in found if entry is not None]


def _workload(container: Container, engine: str) -> Workload:
    running = container.state != "stopped"
    places = tuple(
        Place(place.name, place.address if running else place.ipv4_address)
        for place in container.networks or ()
    )
    return Workload(
        kind="container",
        name=container.name,
        engine=engine,
        state=container.state,
        started=utc(container.started),
        addresses=tuple(place.address for place in places if running and place.address),
        networks=places,
        stack=container.owner,
        image=container.image,
        memory=container.memory,
        cpus=container.cpus,
    )


def _networks(engine: Engine, name: str) -> Sequence[HostNetwork]:
    rows = (row for row in networks(engine) if row.get("Driver") not in _NO_NETWORK)
    return [_network(row, read(row), name) for row in rows]


def _network(row: Mapping[str, Any], spec: ContainerNetwork, engine: str) -> HostNetwork:
    return HostNetwork(
        name=spec.name,
        names={engine: spec.name},
        mode=_mode(str(row.get("Driver")), spec),
        bridge=_bridge(row, spec, engine),
        subnet=spec.subnet,
        subnet6=spec.subnet6,
        gateway=spec.gateway,
        stack=spec.owner,
    )


def _mode(driver: str, spec: ContainerNetwork) -> str:
    if driver in ("macvlan", "ipvlan"):
        return "direct"
    if driver != "bridge":
        return driver
    if spec.internal:
        return "isolated"
    return "nat" if spec.masquerade else "routed"


def _bridge(row: Mapping[str, Any], spec: ContainerNetwork, engine: str) -> str | None:
    """The bridge's name: as it is told, else as Docker makes one."""
    if spec.bridge or row.get("Driver") != "bridge" or engine != "docker":
        return spec.bridge
    return f"br-{str(spec.network_id)[:12]}"


def _path(engine: Engine) -> str:
    return engine.address.partition("://")[2]
