# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service mounts: volumes, folders of the host, and file systems in memory."""

from __future__ import annotations

from typing import Any

from .canonical import SHORT
from .node import Node
from .project import Project

Options = dict[str, Any]
_KINDS = {"bind": "bind", "volume": "volume", "tmpfs": "tmpfs", "image": "image"}


def volumes(node: Node, project: Project) -> Options:
    """As ``volumes`` where one text says it, else as ``mounts``; a file system in memory as ``tmpfs``."""
    result: dict[str, list[Any]] = {}
    for item in node.elements():
        option, value = _mounted(item, project)
        result.setdefault(option, []).append(value)
    return result


def _mounted(node: Node, project: Project) -> tuple[str, Any]:
    given = node.only("type", "source", "target", "read_only", SHORT, *_KINDS)
    if "type" not in given or "target" not in given:
        raise node.refuse("needs type and target")
    kind = given["type"].one_of(_KINDS)
    other = next((key for key in _KINDS if key in given and key != kind), None)
    if other is not None:
        raise given[other].refuse(f"is not for a mount of type {kind}")
    if kind == "tmpfs":
        return _in_memory(given)
    source = _source(kind, given, project)
    return {"bind": _bind, "volume": _volume, "image": _image}[kind](given, source)


def _source(kind: str, given: dict[str, Node], project: Project) -> str:
    if kind in ("bind", "image"):
        if "source" not in given:
            raise given["target"].refuse("what is mounted there is not said", "Write source.")
        return project.on_host(given["source"]) if kind == "bind" else given["source"].text()
    return project.volume(given["source"].text(), given["source"]) if "source" in given else ""


def _in_memory(given: dict[str, Node]) -> tuple[str, Any]:
    inner = given["tmpfs"].only("size", "mode") if "tmpfs" in given else {}
    words = [f"size={inner['size'].text()}"] if "size" in inner else []
    if "mode" in inner:
        words.append(f"mode={octal(inner['mode'])}")
    if "read_only" in given and given["read_only"].flag():
        words.append("ro")
    return "tmpfs", ":".join([given["target"].text(), *([",".join(words)] if words else [])])


def _bind(given: dict[str, Node], source: str) -> tuple[str, Any]:
    inner = (
        given["bind"].only("propagation", "create_host_path", "selinux", "recursive")
        if "bind" in given
        else {}
    )
    makes = "create_host_path" not in inner or inner["create_host_path"].flag()
    recursive = inner["recursive"].one_of(_RECURSIVE) if "recursive" in inner else ""
    words = [inner[key].text() for key in ("propagation", "selinux") if key in inner]
    if makes and not recursive:
        return "volumes", _short(given, source, words)
    if "selinux" in inner:
        raise inner["selinux"].refuse("goes with neither create_host_path: false nor recursive")
    mount: Options = {"type": "bind", "source": source, "target": given["target"].text()}
    mount.update(_read_only(given))
    if "propagation" in inner:
        mount["propagation"] = inner["propagation"].text()
    if makes:
        mount["create_mountpoint"] = True
    if recursive:
        mount[recursive] = True
    return "mounts", mount


_RECURSIVE = {
    "enabled": "",
    "disabled": "non_recursive",
    "writable": "read_only_non_recursive",
    "readonly": "read_only_force_recursive",
}


def _volume(given: dict[str, Node], source: str) -> tuple[str, Any]:
    inner = given["volume"].only("labels", "nocopy", "subpath") if "volume" in given else {}
    copies = "nocopy" not in inner or not inner["nocopy"].flag()
    mount: Options = {"type": "volume", "target": given["target"].text(), **_read_only(given)}
    if "labels" not in inner and "subpath" not in inner and (source or (copies and "read_only" not in mount)):
        return "volumes", _short(given, source, [] if copies else ["nocopy"])
    if source:
        mount["source"] = source
    if not copies:
        mount["no_copy"] = True
    if "labels" in inner:
        mount["labels"] = inner["labels"].texts()
    if "subpath" in inner:
        mount["subpath"] = inner["subpath"].text()
    return "mounts", mount


def _image(given: dict[str, Node], source: str) -> tuple[str, Any]:
    inner = given["image"].only("subpath") if "image" in given else {}
    mount: Options = {
        "type": "image",
        "source": source,
        "target": given["target"].text(),
        **_read_only(given),
    }
    return "mounts", {**mount, **{key: child.text() for key, child in inner.items()}}


def _short(given: dict[str, Node], source: str, words: list[str]) -> str:
    """``SOURCE:TARGET:OPTIONS``; the target alone is a volume without a name."""
    if SHORT in given and given[SHORT].text():
        words = [*words, given[SHORT].text()]
    if "read_only" in given and given["read_only"].flag():
        words = ["ro", *words]
    texts = [source, given["target"].text(), ",".join(words)]
    return ":".join(text for text in texts if text)


def _read_only(given: dict[str, Node]) -> Options:
    return {"read_only": given["read_only"].flag()} if "read_only" in given else {}


def octal(node: Node) -> str:
    """Permissions, which YAML reads as a number: ``0444`` as 292."""
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return f"{node.value:04o}"
    text = node.text().removeprefix("0o")
    if not text or not set(text) <= set("01234567"):
        raise node.refuse("is not a mode", "Write it as 0440.")
    return f"{int(text, 8):04o}"
