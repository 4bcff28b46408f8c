# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compose files as they lie on the controller, where there is a library that reads YAML. Vaulted ones are decrypted."""

from __future__ import annotations

import re
from typing import Any

import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader

from ..module_utils._compose.merge import Override, Reset
from ..module_utils._core.errors import InvalidSpec

_MERGE = "tag:yaml.org,2002:merge"
_MOST_VALUES = 100_000


def document(content: bytes, path: str) -> Any:
    """What the YAML says, with the marks of ``merge``. Raises ``InvalidSpec``, which shows nothing of it."""
    try:
        loader = _Loader(content)
        node = loader.get_single_node()
        if node is not None and _spread(node, {}) > _MOST_VALUES:
            raise InvalidSpec(f"compose_files: {path}: with its aliases it has over {_MOST_VALUES} values")
        # At once and whole, so that what holds itself is an error.
        return None if node is None else loader.construct_object(node, deep=True)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}, line {mark.line + 1}" if mark else path
        raise InvalidSpec(f"compose_files: {place}: cannot be read", cause=str(error.problem or "")) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise InvalidSpec(f"compose_files: {path}: cannot be read") from None


class ComposeLibrary:
    """What Ansible's loader finds."""

    def __init__(self, loader: DataLoader) -> None:
        self._loader = loader

    def document(self, path: str) -> Any:
        return document(self.content(path), path)

    def content(self, path: str) -> bytes:
        try:
            real = self._loader.get_real_file(path)
            try:
                with open(real, "rb") as file:
                    return file.read()
            finally:
                self._loader.cleanup_tmp_file(real)
        except (AnsibleError, OSError) as error:
            cause = error.strerror if isinstance(error, OSError) else str(error)
            raise InvalidSpec(f"compose_files: {path}: cannot be read", cause=cause or "") from None

    def has(self, path: str) -> bool:
        return bool(self._loader.is_file(path))


class _Loader(yaml.SafeLoader):
    """YAML as Compose reads it: ``yes``, ``no`` and ``22:22`` are texts, keys too, and a key stands once."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _value in node.value:
            if key.tag != _MERGE:
                if not isinstance(key, yaml.ScalarNode):
                    raise yaml.constructor.ConstructorError(None, None, "a key is not text", key.start_mark)
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value} is there twice", key.start_mark
                    )
                seen.add(key.value)
                key.tag = "tag:yaml.org,2002:str"
        return node


def _spread(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values it has, each alias counted for all that it stands for. ``known`` are those of nodes, by id."""
    if id(node) not in known:
        # What holds itself is an error of its own.
        known[id(node)] = 1
        inside = node.value if isinstance(node, yaml.CollectionNode) else ()
        pairs = isinstance(node, yaml.MappingNode)
        below = [value for pair in inside for value in pair] if pairs else inside
        known[id(node)] += sum(_spread(value, known) for value in below)
    return known[id(node)]


def _override(loader: Any, node: yaml.Node) -> Override:
    if isinstance(node, yaml.MappingNode):
        return Override(loader.construct_mapping(node, deep=True))
    if isinstance(node, yaml.SequenceNode):
        return Override(loader.construct_sequence(node, deep=True))
    tag = loader.resolve(yaml.ScalarNode, node.value, (True, False))
    return Override(loader.construct_object(yaml.ScalarNode(tag, node.value)))


_RESOLVED = (
    (_MERGE, r"<<", "<"),
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*|0o?[0-7]+|0x[0-9a-fA-F]+)", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+)",
        "-+.0123456789",
    ),
)
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _RESOLVED:
    _Loader.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})$"), list(_first))
_Loader.add_constructor("!reset", lambda _loader, _node: Reset())
_Loader.add_constructor("!override", _override)
