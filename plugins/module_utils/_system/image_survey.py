# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at image files: headers as they are read elsewhere, the rest as ``qemu-img`` tells. Nothing is changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._model.image_info import ImageInfo
from . import qemu_img
from .disk import DiskDriver
from .image_content import checked, extents, held
from .image_file import ImageFile, read_image
from .qemu_img import Image

_KNOWN = ("qcow2", "raw", "vmdk", "vhdx", "vpc", "vdi", "qed", "luks")


def survey(path: str, *, check: bool) -> list[ImageInfo]:
    """The image and those below it, the nearest first. Raises ``HostError`` where one cannot be read."""
    images = _chain(path)
    there = [image.path for image in images if isinstance(image, ImageFile)]
    users = DiskDriver().observe(there)
    return [
        _info(image, users.get(image.path), check=check)
        if isinstance(image, ImageFile)
        else ImageInfo(image, exists=False)
        for image in images
    ]


def _chain(path: str) -> list[ImageFile | str]:
    """The images; of one that is not there, the path."""
    chain: dict[str, ImageFile | str] = {}
    below: str | None = path
    while below and below not in chain:
        image = read_image(below) if below.startswith("/") else None
        chain[below] = image or below
        below = image.backing_file if image is not None else None
    return list(chain.values())


def _info(image: ImageFile, users: Any, *, check: bool) -> ImageInfo:
    allocated = image.status.st_blocks * 512
    info = ImageInfo(
        path=image.path,
        exists=True,
        format=image.format,
        size=image.size,
        allocated=allocated,
        encrypted=bool(image.header and image.header.encrypted) or image.format == "luks",
        corrupt=bool(image.header and image.header.corrupt),
        backing_file=image.backing_file,
        stack=image.stack,
        locked="written" if image.written else "read" if image.in_use else None,
        in_use_by=users.in_use_by or () if users is not None else (),
        overlays=users.overlays or () if users is not None else (),
    )
    if image.format not in _KNOWN:
        return info
    told = qemu_img.info(image.path, image.format)
    named = Image(image.path, image.format)
    parts = extents(named)
    content = None if parts is None else held(parts)
    return dataclasses.replace(
        info,
        size=told["virtual-size"],
        held=content,
        wasted=None if content is None else max(0, allocated - content),
        backing_format=told.get("backing-filename-format"),
        snapshots=tuple(_snapshot(entry) for entry in told.get("snapshots") or ()),
        check=checked(image, named) if check else None,
        **_specific(told),
    )


def _specific(told: Mapping[str, Any]) -> dict[str, Any]:
    """What only an image of this format has."""
    if told["format"] != "qcow2":
        return {}
    kept = told["format-specific"]["data"]
    return {
        "cluster_size": told["cluster-size"],
        "compat": kept["compat"],
        "compression_type": kept.get("compression-type"),
        "lazy_refcounts": kept.get("lazy-refcounts"),
        "extended_l2": kept.get("extended-l2"),
        "bitmaps": tuple(
            {"name": entry["name"], "granularity": entry["granularity"], "flags": entry["flags"]}
            for entry in kept.get("bitmaps") or ()
        ),
    }


def _snapshot(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": entry["name"],
        "created": entry["date-sec"],
        "memory": entry["vm-state-size"],
    }
