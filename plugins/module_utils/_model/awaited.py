# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is still to come to a host, by earlier tasks that a check run only predicts."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence

from .._core.errors import InvalidSpec

ENGINES = ("libvirt", "docker", "podman")


@dataclasses.dataclass(frozen=True)
class Awaited:
    """Engines by their names, and files and folders by their absolute paths."""

    engines: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, items: Sequence[str]) -> Awaited:
        """Of the option ``awaited``. Raises ``InvalidSpec``."""
        paths = tuple(os.path.normpath(item) for item in items if item.startswith("/"))
        engines = [item for item in items if not item.startswith("/")]
        for name in engines:
            if name not in ENGINES:
                raise InvalidSpec(
                    f"awaited: {name!r} is neither an engine nor an absolute path",
                    hint=f"The engines are {', '.join(ENGINES)}.",
                )
        return cls(frozenset(engines), paths)

    def missing(self, present: Mapping[str, bool]) -> set[str]:
        """The engines, of those known here to be there or not, that are still to come."""
        return {name for name in self.engines if not present.get(name, True)}

    def is_coming(self, path: str) -> bool:
        """Whether a file or folder is one of those, or lies in one, and is not there yet."""
        normal = os.path.normpath(path)
        covered = any(normal == awaited or normal.startswith(f"{awaited}/") for awaited in self.paths)
        return covered and not os.path.lexists(normal)
