# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a spec says of a domain's XML itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .._core.errors import InvalidSpec
from .._model.xml_patch import Patch
from . import xml
from .xml import Element, Path, Text
from .xml_path import QEMU

_QEMU_STEP = re.compile(r"(?<=/)qemu:")


def check_patches(patches: Sequence[Patch]) -> None:
    """Raises ``InvalidSpec`` for what is not a path that this collection reads."""
    for patch in patches:
        try:
            path = Path(_whole(patch.path))
        except ValueError:
            path = None
        if path is None or not (path.steps or path.attribute) or not patch.path.startswith("./"):
            raise InvalidSpec(
                f"xml_patch: {patch.path!r} is not a path",
                hint="Write steps from the domain, such as ./devices/sound[@model='ich9']/@model.",
            )


def read_patches(definition: str | None, patches: Sequence[Patch]) -> tuple[Patch, ...]:
    """What a definition says at the paths of the patches."""
    root = xml.parse(definition or "<domain/>")
    return tuple(_read(root, patch) for patch in patches)


def write_patches(root: Element, patches: Sequence[Patch]) -> None:
    """Writes the values, makes what is to be present, and removes what is not."""
    for patch in patches:
        path = Path(_whole(patch.path))
        if patch.present is False:
            while _is_there(root, path):
                path.clear(root)
        elif patch.value is not None:
            Text(_whole(patch.path)).write(root, patch.value)
        elif not _is_there(root, path):
            place = path.make(root)
            if path.attribute is not None:
                place.set(path.attribute, "")


def _read(root: Element, patch: Patch) -> Patch:
    path = Path(_whole(patch.path))
    return Patch(patch.path, Text(_whole(patch.path)).read(root), _is_there(root, path))


def _is_there(root: Element, path: Path) -> bool:
    place = path.find(root)
    return place is not None and (path.attribute is None or path.attribute in place.attrib)


def _whole(path: str) -> str:
    """The path with the namespace of QEMU's own elements written out."""
    return _QEMU_STEP.sub(f"{{{QEMU}}}", path)
