# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a service's image is built, as the options of an image."""

from __future__ import annotations

from typing import Any

from .node import Node
from .project import Project
from .service_parts import hosts

Options = dict[str, Any]

_KEYS = (
    *("args", "cache_from", "context", "dockerfile", "extra_hosts", "labels", "network", "no_cache"),
    *("platforms", "pull", "shm_size", "tags", "target"),
)
_TEXTS = ("dockerfile", "network", "shm_size", "target")


def image(service: str, node: Node, project: Project) -> Options | None:
    """The image of a service that has a build. Raises ``InvalidSpec``, which names the place."""
    if node.value.get("build") is None:
        return None
    build = Node(node.value["build"], f"{node.path}.build", f"{node.form}.build")
    given = build.only(*_KEYS)
    context = given.get("context", Node(".", f"{build.path}.context", f"{build.form}.context"))
    if "://" in context.text() or context.text().startswith("git@"):
        raise context.refuse("is not a folder on the host")
    options: Options = {"path": project.on_host(context)}
    if "args" in given:
        options["args"] = project.resolved(given["args"].pairs())
    if "cache_from" in given:
        options["cache_from"] = [_cache(element) for element in given["cache_from"].elements()]
    if "extra_hosts" in given:
        options["etc_hosts"] = hosts(given["extra_hosts"])
    flags = {"pull": "pull", "no_cache": "nocache"}
    options.update((option, given[key].flag()) for key, option in flags.items() if key in given)
    options.update((key, given[key].text()) for key in _TEXTS if key in given)
    result: Options = {"name": image_name(service, node, project), "build": options}
    if "labels" in given:
        result["labels"] = given["labels"].texts()
    if "platforms" in given:
        result["platform"] = _only_one(given["platforms"])
    if "tags" in given:
        result["repository"] = given["tags"].words()
    return result


def _cache(node: Node) -> str:
    if "=" in node.text():
        raise node.refuse("is not the name of an image")
    return node.text()


def _only_one(node: Node) -> str:
    words = node.words()
    if len(words) != 1:
        raise node.refuse("an image is of one platform here", "Keep one.")
    return words[0]


def image_name(service: str, node: Node, project: Project) -> str:
    given = node.value.get("image")
    return f"{project.name}-{service}" if given is None else Node(given, f"{node.path}.image").text()
