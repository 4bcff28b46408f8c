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
from ansible_collections.hybrid.host.plugins.module_utils._compose.service import ELSEWHERE, PARTS

# How to go about it, and what only a certain host has: tried elsewhere.
_WAYS = """
    name state image pull pull_check_mode_behavior image_comparison image_label_mismatch image_name_mismatch platform
    comparisons container_default_behavior command_handling env_file healthy_wait_timeout restart recreate paused detach
    cleanup output_logs force_kill kill_signal stop_timeout removal_wait_timeout keep_volumes default_host_ip
    networks_cli_compatible blkio_weight files kernel_memory security_profile storage_opts
"""
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
    text = generator.generate(folder, (generator.Noun("networks", ("network",), "The networks."),))
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


def test_the_table_of_engines_is_up_to_date(generator: ModuleType) -> None:
    present = (ROOT / "docs" / "container-options.md").read_text(encoding="utf-8")
    assert present == generator.container_options.table(), "run `make docs`"


def test_every_option_of_a_container_is_tried(generator: ModuleType) -> None:
    tried = generator.container_options.tried()
    known = {*tried, *_WAYS.split()}
    assert [name for name in generator.container_options.CONTAINER_OPTIONS if name not in known] == []


def test_the_page_of_compose_files_is_up_to_date(generator: ModuleType) -> None:
    present = (ROOT / "docs" / "compose.md").read_text(encoding="utf-8")
    assert present == generator.compose_page.page(), "run `make docs`"


def test_the_page_tells_of_every_key_of_a_service(generator: ModuleType) -> None:
    assert set(generator.compose_page.PARTS) == {*PARTS, *ELSEWHERE}
