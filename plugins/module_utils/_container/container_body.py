# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the engine's ``create`` takes, and its ``connect``."""

from __future__ import annotations

from collections.abc import Sequence

from .._core.field import Compare
from .._model.attachment import Attachment
from .._model.container import Container
from .attachments import endpoint
from .container_settings import SETTINGS, Tree
from .labels import with_files, written


def write(spec: Container) -> Tree:
    """What the engine's ``create`` takes. The networks of ``later`` are connected afterwards."""
    tree: Tree = {"Config": {}, "HostConfig": {}}
    for name, setting in SETTINGS.items():
        value = getattr(spec, name)
        if value is not None:
            *parents, last = setting.path
            place = tree
            for key in parents:
                place = place.setdefault(key, {})
            # To an engine an empty entry point is none at all, and nothing the image's.
            place[last] = None if name in spec.by_image else setting.write(value)
    config, host = tree["Config"], tree["HostConfig"]
    config["Labels"] = with_files(written(spec.labels, spec.owner, spec.name), spec.files, spec.name)
    config.setdefault("ExposedPorts", {}).update((port.key, {}) for port in spec.published_ports or ())
    mode = first_network(spec)
    if mode is not None:
        host["NetworkMode"] = mode
        endpoints = {place.name: endpoint(place) for place in spec.networks or () if place.name == mode}
        if endpoints:
            config["NetworkingConfig"] = {"EndpointsConfig": endpoints}
    return {**config, "HostConfig": host}


def first_network(spec: Container) -> str | None:
    """The network, or the mode, that a container is made with; None leaves it to the engine."""
    if spec.network_mode is not None:
        return spec.network_mode
    if spec.networks:
        return spec.networks[0].name if spec.networks_cli_compatible else None
    exact = spec.modes.get("networks", Compare.KEYED) is Compare.KEYED
    return "none" if spec.networks is not None and exact else None


def later(spec: Container) -> Sequence[Attachment]:
    """The places that it gets once it is made: engines take one at first."""
    return [place for place in spec.networks or () if place.name != first_network(spec)]
