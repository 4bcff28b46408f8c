# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Golden tables: what Compose files become.

``cases/compose/*.yml`` are lists of ``{case, files, items}``. ``files`` are texts by name, of which ``compose.yml`` is
read unless ``asked`` says more: ``paths``, ``profiles``, ``environment``, ``directory``, ``with_vms``. ``items`` are
the lists that the stack gets; ``refused`` stands for a refusal, with words of its message. ``warnings`` are the
variables of which there is a warning; ``silent`` lists words that no message may have.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.hybrid.host.plugins.module_utils._ansible.arguments.stack import STACK_OPTIONS
from ansible_collections.hybrid.host.plugins.module_utils._compose.document import Asked, items
from ansible_collections.hybrid.host.plugins.module_utils._compose.refused import REFUSED
from ansible_collections.hybrid.host.plugins.module_utils._compose.service import DIRECT, ELSEWHERE, PARTS
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.stack import Stack
from ansible_collections.hybrid.host.plugins.plugin_utils.compose_library import document

CASES = Path(__file__).with_name("cases") / "compose"
FOLDER = "/project"


class Files:
    """Files by name, all in one folder, and in folders below it."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = {os.path.join(FOLDER, name): text for name, text in files.items()}

    def document(self, path: str) -> Any:
        return document(self.content(path), path)

    def content(self, path: str) -> bytes:
        if path not in self._files:
            raise InvalidSpec(f"{path}: cannot be read")
        return self._files[path].encode("latin-1")

    def has(self, path: str) -> bool:
        return path in self._files


def tables() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{path.stem}: {case['case']}")


def taken_in(case: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    asked = case.get("asked", {})
    paths = [os.path.join(FOLDER, name) for name in asked.get("paths", ["compose.yml"])]
    rest = {key: value for key, value in asked.items() if key != "paths"}
    return items(Asked(stack="shop", paths=paths, **rest), Files(case["files"]))


@pytest.mark.parametrize("case", list(tables()))
def test_compose_files_become_items(case: dict[str, Any]) -> None:
    assert set(case) - {"asked", "warnings", "silent"} in (
        {"case", "files", "items"},
        {"case", "files", "refused"},
    )
    if "refused" in case:
        with pytest.raises(InvalidSpec) as caught:
            taken_in(case)
        assert case["refused"] in str(caught.value)
        assert [word for word in case.get("silent", ()) if word in str(caught.value)] == []
        return
    found, warnings = taken_in(case)
    assert found == case["items"]
    asked = ArgumentSpecValidator(STACK_OPTIONS).validate({"name": "shop", **found})
    assert asked.error_messages == []
    assert Stack.from_params(asked.validated_parameters, lambda: True, lambda: True).name == "shop"
    assert warnings == [f"compose_files: the variable {name} is not set" for name in case.get("warnings", ())]


# Places in lists, each with what an element needs besides; what is merely given a value is refused for its key.
ELEMENTS = {"volumes": {"type": "volume", "target": "/a"}, "config": {"subnet": "10.0.0.0/24"}}
AROUND = {"image": "x", "configs": ["a"], "secrets": ["a"]}


def tree_of(form: str) -> dict[str, Any]:
    """A document with a value in that place alone."""
    key, _dot, rest = form.partition(".")
    value: Any = tree_of(rest) if rest else True
    inside = (
        {**ELEMENTS[key], **value} if key in ELEMENTS and rest in ("consistency", "aux_addresses") else None
    )
    return {"a" if key == "*" else key: [inside] if inside else value}


@pytest.mark.parametrize("form", sorted(REFUSED))
def test_what_has_no_meaning_is_refused_by_its_place(form: str) -> None:
    tree = tree_of(form)
    services = tree.setdefault("services", {}).setdefault("a", {})
    services.update({key: value for key, value in AROUND.items() if key not in services})
    tree.setdefault("configs", {"a": {"content": "x"}})
    tree.setdefault("secrets", {"a": {"file": "a"}})
    with pytest.raises(InvalidSpec) as caught:
        taken_in({"files": {"compose.yml": yaml.safe_dump(tree), "a": "x"}})
    place = re.sub(r"\[\d+\]", "", str(caught.value).partition(":")[0])
    assert place == form.replace("*", "a")
    assert REFUSED[form] in str(caught.value)


def test_nothing_is_taken_and_refused() -> None:
    taken = {f"services.*.{key}" for key in (*DIRECT, *PARTS, *ELSEWHERE)}
    assert taken & set(REFUSED) == set()
