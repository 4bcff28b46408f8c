# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image that exists says of itself: what can be changed in place, and by whom."""

from __future__ import annotations

import os
from typing import Any

from .._core.change import Change
from .._core.compare import Difference
from .._core.errors import ApplyFailed, Refused
from .._model.disk import CREATED_WITH, Disk
from . import qemu_img
from .image_key import opened
from .qcow2_header import Header

_SELINUX, _CONTEXT = "/sys/fs/selinux/enforce", "security.selinux"
AMENDED = ("compat", "lazy_refcounts")


def form_of(header: Header | None) -> dict[str, Any]:
    """How an image is laid out, as the fields of a disk; a raw image is not."""
    return {name: getattr(header, name, None) for name in CREATED_WITH}


def check_form(differences: tuple[Difference, ...], asked: Disk, found: Disk) -> bool:
    """Whether the header is to be changed in place. Raises ``Refused`` where an image cannot be changed so."""
    paths = {difference.path for difference in differences}
    if paths.isdisjoint(AMENDED):
        return False
    _check_amendment(asked, found)
    return True


def _check_amendment(asked: Disk, found: Disk) -> None:
    if found.format != "qcow2":
        raise Refused(f"compat and lazy_refcounts: a {found.format} image has none", hint="Leave them out.")
    if asked.compat == "0.10" and (found.extended_l2 or found.compression_type != "zlib"):
        raise Refused(
            "compat: an image with extended_l2, or with another compression_type than zlib, cannot be of 0.10",
            hint="Leave compat out.",
        )
    if asked.lazy_refcounts and (asked.compat or found.compat) == "0.10":
        raise Refused("lazy_refcounts: compat 0.10 has none", hint="Ask for compat: '1.1' too.")


def amend(path: str, change: Change) -> None:
    """Brings the header in step. Raises ``ApplyFailed``."""
    asked: Disk = change.asked
    options = {name: getattr(asked, name) for name in AMENDED}
    if asked.compat == "0.10":
        options["lazy_refcounts"] = False
    qemu_img.amend(opened(path, "qcow2", asked), options)


def selinux_context(path: str) -> str | None:
    """None where the file has none."""
    try:
        return os.getxattr(path, _CONTEXT).decode("utf-8", "replace").rstrip("\0") or None
    except OSError:
        return None


def check_selinux(asked: Disk) -> None:
    """Raises ``Refused`` where a context is asked for that the host does not know what to do with."""
    if asked.selinux_context is not None and not os.path.exists(_SELINUX):
        raise Refused("selinux_context: this host has no SELinux", hint="Leave it out here.")


def set_selinux_context(path: str, context: str | None) -> None:
    """Raises ``ApplyFailed``."""
    if context is None:
        return
    try:
        os.setxattr(path, _CONTEXT, context.encode() + b"\0")
    except OSError as error:
        raise ApplyFailed(f"set the SELinux context of {path}", cause=error.strerror or "") from None
