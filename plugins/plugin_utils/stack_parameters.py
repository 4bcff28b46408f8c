# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of a stack, with what its Compose files say among its lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_dict, check_type_list
from ansible.parsing.dataloader import DataLoader

from ..module_utils._compose.document import Asked, items
from ..module_utils._compose.networks import of_vms
from ..module_utils._compose.node import Node
from ..module_utils._core.errors import HostError, InvalidSpec
from .compose_library import ComposeLibrary

COMPOSE = ("compose_files", "compose_profiles", "compose_env", "compose_directory")

Parameters = dict[str, Any]
Find = Callable[[str], str]


def without_compose(given: Mapping[str, Any], loader: DataLoader, find: Find) -> tuple[Parameters, list[str]]:
    """The parameters that say the same without Compose files, and warnings.

    ``find`` knows where a file is, or gives nothing. What is to be absent needs no file. Raises ``InvalidSpec``.
    """
    compose = {option: given.get(option) for option in COMPOSE}
    merged = {option: value for option, value in given.items() if option not in COMPOSE}
    if not compose["compose_files"] or given.get("state") == "absent":
        return merged, []
    try:
        found, warnings = items(_asked(merged, compose, find), ComposeLibrary(loader))
        for option, more in found.items():
            merged[option] = [*_list(option, merged.get(option)), *more]
    except HostError as error:
        raise error.about("stack", str(given.get("name"))) from None
    return merged, warnings


def _asked(given: Parameters, compose: Parameters, find: Find) -> Asked:
    return Asked(
        stack=str(given.get("name")),
        paths=[_found(str(path), find) for path in _list("compose_files", compose["compose_files"])],
        profiles=[str(name) for name in _list("compose_profiles", compose["compose_profiles"])],
        environment=_texts(compose["compose_env"]),
        directory=compose["compose_directory"] and str(compose["compose_directory"]),
        with_vms=of_vms(_list("vms", given.get("vms"))),
    )


def _found(path: str, find: Find) -> str:
    place = find(path)
    if not place:
        raise InvalidSpec(
            f"compose_files: there is no file {path}", hint="Put it into files/, or beside the playbook."
        )
    return place


def _list(option: str, value: Any) -> list[Any]:
    try:
        return list(check_type_list(value)) if value is not None else []
    except TypeError:
        raise InvalidSpec(f"{option}: is not a list") from None


def _texts(value: Any) -> dict[str, str]:
    try:
        pairs = Node(dict(check_type_dict(value or {})), "compose_env", "compose_env").pairs()
    except TypeError:
        raise InvalidSpec("compose_env: is not a mapping") from None
    return {name: text for name, text in pairs.items() if text is not None}
