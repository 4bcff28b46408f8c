# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An engine and the registries of its images: what they have, and what goes there and comes from there."""

from __future__ import annotations

import http.client
from typing import Any

from .._core.errors import ApplyFailed
from .._model.image import Image
from .._model.image_name import split_image_name
from .._model.registry_login import HUB, RegistryLogin
from .engine import Engine, EngineFailed
from .registry import REACH, Registry
from .said import heard

_MISSING = ("manifest unknown", "no such manifest", "not found", "name unknown")


def login(engine: Engine, auth: RegistryLogin) -> None:
    """Has the engine ask the registry for this user, and this run remember it. Nothing is written anywhere.

    Raises ``ApplyFailed`` where the registry does not answer, or does not know the user with this password.
    """
    tried = f"log in to {auth.registry} as {auth.username}"
    # Docker knows its Hub by a URL that Podman 4 would take for a path there.
    address = "docker.io" if auth.registry == HUB and engine.name == "podman" else auth.registry
    try:
        engine.do(tried, lambda api: api.login(auth.username, auth.password, registry=address, reauth=True))
    except ApplyFailed as error:
        error.hint = "Correct auth, and see that the registry is reached and that the engine trusts it."
        raise


def registry_digest(engine: Engine, name: str, auth: RegistryLogin | None = None) -> str:
    """The digest that the registry has under the name now. Raises ``ApplyFailed``."""
    tried = f"ask the registry for {name}"
    if engine.name == "podman":
        return Registry(tried, name, auth).digest()
    try:
        answer = engine.do(tried, lambda api: api.inspect_distribution(name, _header(name, auth)))
    except ApplyFailed as error:
        error.hint = REACH
        raise
    return str(answer["Descriptor"]["digest"])


def has(engine: Engine, name: str, image: Image, auth: RegistryLogin | None) -> bool:
    """Whether the registry has this very image under the name."""
    tried = f"ask the registry for {name}"
    if engine.name == "podman":
        return Registry(tried, name, auth).config() == image.id
    try:
        digest = registry_digest(engine, name, auth)
    except EngineFailed as error:
        if error.status == http.client.NOT_FOUND or any(word in error.cause.lower() for word in _MISSING):
            return False
        raise
    return f"{split_image_name(name)[0]}@{digest}" in (image.digests or ())


def pull(engine: Engine, name: str, auth: RegistryLogin | None = None, platform: str | None = None) -> None:
    """Fetches an image from its registry. Raises ``ApplyFailed``."""
    repository, tag, digest = split_image_name(name)
    tried = f"pull the image {name}"
    options = {"tag": digest or tag, "auth_config": _header(name, auth), "platform": platform}
    try:
        engine.do(tried, lambda api: heard(tried, api.pull(repository, stream=True, decode=True, **options)))
    except ApplyFailed as error:
        error.hint = (
            "Correct its name, see that the registry is reached, or bring it as build, archive or rootfs."
        )
        raise


def push(engine: Engine, name: str, auth: RegistryLogin | None) -> None:
    """Gives an image to the registry of its name. Raises ``ApplyFailed``."""
    repository, tag, _digest = split_image_name(name)
    tried = f"push the image {name}"
    options: dict[str, Any] = {"tag": tag, "auth_config": _header(name, auth)}
    try:
        engine.do(tried, lambda api: heard(tried, api.push(repository, stream=True, decode=True, **options)))
    except ApplyFailed as error:
        error.hint = "See that the registry is reached, and that auth may write there."
        raise


def _header(name: str, auth: RegistryLogin | None) -> dict[str, str] | None:
    """What is told of the user to the registry of the image: nothing where it is another's."""
    return auth.header if auth is not None and auth.covers(name) else None
