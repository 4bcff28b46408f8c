# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compose files, each with its variables and what its services extend, merged into one document."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from typing import Any

from . import canonical
from .include import SECTIONS, beside, moved
from .library import Library
from .merge import marked, merged, settled
from .node import Node
from .variables import Variables, read_env

Tree = dict[str, Any]
#: The variables of what is included, by section and name.
Scopes = dict[tuple[str, str], Variables]
_READS_VARIABLES = ("services", "configs", "secrets")


def read(paths: Sequence[str], library: Library, variables: Variables) -> tuple[Tree, Scopes]:
    """The files as one document; paths of theirs on the controller stand beside the first. Raises ``InvalidSpec``."""
    scopes: Scopes = {}
    tree = _Reader(library, variables, scopes).together(paths, os.path.dirname(paths[0]), ())
    return tree, scopes


def with_env(variables: Variables, path: str, library: Library) -> Variables:
    """Those that a file of variables sets, where they are not set yet. Raises ``InvalidSpec``."""
    try:
        text = library.content(path).decode()
    except UnicodeDecodeError:
        raise Node(None, path).refuse("is not text in UTF-8") from None
    found = read_env(text, os.path.basename(path), variables)
    return variables.with_more({name: value for name, value in found.items() if value is not None})


class _Reader:
    def __init__(self, library: Library, variables: Variables, scopes: Scopes) -> None:
        self._library = library
        self._variables = variables
        self._scopes = scopes

    def together(self, paths: Sequence[str], folder: str, seen: tuple[str, ...]) -> Tree:
        """Files of which each overrides the ones before. ``seen`` are those that led to them by ``include``."""
        result: Tree = {}
        for path in paths:
            result = merged(result, self._complete(path, folder, seen))
        return result

    def _complete(self, path: str, folder: str, seen: tuple[str, ...]) -> Tree:
        """One file with all that it extends and includes."""
        tree = self.file(path, folder)
        for name in Node(tree.get("services"), "services", "services").named():
            tree["services"][name] = self.whole(tree["services"], name, (path,))
        for entry in Node(tree.pop("include", None) or [], "include", "include").elements():
            tree = beside(tree, self._included(entry, folder, (*seen, path)), entry)
        return tree

    def _included(self, entry: Node, folder: str, seen: tuple[str, ...]) -> Tree:
        """What a file includes: a document of its own, with its own folder and variables beside those that are set."""
        long = (
            entry
            if isinstance(entry.value, dict)
            else dataclasses.replace(entry, value={"path": entry.value})
        )
        given = long.only("path", "project_directory", "env_file")
        paths = [canonical.joined(folder, path) for path in given["path"].words()] if "path" in given else []
        if not paths:
            raise entry.refuse("names no file")
        if not set(paths).isdisjoint(seen):
            raise entry.refuse("leads back to itself")
        home = os.path.dirname(paths[0])
        if "project_directory" in given:
            home = canonical.joined(folder, given["project_directory"].text())
        variables = self._variables
        if "env_file" in given:
            for path in reversed(given["env_file"].words()):
                variables = with_env(variables, canonical.joined(folder, path), self._library)
        elif self._library.has(canonical.joined(home, ".env")):
            variables = with_env(variables, canonical.joined(home, ".env"), self._library)
        tree = _Reader(self._library, variables, self._scopes).together(paths, home, seen)
        for section in _READS_VARIABLES:
            for name in Node(tree.get(section), section, section).named():
                self._scopes.setdefault((section, name), variables)
        return moved(tree, os.path.relpath(home, folder))

    def file(self, path: str, folder: str) -> Tree:
        """One file, its variables expanded, its services in canonical form."""
        tree = self._variables.expand_all(self._library.document(path))
        root = Node({} if tree is None else tree)
        sections = root.only("name", "version", "include", *SECTIONS)
        result: Tree = {**root.value}
        for section, form in (("services", canonical.service), *_SOURCES):
            if section in sections:
                named = sections[section].named()
                result[section] = {name: form(node.value, folder) for name, node in named.items()}
        return result

    def whole(self, services: Tree, name: str, seen: tuple[str, ...]) -> Any:
        """A service with what it extends. ``seen`` are the file it stands in, and the places that led to it."""
        node = Node(services[name], f"services.{name}", "services.*")
        if not isinstance(node.value, dict) or "extends" not in node.value:
            return node.value
        extends = Node(settled(node.value["extends"]), f"{node.path}.extends", "services.*.extends")
        place = extends.only("service", "file")
        if "service" not in place:
            raise extends.refuse("names no service")
        below, path = place["service"].text(), place["file"].text() if "file" in place else seen[0]
        if f"{path}: {below}" in seen or (path, below) == (seen[0], name):
            raise extends.refuse("leads back to itself")
        among = services if path == seen[0] else self.file(path, os.path.dirname(path)).get("services")
        if not isinstance(among, dict) or below not in among:
            raise extends.refuse(f"there is no service {below} in {os.path.basename(path)}")
        under = settled(self.whole(among, below, (path, *seen[1:], f"{seen[0]}: {name}")))
        under = {} if under is None else under
        if not isinstance(under, dict):
            raise extends.refuse(f"the service {below} is not a mapping", "Write image or build, at least.")
        own = {key: value for key, value in node.value.items() if key != "extends"}
        under.pop("extends", None)
        return marked(merged(under, own, "services.*"), own)


_SOURCES = (("configs", canonical.source), ("secrets", canonical.source))
