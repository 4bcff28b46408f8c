# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a service's image is built, as the options of an image."""

from __future__ import annotations

from typing import Any

from .node import Node
from .project import Project

Options = dict[str, Any]


def image(service: str, node: Node, project: Project) -> Options | None:
    """The image of a service that has a build. Raises ``InvalidSpec``, which names the place."""
    if node.value.get("build") is None:
        return None
    build = Node(node.value["build"], f"{node.path}.build", f"{node.form}.build")
    given = build.only("context", "dockerfile", "args", "labels", "network", "pull", "target")
    context = given.get("context", Node(".", f"{build.path}.context", f"{build.form}.context"))
    if "://" in context.text() or context.text().startswith("git@"):
        raise context.refuse("is not a folder on the host")
    options: Options = {"path": project.on_host(context)}
    if "args" in given:
        options["args"] = project.resolved(given["args"].pairs())
    if "pull" in given:
        options["pull"] = given["pull"].flag()
    options.update((key, given[key].text()) for key in ("dockerfile", "network", "target") if key in given)
    result: Options = {"name": image_name(service, node, project), "build": options}
    if "labels" in given:
        result["labels"] = given["labels"].texts()
    return result


def image_name(service: str, node: Node, project: Project) -> str:
    given = node.value.get("image")
    return f"{project.name}-{service}" if given is None else Node(given, f"{node.path}.image").text()
