# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who asks a registry."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .image_name import registry_of

HUB = "https://index.docker.io/v1/"


@dataclasses.dataclass(frozen=True)
class RegistryLogin:
    """A user of a registry, as engines name it: by its address, Docker Hub by the URL that it has there."""

    registry: str
    username: str
    password: str = dataclasses.field(repr=False)

    @classmethod
    def from_params(cls, params: Mapping[str, Any] | None, image: str) -> RegistryLogin | None:
        """Of the option ``auth``; the registry is that of the image by default. Raises ``InvalidSpec``."""
        if params is None:
            return None
        if not params["username"] or not params["password"]:
            raise InvalidSpec("auth: a username and a password are needed", hint="Give both.")
        given = (params.get("registry") or registry_of(image)).removeprefix("https://").rstrip("/")
        hub = given in ("", "docker.io", "index.docker.io", "index.docker.io/v1")
        return cls(HUB if hub else given, params["username"], params["password"])

    @property
    def header(self) -> dict[str, str]:
        """What the engine is told of it with a call."""
        return {"username": self.username, "password": self.password, "serveraddress": self.registry}

    def covers(self, image: str) -> bool:
        """Whether an image is of this registry."""
        return self.registry == (registry_of(image) or HUB)
