# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stack's documentation is what the fragments of its nouns make."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

FRAGMENT = '''
class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  name:
    description: The name.
    type: str
    required: true
  dns:
    description:
      - Names. See O(name), O(dns.domain), O(name=lan), O(timeout) and O(hybrid.host.vm#module:name).
    type: dict
    suboptions:
      domain:
        description: "Not with O(name): alone."
        type: str
"""
'''


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    sys.path.insert(0, str(ROOT / "docs"))
    found = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def made(generator: ModuleType, folder: Path) -> dict[str, Any]:
    (folder / "network.py").write_text(FRAGMENT, encoding="utf-8")
    text = generator.generate(folder, (generator.Noun("networks", "network", "The networks."),))
    (folder / "stack.py").write_text(text, encoding="utf-8")
    options: dict[str, Any] = generator.options_of(folder / "stack.py")
    return options


def test_an_item_has_the_options_of_its_noun(generator: ModuleType, tmp_path: Path) -> None:
    networks = made(generator, tmp_path)["networks"]
    assert (networks["type"], networks["elements"]) == ("list", "dict")
    assert list(networks["suboptions"]) == ["name", "dns"]


def test_references_follow_the_option_down(generator: ModuleType, tmp_path: Path) -> None:
    dns = made(generator, tmp_path)["networks"]["suboptions"]["dns"]
    moved = "Names. See O(networks[].name), O(networks[].dns.domain), O(networks[].name=lan)"
    assert dns["description"] == [f"{moved}, O(timeout) and O(hybrid.host.vm#module:name)."]
    assert dns["suboptions"]["domain"]["description"] == "Not with O(networks[].name): alone."


def test_the_fragment_of_the_stack_is_up_to_date(generator: ModuleType) -> None:
    present = (generator.FRAGMENTS / "stack.py").read_text(encoding="utf-8")
    assert present == generator.generate(generator.FRAGMENTS), "run `make docs`"


def test_the_table_of_costs_is_up_to_date(generator: ModuleType) -> None:
    present = (ROOT / "docs" / "vm-changes.md").read_text(encoding="utf-8")
    assert present == generator.vm_changes.table(), "run `make docs`"
