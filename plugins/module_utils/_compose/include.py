# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents that another one includes: whole ones, which stand beside it and override nothing."""

from __future__ import annotations

import posixpath
from typing import Any

from .node import Node

Tree = dict[str, Any]
#: What documents have in common; the rest is each one's own.
SECTIONS = ("services", "networks", "volumes", "configs", "secrets", "x-vms")


def beside(tree: Tree, included: Tree, entry: Node) -> Tree:
    """Both as one document. Refuses, as the Specification has it, one name that is two things."""
    result = dict(tree)
    for section in SECTIONS:
        below = _named(included, section)
        if not below:
            continue
        here = _named(tree, section)
        for name in below:
            if name in here and here[name] != below[name]:
                raise entry.refuse(
                    f"has {section}.{name}, which is something else here",
                    "Override it in a further file of compose_files.",
                )
        result[section] = {**below, **here}
    return result


def _named(tree: Tree, section: str) -> Tree:
    return {name: node.value for name, node in Node(tree.get(section), section, section).named().items()}


def moved(tree: Tree, way: str) -> Tree:
    """With the paths on the host seen from another folder: ``way`` leads from there to the document's own."""
    services = tree.get("services")
    if way == "." or not isinstance(services, dict):
        return tree
    return {**tree, "services": {name: _moved(service, way) for name, service in services.items()}}


def _moved(service: Any, way: str) -> Any:
    if not isinstance(service, dict):
        return service
    result = dict(service)
    if isinstance(result.get("volumes"), list):
        result["volumes"] = [_mount(item, way) for item in result["volumes"]]
    build = result.get("build")
    if isinstance(build, dict) and isinstance(build.get("context", "."), str):
        result["build"] = {**build, "context": _seen(build.get("context", "."), way)}
    return result


def _mount(item: Any, way: str) -> Any:
    if (
        not isinstance(item, dict)
        or item.get("type") != "bind"
        or not str(item.get("source")).startswith(".")
    ):
        return item
    return {**item, "source": _seen(item["source"], way)}


def _seen(path: str, way: str) -> str:
    return path if path.startswith(("/", "~")) else posixpath.join(".", way, path)
