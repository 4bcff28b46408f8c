# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Podman is asked for in the place of Docker, and how that is remembered.

Podman takes the body of Docker's ``create``, but tells much of it otherwise than it was asked, or not at all: sysctls,
fixed addresses, which port was free to choose. So a container carries that part of the body as a label. None of it
changes as long as the container is there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._model.container import Container
from .._model.container_mount import is_unnamed
from .._model.names import lasting_name
from .._model.text_map import PRIVATE
from .attachments import endpoint
from .container_settings import Tree

ASKED = f"{PRIVATE}asked"
# What Podman tells as it was asked stays out: it is told even where it was changed by hand since.
CONFIG_KEYS = ("Healthcheck", "MacAddress", "StopSignal")
HOST_KEYS = (
    *("CapAdd", "CapDrop", "CgroupnsMode", "DeviceCgroupRules", "Devices", "IpcMode", "LogConfig", "Mounts"),
    *("NetworkMode", "PidMode", "PortBindings", "PublishAllPorts", "SecurityOpt", "ShmSize", "StorageOpt"),
    *("Sysctls", "Tmpfs", "UTSMode", "Ulimits", "UsernsMode"),
)
# Told even where nobody asked for it, but it may be changed too.
FILLED_IN_KEYS = ("PidsLimit",)
# Told without the options that label what is mounted, or give it to another user.
PARTLY_TOLD_KEYS = ("Binds",)
# More than any host has: Podman takes no -1 for unlimited swap.
NO_LIMIT = 2**63 - 4096


def for_podman(body: Mapping[str, Any], spec: Container) -> Tree:
    """The body of a ``create``, as Podman takes it to the same end."""
    host = dict(body["HostConfig"])
    labels = {**(body.get("Labels") or {}), ASKED: _remembered(body, spec)}
    if (host.get("MemorySwap") or 0) < 0:
        host["MemorySwap"] = NO_LIMIT
    result = {**body, "HostConfig": host, "Labels": labels}
    if body.get("Healthcheck"):
        result["Healthcheck"] = _healthcheck(body["Healthcheck"])
    return result


def _remembered(body: Mapping[str, Any], spec: Container) -> str:
    host = body["HostConfig"]
    places = {place.name: endpoint(place) for place in spec.networks or ()}
    # Volumes without a name are told, and which they are is nothing that was asked.
    mounts = [mount for mount in host.get("Mounts") or () if not is_unnamed(str(mount.get("Source")))]
    told = {
        # A label goes on into images that are made of the container, and from there to other containers.
        "Name": spec.name,
        "Config": {key: body[key] for key in CONFIG_KEYS if body.get(key)},
        "HostConfig": {
            key: value
            for key, value in {**host, "Mounts": mounts}.items()
            if key in (*HOST_KEYS, *FILLED_IN_KEYS, *PARTLY_TOLD_KEYS) and value
        },
        "Networks": {
            name: {key: value for key, value in place.items() if key != "Aliases"}
            for name, place in places.items()
        },
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def recall(labels: Mapping[str, str] | None, name: str) -> Mapping[str, Any] | None:
    """What the container of this name was asked as; None for one that somebody else made."""
    try:
        told = json.loads((labels or {}).get(ASKED) or "null")
    except ValueError:
        return None
    sections = ("Config", "HostConfig", "Networks")
    if not isinstance(told, dict) or told.get("Name") != lasting_name(name):
        return None
    return told if all(isinstance(told.get(section), dict) for section in sections) else None


def _healthcheck(check: Mapping[str, Any]) -> Tree:
    """A command whose words have spaces, written so that Podman does not split it again."""
    form, *words = check.get("Test") or ("",)
    if form == "CMD" and len(words) > 1 and any(len(word.split()) != 1 for word in words):
        return {**check, "Test": [json.dumps(words)]}
    return dict(check)
