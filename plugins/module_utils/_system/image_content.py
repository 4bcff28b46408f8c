# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What images hold, as ``qemu-img`` tells: a closer look than that at a header, for those who ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._core.errors import ApplyFailed
from .._model.disk import Disk
from . import qemu_img
from .disk_form import AMENDED
from .image_file import ImageFile
from .image_key import opened, passphrases, sealed
from .qemu_img import Image

Parts = Sequence[Mapping[str, Any]]


def closer_look(image: ImageFile, asked: Disk) -> dict[str, Any]:
    """The fields of a disk that only matter for what is asked of it. Raises ``ApplyFailed``."""
    upkeep = asked.upkeep
    named = opened(image.path, image.format, asked)
    seen: dict[str, Any] = {}
    if upkeep.checks:
        seen["checked"] = checked(image, named)
    shrinks = asked.size is not None and asked.size < image.size
    parts = extents(named) if shrinks or upkeep.commit or upkeep.compact else None
    if parts is not None:
        seen.update(_measured(image, parts))
        seen["lost"] = _content_beyond(parts, asked.size) if asked.size is not None else None
    elif _is_to_be_opened(image, asked) and not seen.get("checked", {}).get("done"):
        seen["sealed"] = sealed(image.path, asked)
    rests = asked.backing_file not in (None, image.backing_file or "")
    if image.format == "qcow2" and (shrinks or rests or upkeep.commit or upkeep.compact):
        told = qemu_img.info(image.path, image.format)
        seen.update(inside=_inside(told) or None, passphrases=passphrases(told))
    return seen


def _is_to_be_opened(image: ImageFile, asked: Disk) -> bool:
    """Whether what is asked for may read or write what the image holds, or change what it says of itself."""
    upkeep = asked.upkeep
    form = {"size": image.size, "backing_file": image.backing_file or ""}
    form.update({name: getattr(image.header, name, None) for name in AMENDED})
    differs = any(getattr(asked, name) not in (None, value) for name, value in form.items())
    return differs or upkeep.commit or upkeep.compact or upkeep.checks


def extents(image: Image) -> Parts | None:
    """None where it cannot be told: a file below is missing, or one does not open."""
    try:
        return qemu_img.extents(image)
    except ApplyFailed:
        return None


def held(parts: Parts) -> int:
    """The bytes of the guest's content that the file holds by itself."""
    return _length(part for part in parts if part["depth"] == 0 and part["data"] and not part["zero"])


def checked(image: ImageFile, named: Image) -> dict[str, Any]:
    """What QEMU's own check finds. An image that is written to at the moment would only seem to be damaged."""
    if image.written:
        return {"done": False, "cause": "it is being written to"}
    if image.format == "raw":
        return {"done": False, "cause": "a raw image has nothing to check"}
    try:
        found = qemu_img.check(named)
    except ApplyFailed as error:
        return {"done": False, "cause": error.cause}
    names: Sequence[str] = ("corruptions", "leaks", "check-errors")
    return {"done": True, **{name.replace("-", "_"): found.get(name, 0) for name in names}}


def _measured(image: ImageFile, parts: Parts) -> dict[str, Any]:
    """``laid_over`` counts the zeros too that an overlay holds against what the image below has there."""
    allocated = image.status.st_blocks * 512
    content = held(parts)
    return {
        "held": content,
        "laid_over": _length(part for part in parts if part["depth"] == 0 and part["present"]),
        "wasted": max(0, allocated - content),
        "reclaimable": max(0, allocated - content - _least_metadata(image, parts)),
    }


def _least_metadata(image: ImageFile, parts: Parts) -> int:
    """What a qcow2 image cannot do without: its headers, refcounts, and the tables that lead to what it holds."""
    if image.header is None:
        return 0
    cluster = image.header.cluster_size
    spanned = cluster // (16 if image.header.extended_l2 else 8) * cluster
    own = [part for part in parts if part["depth"] == 0 and part["present"]]
    tables = {
        table
        for part in own
        for table in range(part["start"] // spanned, (part["start"] + part["length"] - 1) // spanned + 1)
    }
    top = -(-image.size // spanned) * 8
    described = 1 + -(-image.header.key_bytes // cluster) + len(tables) + -(-top // cluster)
    clusters = described + -(-held(parts) // cluster)
    refcounts = 1 + -(-clusters * 2 // cluster)
    return (described + refcounts) * cluster


def _content_beyond(parts: Parts, size: int) -> int:
    return sum(
        part["start"] + part["length"] - max(part["start"], size)
        for part in parts
        if part["data"] and not part["zero"] and part["start"] + part["length"] > size
    )


def _inside(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of internal snapshots and of bitmaps."""
    bitmaps = told.get("format-specific", {}).get("data", {}).get("bitmaps") or ()
    return tuple(str(entry["name"]) for entry in (*(told.get("snapshots") or ()), *bitmaps))


def _length(parts: Iterable[Mapping[str, Any]]) -> int:
    return sum(int(part["length"]) for part in parts)
