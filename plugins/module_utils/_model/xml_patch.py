# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a spec says of a vm's XML itself, for what no option covers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Disruption, field


@dataclasses.dataclass(frozen=True)
class Patch:
    """``value`` of the element or attribute at ``path``; ``present`` says that it is there, or is not."""

    path: str
    value: str | None = field(Disruption.RESTART)
    present: bool | None = field(Disruption.RESTART)

    @property
    def key(self) -> str:
        return self.path


def patches_from_params(entries: Sequence[Mapping[str, Any]] | None) -> tuple[Patch, ...] | None:
    """The patches. Raises ``InvalidSpec`` for one with a value that is to be absent, or two of one path."""
    if entries is None:
        return None
    patches = tuple(Patch(e["path"], e.get("value"), e.get("present")) for e in entries)
    for patch in patches:
        if patch.value is not None and patch.present is False:
            raise InvalidSpec(f"xml_patch: {patch.path} cannot have a value and be absent")
    if len({patch.path for patch in patches}) < len(patches):
        raise InvalidSpec("xml_patch: one path is there twice")
    return tuple(
        dataclasses.replace(p, present=True) if p.value is None and p.present is None else p for p in patches
    )
