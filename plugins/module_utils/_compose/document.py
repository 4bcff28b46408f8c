# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compose files become the parameters of a stack. Pure, but for the files that ``Library`` reads."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from . import build, networks
from .library import Library
from .node import Node
from .project import DEFAULT_NETWORK, Project
from .reading import Tree, read, with_env
from .service import container
from .service_parts import jobs
from .variables import Variables

Items = dict[str, list[dict[str, Any]]]
_ALL = "*"


@dataclasses.dataclass(frozen=True)
class Asked:
    """What a task says of its Compose files, which are absolute ``paths``.

    ``environment`` goes before the file .env beside the first. ``with_vms`` are the networks on which the task itself
    puts vms.
    """

    stack: str
    paths: Sequence[str]
    profiles: Collection[str] = ()
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    directory: str | None = None
    with_vms: Collection[str] = ()


def items(asked: Asked, library: Library) -> tuple[Items, list[str]]:
    """The lists of a stack's objects, and warnings. Raises ``InvalidSpec``, which names the place in the document."""
    if asked.directory is not None and not asked.directory.startswith("/"):
        raise Node(None, "compose_directory").refuse("is not an absolute path", "It is a folder on the host.")
    variables = _variables(asked, library)
    tree, scopes = read(asked.paths, library, variables)
    root = Node(tree)
    name = tree.get("name")
    if name not in (None, asked.stack):
        raise root.named()["name"].refuse(
            f"is not {asked.stack}, as the stack is", "Take it out, or change it."
        )
    vms = _vms(tree)
    project = dataclasses.replace(_project(asked, tree, variables, library), scopes=scopes)
    found: Items = {"networks": [], "volumes": [], "images": [], "containers": [], "vms": []}
    for service, node in _section(tree, "services").named().items():
        if service in project.containers:
            scope = project.within("services", service)
            made = build.image(service, node, scope)
            found["images"] += [made] if made is not None and made not in found["images"] else []
            options = container(service, node, scope)
            found["containers"].append({"image": build.image_name(service, node, project), **options})
    found["vms"] = [_on_networks(vm, project) for vm in vms.values()]
    found["networks"] = _networks(asked, tree, project, found)
    found["volumes"] = networks.volumes(_section(tree, "volumes"), project.volumes)
    warnings = [f"compose_files: the variable {name} is not set" for name in sorted(variables.missing)]
    return {key: value for key, value in found.items() if value}, warnings


def _section(tree: Tree, name: str) -> Node:
    return Node(tree.get(name), name, name)


def _variables(asked: Asked, library: Library) -> Variables:
    variables = Variables({"COMPOSE_PROJECT_NAME": asked.stack, **asked.environment})
    path = os.path.join(os.path.dirname(asked.paths[0]), ".env")
    return with_env(variables, path, library) if library.has(path) else variables


def _project(asked: Asked, tree: Tree, variables: Variables, library: Library) -> Project:
    services = _section(tree, "services").named()
    active = {name: node for name, node in services.items() if _is_active(node, asked.profiles)}
    default = {DEFAULT_NETWORK: f"{asked.stack}_{DEFAULT_NETWORK}"}
    return Project(
        name=asked.stack,
        directory=asked.directory,
        variables=variables,
        library=library,
        containers={name: _container_name(name, node) for name, node in active.items()},
        inactive=frozenset(set(services) - set(active)),
        jobs=frozenset(needed for node in active.values() for needed in jobs(node)),
        vms=frozenset(_vms(tree)),
        networks={**default, **networks.names("networks", _section(tree, "networks"), asked.stack)},
        volumes=networks.names("volumes", _section(tree, "volumes"), asked.stack),
        sources={name: _section(tree, name).named() for name in ("configs", "secrets")},
    )


def _is_active(node: Node, profiles: Collection[str]) -> bool:
    if not isinstance(node.value, dict):
        raise node.refuse("is not a mapping", "Write image or build, at least.")
    given = node.value.get("profiles")
    if not given or _ALL in profiles:
        return True
    return not set(Node(given, f"{node.path}.profiles").words()).isdisjoint(profiles)


def _container_name(service: str, node: Node) -> str:
    """Names are one space on a host, and those by which workloads reach each other: so a service keeps its own."""
    given = node.value.get("container_name")
    return service if given is None else Node(given, f"{node.path}.container_name").text()


def _vms(tree: Tree) -> dict[str, dict[str, Any]]:
    found = {}
    for name, node in _section(tree, "x-vms").named().items():
        if not isinstance(node.value, dict):
            raise node.refuse("is not a mapping", "Write the options of a vm.")
        if node.value.get("name", name) != name:
            raise node.refuse("has a name of its own", "Take name out: a vm is named by its key.")
        found[name] = {"name": name, **node.value}
    return found


def _on_networks(vm: dict[str, Any], project: Project) -> dict[str, Any]:
    """A vm on the networks of the document, by their names on the host."""
    if not isinstance(vm.get("networks"), list):
        return vm
    places = [
        {**place, "network": project.networks.get(place["network"], place["network"])}
        if isinstance(place, dict) and isinstance(place.get("network"), str)
        else place
        for place in vm["networks"]
    ]
    return {**vm, "networks": places}


def _networks(asked: Asked, tree: Tree, project: Project, found: Items) -> list[dict[str, Any]]:
    """Those of the document, and the default one where a container is on it and nothing is said of it."""
    on_vms = networks.of_vms(found["vms"])
    shared = {*asked.with_vms, *on_vms}
    section = _section(tree, "networks")
    default = project.networks[DEFAULT_NETWORK]
    used = {place["name"] for options in found["containers"] for place in options.get("networks", ())}
    implied = DEFAULT_NETWORK not in section.named() and default in {*used, *on_vms}
    return [
        *networks.networks(section, project.networks, shared),
        *([networks.network(default, with_vms=default in shared)] if implied else []),
    ]
