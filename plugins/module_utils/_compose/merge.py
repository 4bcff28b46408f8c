# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several files become one: what a later one says overrides an earlier one, as the Compose Specification rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any


class Reset:
    """What the tag ``!reset`` marks: the key is to be as if nobody had written it."""


@dataclasses.dataclass(frozen=True)
class Override:
    """What the tag ``!override`` marks: it replaces what was there, instead of being merged with it."""

    value: Any


_REPLACED = ("services.*.command", "services.*.entrypoint", "services.*.healthcheck.test")
# The last of several files that set one variable counts, however often it is listed.
_REPEATED = ("services.*.env_file", "services.*.label_file")
# Where nothing stands for the variable of that name.
_VARIABLES = ("services.*.environment", "services.*.build.args")
_NAMED = ("services", "networks", "volumes", "configs", "secrets")


def _target(item: Any) -> Any:
    """What an element of a list of canonical items is unique by."""
    return item.get("target") if isinstance(item, dict) else item


def _device(item: Any) -> Any:
    if isinstance(item, dict):
        return item.get("target") or item.get("source")
    outer, _colon, inner = str(item).partition(":")
    return inner.partition(":")[0] or outer


def _path(item: Any) -> Any:
    return item.get("path") if isinstance(item, dict) else item


_KEYED: Mapping[str, Callable[[Any], Any]] = {
    "services.*.volumes": _target,
    "services.*.secrets": _target,
    "services.*.configs": _target,
    "services.*.devices": _device,
    "services.*.blkio_config.device_read_bps": _path,
    "services.*.blkio_config.device_read_iops": _path,
    "services.*.blkio_config.device_write_bps": _path,
    "services.*.blkio_config.device_write_iops": _path,
}


def merged(below: Any, above: Any, form: str = "") -> Any:
    """``above`` over ``below``, both in canonical form, without any marks. ``form`` says where they stand."""
    if isinstance(above, Override):
        return settled(above.value)
    if above is None:
        return below
    if isinstance(below, dict) and isinstance(above, dict):
        return _mappings(below, above, form)
    if isinstance(below, list) and isinstance(above, list) and form not in _REPLACED:
        return _lists(below, settled(above), form)
    return settled(above)


def settled(tree: Any) -> Any:
    """Without marks: there is nothing that they could change."""
    if isinstance(tree, Override):
        return settled(tree.value)
    if isinstance(tree, dict):
        return {key: settled(value) for key, value in tree.items() if not isinstance(value, Reset)}
    if isinstance(tree, list):
        return [settled(item) for item in tree if not isinstance(item, Reset)]
    return None if isinstance(tree, Reset) else tree


def marked(tree: Any, marks: Any) -> Any:
    """What was merged with ``marks``, with the marks that stood there: a file that is overridden needs them still."""
    if isinstance(marks, Reset):
        return marks
    if isinstance(marks, Override):
        return Override(tree)
    if isinstance(tree, dict) and isinstance(marks, dict):
        return {**tree, **{key: marked(tree.get(key), value) for key, value in marks.items()}}
    return tree


def _mappings(below: dict[str, Any], above: dict[str, Any], form: str) -> dict[str, Any]:
    if form == "services.*.logging" and above.get("driver", below.get("driver")) != below.get("driver"):
        # The options of one driver say nothing to another.
        return dict(settled(above))
    result = dict(below)
    for key, value in above.items():
        if isinstance(value, Reset):
            result.pop(key, None)
        elif value is None and form in _VARIABLES:
            result[key] = None
        else:
            result[key] = merged(result.get(key), value, _form(form, key))
    return result


def _form(form: str, key: str) -> str:
    name = "*" if form in _NAMED else key
    return f"{form}.{name}" if form else name


def _lists(below: list[Any], above: list[Any], form: str) -> list[Any]:
    key = _KEYED.get(form)
    if form in _REPEATED:
        return [*below, *above]
    if key is None:
        return [*below, *(item for item in above if item not in below)]
    result = {str(key(item)): item for item in below}
    for item in above:
        result[str(key(item))] = item
    return list(result.values())
