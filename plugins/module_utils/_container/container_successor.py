# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container takes over from the one whose place it takes, so that nothing is lost that nobody manages."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from .._model.container import Container
from .._model.container_parts import is_unnamed
from . import container_config as config


def with_what_stays(asked: Container, found: Container, image: Mapping[str, Any]) -> Container:
    """With what the old container had and nobody manages, so that a successor loses none of it.

    What it had from its image is left out: the new image's own counts. ``image`` is the old one's configuration.
    """
    stays: dict[str, Any] = {}
    for name, setting in config.SETTINGS.items():
        section, *keys = setting.path
        had, wanted = getattr(found, name), getattr(asked, name)
        brought = setting.read(image.get(keys[0])) if section == "Config" and keys[0] in image else None
        if name == "env":
            stays[name] = {k: v for k, v in had.items() if (brought or {}).get(k) != v} | (wanted or {})
        elif wanted is None and had and had != brought:
            stays[name] = had
    brought_labels = image.get("Labels") or {}
    labels = {k: v for k, v in (found.labels or {}).items() if brought_labels.get(k) != v}
    stays["labels"] = {**labels, **(asked.labels or {})}
    if found.hostname == str(found.id)[: len(found.hostname or "")]:
        stays.pop("hostname", None)
    if asked.memory is not None:
        stays.pop("memory_swap", None)
    if asked.networks is not None or asked.network_mode is not None:
        stays.pop("network_mode", None)
    elif found.networks:
        stays["networks"] = found.networks
    return dataclasses.replace(asked, **stays)


def unnamed_volumes(asked: Container, mounts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The volumes without a name among the old container's mounts, as mounts of its successor: they hold data too."""
    taken = {bind.target.rstrip("/") for bind in asked.volumes or ()}
    return [
        {
            "Type": "volume",
            "Source": mount["Name"],
            "Target": mount["Destination"],
            "ReadOnly": not mount.get("RW", True),
        }
        for mount in mounts
        if is_unnamed(str(mount.get("Name"))) and mount["Destination"].rstrip("/") not in taken
    ]
