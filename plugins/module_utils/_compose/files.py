# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configs and secrets that a service is granted: files that its container gets before it starts."""

from __future__ import annotations

import base64
from typing import Any

from .mounts import octal
from .node import Node
from .project import Project

Options = dict[str, Any]
_WRITABLE = 0o222


def configs(node: Node, project: Project) -> Options:
    return {"files": [_file("configs", item, project) for item in node.elements()]}


def secrets(node: Node, project: Project) -> Options:
    return {"files": [_file("secrets", item, project) for item in node.elements()]}


def _file(section: str, node: Node, project: Project) -> Options:
    given = node.only("source", "target", "uid", "gid", "mode")
    if "source" not in given:
        raise node.refuse("names no source")
    name = given["source"].text()
    if name not in project.sources[section]:
        raise given["source"].refuse(f"{name} is not among the {section} of the document")
    content = _content(project.sources[section][name], project.within(section, name))
    result: Options = {"path": given["target"].text(), **content}
    for owner in ("uid", "gid"):
        if owner in given:
            result[owner] = given[owner].integer()
    if "mode" in given:
        result["mode"] = f"{int(octal(given['mode']), 8) & ~_WRITABLE:04o}"
    return result


def _content(node: Node, project: Project) -> Options:
    """What the file is to hold: as text or, where it is none, in base64."""
    given = node.only("file", "environment", *(["content"] if node.form == "configs.*" else []))
    if len(given) != 1:
        raise node.refuse(
            "needs one source", f"Write {'file, environment or content' if len(given) else 'file'}."
        )
    if "file" not in given:
        return {"content": _text(given, project)}
    content = project.library.content(given["file"].text())
    try:
        return {"content": content.decode()}
    except UnicodeDecodeError:
        return {"content": base64.b64encode(content).decode(), "encoding": "base64"}


def _text(given: dict[str, Node], project: Project) -> str:
    if "content" in given:
        return given["content"].text()
    name = given["environment"].text()
    value = project.variables.get(name)
    if value is None:
        raise given["environment"].refuse(
            f"the variable {name} is not set", "Set it in compose_env, or in .env."
        )
    return value
