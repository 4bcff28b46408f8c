# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one form in which a file's services are merged, of the several that Compose has for many keys.

What has no such form stays as it is: whoever reads it refuses it by its place.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from typing import Any

from .merge import Override, Reset

Form = Callable[[Any], Any]

#: The key under which the options of a mount's short form stand.
SHORT = "x-short"


def service(tree: Any, folder: str) -> Any:
    """A service in its long form. Files on the controller that it names stand in ``folder``."""
    if isinstance(tree, Override):
        return Override(service(tree.value, folder))
    if not isinstance(tree, dict):
        return tree
    forms: dict[str, Form] = {
        **_FORMS,
        "env_file": functools.partial(_files, folder=folder),
        "label_file": functools.partial(_files, folder=folder),
        "extends": functools.partial(_extended, folder=folder),
    }
    return {key: _under_marks(value, forms.get(key)) for key, value in tree.items()}


def source(tree: Any, folder: str) -> Any:
    """A config or secret, of which the file stands in ``folder``."""
    if not isinstance(tree, dict) or not isinstance(tree.get("file"), str):
        return tree
    return {**tree, "file": joined(folder, tree["file"])}


def joined(folder: str, path: str) -> str:
    """A path that is given as it is seen from a folder."""
    return os.path.normpath(os.path.join(folder, path))


def _under_marks(value: Any, form: Form | None) -> Any:
    if form is None or isinstance(value, Reset) or value is None:
        return value
    return Override(form(value.value)) if isinstance(value, Override) else form(value)


def _pairs(value: Any) -> Any:
    """``[A=1, B]`` as ``{A: "1", B: null}``."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return value
    split = (item.partition("=") for item in value)
    return {name: text if equals else None for name, equals, text in split}


def _hosts(value: Any) -> Any:
    """``[db=10.0.0.1, db:10.0.0.1]`` by name."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return value
    split = (item.partition("=" if "=" in item else ":") for item in value)
    return {name: address.strip("[]") for name, _sign, address in split}


def _list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _keys(value: Any, each: Any = None) -> Any:
    """A list of names as a mapping."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return value
    return dict.fromkeys(value, each)


def _needed(value: Any) -> Any:
    return _keys(value, {"condition": "service_started"})


def _build(value: Any) -> Any:
    if not isinstance(value, dict):
        return {"context": value}
    return {key: _under_marks(item, _BUILD.get(key)) for key, item in value.items()}


def _granted(value: Any, folder: str) -> Any:
    """Configs and secrets in their long form, the target an absolute path."""
    if not isinstance(value, list):
        return value
    return [_grant({"source": item} if isinstance(item, str) else item, folder) for item in value]


def _grant(item: Any, folder: str) -> Any:
    if not isinstance(item, dict) or not isinstance(item.get("source"), str):
        return item
    return {**item, "target": joined(folder, str(item.get("target") or item["source"]))}


def _volumes(value: Any) -> Any:
    return [_volume(item) for item in value] if isinstance(value, list) else value


def _volume(item: Any) -> Any:
    """``data:/data:ro`` in its long form; its options stay one text."""
    if not isinstance(item, str):
        return item
    parts = item.split(":")
    if len(parts) == 1:
        return {"type": "volume", "target": item}
    where, target, options = (*parts, "")[:3]
    kind = "bind" if where.startswith((".", "/", "~")) else "volume"
    return {"type": kind, "source": where, "target": target, SHORT: ":".join([options, *parts[3:]])}


def _files(value: Any, folder: str) -> Any:
    return [_file({"path": item} if isinstance(item, str) else item, folder) for item in _list(value)]


def _file(item: Any, folder: str) -> Any:
    if not isinstance(item, dict) or not isinstance(item.get("path"), str):
        return item
    return {**item, "path": joined(folder, item["path"])}


def _extended(value: Any, folder: str) -> Any:
    if isinstance(value, str):
        return {"service": value}
    if isinstance(value, dict) and isinstance(value.get("file"), str):
        return {**value, "file": joined(folder, value["file"])}
    return value


_BUILD: Mapping[str, Form] = {"args": _pairs, "extra_hosts": _hosts, "labels": _pairs}
_FORMS: Mapping[str, Form] = {
    "annotations": _pairs,
    "build": _build,
    "configs": functools.partial(_granted, folder="/"),
    "depends_on": _needed,
    "dns": _list,
    "dns_search": _list,
    "environment": _pairs,
    "extra_hosts": _hosts,
    "labels": _pairs,
    "networks": _keys,
    "secrets": functools.partial(_granted, folder="/run/secrets"),
    "sysctls": _pairs,
    "tmpfs": _list,
    "volumes": _volumes,
}
