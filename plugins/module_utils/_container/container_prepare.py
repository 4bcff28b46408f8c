# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Completes what is asked of a container by what its engine and its host hold, before anything is planned."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare
from .._model.container import Container
from .._model.env_file import read_env_file
from .._model.image_name import is_image_id
from .._model.names import is_container_id
from .._model.platform import is_of_platform, platform_of
from .container_answer import SHARED
from .container_settings import SETTINGS
from .container_successor import brought, united
from .engine import Engine
from .image_registry import registry_digest
from .inspection import inspected
from .podman_answers import DEFAULT_NETWORK

# What images give to their containers, where an exact comparison has to expect it.
_GIVEN = ("env", "labels", "exposed_ports", "anonymous_volumes")
_DEFAULT_OF_DOCKER = "bridge"


class Preparation:
    """For one container, of which ``found`` is what there is. Read only."""

    def __init__(self, engine: Engine, found: Container | None) -> None:
        self._engine = engine
        self._found = found

    def of(self, asked: Container) -> Container:
        """Raises ``HostError`` where the host cannot give what is asked."""
        asked = self._with_default_network(self._with_names(self._with_env_file(asked)))
        asked = self._with_image(asked)
        return self._with_platform(self._as_image_says(asked))

    def _with_env_file(self, asked: Container) -> Container:
        if asked.env_file is None:
            return asked
        return dataclasses.replace(asked, env={**read_env_file(asked.env_file), **(asked.env or {})})

    def _with_names(self, asked: Container) -> Container:
        """Containers whose namespaces it shares by their names, where they are asked for by their ids."""
        modes = {name: (getattr(asked, name) or "").partition(":") for name in SHARED}
        ids = {
            name: mode[2]
            for name, mode in modes.items()
            if mode[0] == "container" and is_container_id(mode[2])
        }
        entries = {name: inspected(self._engine, identity) for name, identity in ids.items()}
        named: dict[str, Any] = {
            name: f"container:{str(entry['Name']).lstrip('/')}"
            for name, entry in entries.items()
            if entry is not None
        }
        return dataclasses.replace(asked, **named)

    def _with_default_network(self, asked: Container) -> Container:
        """Docker's default network is Podman's, which has a name of its own."""
        if self._engine.podman is None or asked.networks is None:
            return asked
        places = [
            dataclasses.replace(place, name=DEFAULT_NETWORK) if place.name == _DEFAULT_OF_DOCKER else place
            for place in asked.networks
        ]
        return dataclasses.replace(asked, networks=tuple(places))

    def _with_image(self, asked: Container) -> Container:
        """With the image's id, where that counts and not its name, and with what the registry has of that name."""
        found = self._found
        if asked.image is None:
            return asked
        if is_image_id(asked.image):
            # No registry knows an id.
            return dataclasses.replace(asked, image_id=asked.image, pull="never")
        if asked.pull == "always":
            asked = dataclasses.replace(asked, digest=registry_digest(self._engine, asked.image))
        by_id = found is not None and asked.image_name_mismatch == "ignore" and found.image != asked.image
        if asked.pull != "never" and not by_id:
            return asked
        there = self._engine.find(lambda api: api.inspect_image(asked.image)) or {}
        missing = not there and asked.pull == "never"
        return dataclasses.replace(asked, image_id=there.get("Id") if by_id else None, image_missing=missing)

    def _as_image_says(self, asked: Container) -> Container:
        """What is compared exactly is the image's own and what is asked; an empty command is the image's.

        Beside an entry point that is asked for, engines leave the image's command out.
        """
        exact = [name for name in _GIVEN if asked.modes.get(name) in (Compare.SET, Compare.VALUE)]
        exact = [name for name in exact if getattr(asked, name) is not None]
        empty = [name for name in ("command", "entrypoint") if getattr(asked, name) == ()]
        if not exact and not empty:
            return asked
        image = self._image(asked)
        ours = brought(image)
        ours["exposed_ports"] = (*ours.get("exposed_ports", ()), *self._published(asked))
        if "labels" in exact and asked.image_label_mismatch == "fail":
            _check_labels(asked, ours["labels"])
            exact.remove("labels")
        fields = {name: _with(getattr(asked, name), ours.get(name)) for name in exact}
        if asked.entrypoint:
            ours.pop("command", None)
        fields.update((name, ours.get(name) or SETTINGS[name].read(None) or ()) for name in empty)
        return dataclasses.replace(asked, by_image=tuple(empty), **fields)

    def _published(self, asked: Container) -> Iterator[str]:
        """The ports that it will have published, which are exposed by that."""
        found = self._found
        ports = asked.published_ports
        if found is not None:
            ports = found.published_ports if ports is None else united(asked, found, {}).published_ports
        return (port.key for port in ports or ())

    def _image(self, asked: Container) -> Mapping[str, Any]:
        """The configuration of the image that exact comparisons expect."""
        name = asked.image
        if self._found is not None and (name is None or asked.image_comparison == "current-image"):
            name = self._found.image_id
        image = self._engine.find(lambda api: api.inspect_image(name)) or {}
        config: Mapping[str, Any] = image.get("Config") or {}
        return config

    def _with_platform(self, asked: Container) -> Container:
        found = self._found
        if asked.platform is None or found is None:
            return asked
        image = self._engine.find(lambda api: api.inspect_image(found.image_id)) or {}
        if is_of_platform(platform_of(image), asked.platform):
            return asked
        return dataclasses.replace(asked, other_platforms={str(found.image_id): platform_of(image)})


def _with(wanted: Any, ours: Any) -> Any:
    if isinstance(wanted, dict):
        return {**(ours or {}), **wanted}
    return tuple(dict.fromkeys((*wanted, *(ours or ()))))


def _check_labels(asked: Container, ours: Mapping[str, str]) -> None:
    beyond = sorted(set(ours) - set(asked.labels or {}))
    if beyond:
        raise InvalidSpec(
            f"labels: the image has {', '.join(beyond)}, which a container of it cannot be without",
            hint="Set image_label_mismatch: ignore, or list them.",
        )
