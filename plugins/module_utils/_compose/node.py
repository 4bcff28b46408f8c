# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A place in a Compose file: its value, and the words by which a refusal names it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .refused import reason

_TRUE = ("true", "yes", "on", "y", "1")
_FALSE = ("false", "no", "off", "n", "0")


@dataclasses.dataclass(frozen=True)
class Node:
    """``path`` is where it stands, ``services.web.ports[0]``; ``form`` is the same without names, ``services.*.ports``.

    What reads it raises ``InvalidSpec``, which names the path and never the value: that may be secret.
    """

    value: Any
    path: str = ""
    form: str = ""

    def refuse(self, why: str, hint: str = "") -> InvalidSpec:
        return InvalidSpec(f"{self.path}: {why}" if self.path else why, hint=hint)

    def only(self, *keys: str) -> dict[str, Node]:
        """What stands under these keys, those without a value left out. Refuses any other key but ``x-``."""
        found = self._mapping()
        for key in found:
            if key not in keys and not key.startswith("x-"):
                child = self._under(key)
                raise child.refuse(reason(child.form))
        return {key: self._under(key) for key in keys if found.get(key) is not None}

    def named(self) -> dict[str, Node]:
        """What stands under names that the user chose."""
        return {
            key: Node(value, self._join(key), f"{self.form}.*")
            for key, value in self._mapping().items()
            if not (self.form == "" and key.startswith("x-"))
        }

    def elements(self) -> list[Node]:
        if not isinstance(self.value, list):
            raise self.refuse("is not a list")
        return [Node(item, f"{self.path}[{index}]", self.form) for index, item in enumerate(self.value)]

    def text(self) -> str:
        """Truth values and numbers as they are written in YAML."""
        if isinstance(self.value, bool):
            return str(self.value).lower()
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        if isinstance(self.value, (str, int, float)):
            return str(self.value)
        raise self.refuse("is not text", "Write one text, in quotes.")

    def words(self) -> list[str]:
        """A list of texts; one text alone is a list of one."""
        if isinstance(self.value, list):
            return [element.text() for element in self.elements()]
        return [self.text()]

    def pairs(self) -> dict[str, str | None]:
        """Names and texts, as a mapping or as a list of ``NAME=text``. A name without a value has None."""
        if isinstance(self.value, list):
            split = (text.partition("=") for text in self.words())
            return {name: text if equals else None for name, equals, text in split}
        children = {key: self._under(key) for key in self._mapping()}
        return {key: None if child.value is None else child.text() for key, child in children.items()}

    def texts(self) -> dict[str, str]:
        """Names and texts; a name without a value has an empty one."""
        return {key: value or "" for key, value in self.pairs().items()}

    def flag(self) -> bool:
        word = self.text().lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise self.refuse("is neither true nor false")

    def integer(self) -> int:
        try:
            return int(self.text())
        except ValueError:
            raise self.refuse("is not a whole number") from None

    def number(self) -> float:
        try:
            return float(self.text())
        except ValueError:
            raise self.refuse("is not a number") from None

    def command(self) -> str | list[str]:
        """A list of arguments, or one text."""
        return self.words() if isinstance(self.value, list) else self.text()

    def one_of(self, words: Mapping[str, str]) -> str:
        """What a word stands for among those that are known."""
        word = self.text()
        if word not in words:
            raise self.refuse(f"{word!r} is not known here", f"One of {', '.join(words)}.")
        return words[word]

    def _mapping(self) -> dict[str, Any]:
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.refuse("is not a mapping", "Write names with a colon and a value each.")
        return self.value

    def _under(self, key: str) -> Node:
        return Node(self.value[key], self._join(key), f"{self.form}.{key}" if self.form else key)

    def _join(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
