# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables in a Compose file, and the files that set them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .merge import Override

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BRACED = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<operator>:?[-?+])(?P<word>.*))?", re.DOTALL)
_ASSIGNED = re.compile(r"(?:export\s+)?(?P<name>[^\s=#'\"]+)[ \t]*(?P<equals>=)?[ \t]*")
_QUOTED = {
    "'": re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL),
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL),
}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}


class Variables:
    """Their values; ``missing`` are those that were asked for and are not set."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self.missing: set[str] = set()

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def with_more(self, values: Mapping[str, str]) -> Variables:
        """Those of ``values`` too, where they are not set here. What is missing there is missing here."""
        more = Variables({**values, **self._values})
        more.missing = self.missing
        return more

    def expand(self, text: str, path: str) -> str:
        """The text with what its variables stand for. Raises ``InvalidSpec``, which shows no value."""
        result, rest = "", text
        while "$" in rest:
            before, _dollar, rest = rest.partition("$")
            result += before
            name = _NAME.match(rest)
            if rest.startswith("$"):
                result, rest = f"{result}$", rest[1:]
            elif rest.startswith("{"):
                inside, rest = _braced(rest[1:], path)
                result += self._substituted(inside, path)
            elif name:
                result, rest = result + self._plain(name[0]), rest[name.end() :]
            else:
                result += "$"
        return result + rest

    def expand_all(self, tree: Any, path: str = "") -> Any:
        """All values of a document, but no key."""
        if isinstance(tree, str):
            return self.expand(tree, path)
        if isinstance(tree, list):
            return [self.expand_all(item, f"{path}[{index}]") for index, item in enumerate(tree)]
        if isinstance(tree, dict):
            return {key: self.expand_all(v, f"{path}.{key}" if path else key) for key, v in tree.items()}
        return Override(self.expand_all(tree.value, path)) if isinstance(tree, Override) else tree

    def _substituted(self, inside: str, path: str) -> str:
        match = _BRACED.fullmatch(inside)
        if match is None:
            raise _wrong(path)
        name, operator, word = match["name"], match["operator"] or "", match["word"] or ""
        value = self.get(name)
        is_set = bool(value) if operator.startswith(":") else value is not None
        if operator.endswith("-"):
            return value or "" if is_set else self.expand(word, path)
        if operator.endswith("+"):
            return self.expand(word, path) if is_set else ""
        if operator.endswith("?") and not is_set:
            raise InvalidSpec(
                f"{path}: the variable {name} is not set",
                cause=word,
                hint="Set it in compose_env, or in .env.",
            )
        return self._plain(name)

    def _plain(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            self.missing.add(name)
        return value or ""


def _braced(rest: str, path: str) -> tuple[str, str]:
    """What stands in the braces, and what follows them."""
    depth = 1
    for index, letter in enumerate(rest):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0:
            return rest[:index], rest[index + 1 :]
    raise _wrong(path)


def _wrong(path: str) -> InvalidSpec:
    return InvalidSpec(
        f"{path}: what follows the dollar sign names no variable",
        hint="Write ${NAME}, ${NAME:-word}, ${NAME:?words} or ${NAME:+word}; a dollar sign itself is $$.",
    )


def read_env(text: str, path: str, variables: Variables) -> dict[str, str | None]:
    """What an env file sets, by name. None stands for a name without a sign of equality.

    Values without quotes or in double ones may use ``variables`` and what the file has set before.
    """
    found: dict[str, str | None] = {}
    rest, line = text.replace("\r\n", "\n"), 1
    while rest.strip():
        blank = len(rest) - len(rest.lstrip())
        line, rest = line + rest[:blank].count("\n"), rest[blank:]
        place = f"{path}, line {line}"
        if rest.startswith("#"):
            rest = rest.partition("\n")[2]
            line += 1
            continue
        match = _ASSIGNED.match(rest)
        if match is None:
            raise InvalidSpec(f"{place}: sets no variable", hint="Write NAME=value.")
        known = variables.with_more({name: value for name, value in found.items() if value is not None})
        value, after = (
            _value(rest[match.end() :], place, known) if match["equals"] else (None, rest[match.end() :])
        )
        found[match["name"]] = value
        line, rest = line + rest[: len(rest) - len(after)].count("\n"), after
    return found


def read_raw_env(text: str) -> dict[str, str | None]:
    """The same of a file of which nothing is interpreted."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value if equals else None for name, equals, value in pairs}


def _value(rest: str, place: str, variables: Variables) -> tuple[str, str]:
    """The value at the beginning of the text, and what follows its line."""
    quote = rest[:1]
    if quote not in _QUOTED:
        plain, _newline, after = rest.partition("\n")
        return variables.expand(re.split(r"(?:^|\s)#", plain, maxsplit=1)[0].strip(), place), after
    match = _QUOTED[quote].match(rest)
    comment, _newline, after = rest[match.end() :].partition("\n") if match else ("", "", "")
    if match is None or (comment.strip() and not comment.strip().startswith("#")):
        raise InvalidSpec(f"{place}: its quotes do not match", hint="Write a quote within quotes as \\'.")
    if quote == "'":
        return match[1].replace("\\'", "'"), after
    # A dollar sign behind a backslash is one; the rest of what backslashes stand for is told after the variables.
    inside = variables.expand(re.sub(r"\\\$", "$$", match[1]), place)
    return _ESCAPED.sub(lambda m: _CONTROL.get(m[1], m[1] if m[1] in "\"\\'" else m[0]), inside), after
