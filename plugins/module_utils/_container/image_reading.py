# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an engine lists an image, read as a spec."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._model.image import Image
from .._model.image_name import familiar, split_image_name
from .._model.platform import is_of_platform
from . import image_origin as origin
from .image_build import CONTEXT, recorded_bases
from .labels import own, owner_of


def ids_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The ids of images, by all their names."""
    return {name: str(row["Id"]) for row in rows for name in names_of(row)}


def names_of(row: Mapping[str, Any]) -> Iterator[str]:
    """The familiar names of an image, those by digest among them."""
    for name in [*(row.get("RepoTags") or ()), *(row.get("RepoDigests") or ())]:
        if not str(name).startswith("<none>"):
            yield familiar(str(name))


def read(name: str, row: Mapping[str, Any], ids: Mapping[str, str], platform: str | None) -> Image:
    """The image as it has this name. ``ids`` are those of all images, by all their names."""
    labels = row.get("Labels") or {}
    known = tuple(_digests(name, row))
    bases = recorded_bases(labels)
    tags = tuple(tag for tag in names_of(row) if "@" not in tag)
    return Image(
        name=name,
        context=labels.get(CONTEXT),
        rootfs=labels.get(origin.ROOTFS),
        rootfs_seen=labels.get(origin.SEEN),
        archive=str(row["Id"]),
        digest=next(iter(known), None),
        digests=tuple(familiar(str(entry)) for entry in row.get("RepoDigests") or ()),
        beside=() if known else tuple(ids),
        platform=platform,
        repository=tags,
        labels=own(labels),
        owner=owner_of(labels, name),
        bases=tuple(bases) or None,
        outdated=tuple(below for below, id_ in bases.items() if ids.get(below, id_) != id_) or None,
        id=str(row["Id"]),
        size=row.get("Size"),
        tags=tags,
    )


def _digests(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    """The digests under which the registry of this name gave it out."""
    repository = split_image_name(name)[0]
    for entry in row.get("RepoDigests") or ():
        if split_image_name(familiar(str(entry)))[0] == repository:
            yield str(entry).partition("@")[2]


def alike(asked: Image, found: Image) -> Image:
    """The image as found, in the words of what is asked where these say the same."""
    fits = asked.platform is not None and is_of_platform(found.platform, asked.platform)
    pin = f"{split_image_name(asked.name)[0]}@{asked.digest}"
    # Docker has a digest for one image only: for the first that was pulled of those for several platforms.
    known = pin in (found.digests or ()) or (fits and pin in (found.beside or ()))
    return dataclasses.replace(
        found,
        digest=asked.digest if known else found.digest,
        platform=asked.platform if fits else found.platform,
    )
