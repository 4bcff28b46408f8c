# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service has to know of the rest of the document: names on the host, variables, folders."""

from __future__ import annotations

import dataclasses
import os
import posixpath
from collections.abc import Mapping

from .library import Library
from .node import Node
from .variables import Variables, read_env, read_raw_env

DEFAULT_NETWORK = "default"
Params = dict[str, object]


@dataclasses.dataclass(frozen=True)
class Project:
    """``containers``, ``networks`` and ``volumes`` are names on the host by those in the document.

    ``directory`` is the folder on the host in which relative paths stand. ``sources`` are the document's configs and
    secrets. A container is there for each service that is active; ``inactive`` are the others. ``jobs`` are services
    that others need to have ended well. ``scopes`` are the variables of what is included, by section and name.
    """

    name: str
    directory: str | None
    variables: Variables
    library: Library
    containers: Mapping[str, str]
    inactive: frozenset[str]
    jobs: frozenset[str]
    vms: frozenset[str]
    networks: Mapping[str, str]
    volumes: Mapping[str, str]
    sources: Mapping[str, Mapping[str, Node]]
    scopes: Mapping[tuple[str, str], Variables] = dataclasses.field(default_factory=dict)

    def within(self, section: str, name: str) -> Project:
        """With the variables of the document in which something stands."""
        return dataclasses.replace(self, variables=self.scopes.get((section, name), self.variables))

    def container(self, service: str, node: Node) -> str:
        """The container of a service that is named there."""
        if service in self.containers:
            return self.containers[service]
        if service in self.inactive:
            raise node.refuse(
                f"the service {service} is in no active profile", "Add its profile to compose_profiles."
            )
        raise node.refuse(f"there is no service {service}")

    def network(self, name: str, node: Node) -> str:
        if name not in self.networks:
            raise node.refuse(
                f"{name} is not among the networks of the document", "Declare it under networks."
            )
        return self.networks[name]

    def volume(self, name: str, node: Node) -> str:
        if name not in self.volumes:
            raise node.refuse(f"{name} is not among the volumes of the document", "Declare it under volumes.")
        return self.volumes[name]

    def on_host(self, node: Node) -> str:
        """A path on the host as an absolute one."""
        path = node.text()
        if path.startswith("~"):
            raise node.refuse("the home folder of whom is not said", "Write an absolute path.")
        if not path.startswith("/") and self.directory is None:
            raise node.refuse("is a relative path", "Say with compose_directory where on the host it stands.")
        return posixpath.normpath(posixpath.join(self.directory or "/", path))

    def env_file(self, node: Node) -> dict[str, str]:
        """What an env file sets. What it only names has the value of the variable, where that is set."""
        entry = node.only("path", "required", "format")
        if "path" not in entry:
            raise node.refuse("names no file")
        path = entry["path"].text()
        if "required" in entry and not entry["required"].flag() and not self.library.has(path):
            return {}
        text, name = self._text(path, entry["path"]), os.path.basename(path)
        if "format" in entry and entry["format"].one_of({"raw": "raw"}):
            return self.resolved(read_raw_env(text))
        return self.resolved(read_env(text, name, self.variables))

    def resolved(self, pairs: Mapping[str, str | None]) -> dict[str, str]:
        """Names without a value have that of the variable; where it is not set, they are left out."""
        found = {name: self.variables.get(name) if text is None else text for name, text in pairs.items()}
        return {name: text for name, text in found.items() if text is not None}

    def _text(self, path: str, node: Node) -> str:
        try:
            return self.library.content(path).decode()
        except UnicodeDecodeError:
            raise node.refuse("is not text in UTF-8") from None
