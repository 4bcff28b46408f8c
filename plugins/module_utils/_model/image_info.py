# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to know of an image file, and of those that it rests on."""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class ImageInfo:
    """One file of a chain; all but its path is None where the file is not there.

    Sizes are bytes: ``size`` is what a guest sees, ``allocated`` what the file takes, ``held`` what of the guest's
    content it holds by itself, ``wasted`` what it takes beyond that. ``vms`` are those that are defined with it,
    running or not; None where libvirt does not tell.
    """

    path: str
    exists: bool
    format: str | None = None
    size: int | None = None
    allocated: int | None = None
    held: int | None = None
    wasted: int | None = None
    cluster_size: int | None = None
    compat: str | None = None
    compression_type: str | None = None
    lazy_refcounts: bool | None = None
    extended_l2: bool | None = None
    encrypted: bool | None = None
    corrupt: bool | None = None
    backing_file: str | None = None
    backing_format: str | None = None
    snapshots: tuple[dict[str, Any], ...] | None = None
    bitmaps: tuple[dict[str, Any], ...] | None = None
    stack: str | None = None
    locked: str | None = None
    in_use_by: tuple[str, ...] | None = None
    overlays: tuple[str, ...] | None = None
    vms: tuple[str, ...] | None = None
    check: dict[str, Any] | None = None
