# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes what is generated: the documentation of a stack's nouns from that of their modules
(``plugins/doc_fragments/stack.py``), the table of what a change costs a vm (``docs/vm-changes.md``), that of which
engine gives which option of a container (``docs/container-options.md``), and what a Compose file becomes
(``docs/compose.md``).

``make docs`` runs it; a unit test fails when a file is out of date.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import compose_page
import container_options
import vm_changes
import yaml

FRAGMENTS = Path(__file__).resolve().parents[1] / "plugins" / "doc_fragments"


# What an item of a stack has beyond the options of its module.
DEPENDS_ON = {
    "depends_on": {
        "description": [
            "The workloads of the stack that are to be there before this one is touched.",
            "Each is a name, of a container or else a vm, or C(container/NAME) or C(vm/NAME).",
            "Or a dictionary with such a C(name), and a C(condition) to wait for.",
            "The conditions are V(started), and V(port) with the number as C(port).",
            "A container may also be V(healthy) or V(completed), and a vm V(agent).",
        ],
        "type": "list",
        "elements": "raw",
    }
}


class Noun(NamedTuple):
    """One list of a stack: its option, the fragments that document an item, what the list is, and what is added."""

    option: str
    fragments: tuple[str, ...]
    description: str
    added: Mapping[str, Any] = {}


NOUNS = (
    Noun("networks", ("network",), "The networks, with the options of M(hybrid.host.network)."),
    Noun("pools", ("storage_pool",), "The storage pools, with the options of M(hybrid.host.storage_pool)."),
    Noun("disks", ("qcow2",), "The disk images, with the options of M(hybrid.host.qcow2)."),
    Noun(
        "images",
        ("container_image",),
        "The container images, with the options of M(hybrid.host.container_image).",
    ),
    Noun(
        "volumes", ("container_volume",), "The volumes, with the options of M(hybrid.host.container_volume)."
    ),
    Noun(
        "containers",
        ("container", "container_places", "container_limits"),
        "The containers, with the options of M(hybrid.host.container).",
        DEPENDS_ON,
    ),
    Noun("vms", ("vm",), "The vms, with the options of M(hybrid.host.vm).", DEPENDS_ON),
)

HEAD = '''\
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Made by docs/generate.py from the fragments of the nouns: change those, then run `make docs`.

from __future__ import annotations


class ModuleDocFragment:
    """The objects of a stack."""

    DOCUMENTATION = r"""
'''
TAIL = '"""\n'


def generate(fragments: Path, nouns: tuple[Noun, ...] = NOUNS) -> str:
    """The text of the stack's fragment. Raises ``FileNotFoundError`` where a noun has none."""
    options = {
        noun.option: _list_of(
            noun, {k: v for name in noun.fragments for k, v in options_of(fragments / f"{name}.py").items()}
        )
        for noun in nouns
    }
    return HEAD + yaml.safe_dump({"options": options}, sort_keys=False, width=90) + TAIL


def options_of(path: Path) -> dict[str, Any]:
    """The options that a fragment documents, read without running it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION":
            options: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))["options"]
            return options
    raise ValueError(f"{path} assigns no DOCUMENTATION")


def _list_of(noun: Noun, options: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": noun.description,
        "type": "list",
        "elements": "dict",
        "suboptions": _moved({**options, **noun.added}, noun.option, set(options)),
    }


def _moved(node: Any, option: str, names: set[str]) -> Any:
    """Documentation one level further down: ``O(subnet)`` becomes ``O(networks[].subnet)``."""
    if isinstance(node, dict):
        return {key: _moved(value, option, names) for key, value in node.items()}
    if isinstance(node, list):
        return [_moved(item, option, names) for item in node]
    if not isinstance(node, str):
        return node

    def moved(match: re.Match[str]) -> str:
        name = re.split(r"[.=\[\\)]", match[1], maxsplit=1)[0]
        return f"O({option}[].{match[1]}" if name in names else match[0]

    return re.sub(r"\bO\(([^)#]+)(?=\))", moved, node)


def main() -> int:
    (FRAGMENTS / "stack.py").write_text(generate(FRAGMENTS), encoding="utf-8")
    here = Path(__file__).parent
    (here / "vm-changes.md").write_text(vm_changes.table(), encoding="utf-8")
    (here / "container-options.md").write_text(container_options.table(), encoding="utf-8")
    (here / "compose.md").write_text(compose_page.page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
