# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits of an interface's or a network's bandwidth in XML."""

from __future__ import annotations

from .._model.bandwidth import Bandwidth, Rate
from .vm_descriptors import Count
from .xml import Element, Part


class Limit(Part[Rate]):
    """The limit of one direction; an average of 0 is none."""

    def __init__(self, path: str) -> None:
        super().__init__(path, {name: Count(f"./@{name}") for name in ("average", "peak", "burst")}, Rate)

    def write(self, element: Element, value: Rate | None) -> None:
        super().write(element, value if value is not None and value.average else None)


class Limits(Part[Bandwidth]):
    """The limits of both directions."""

    def __init__(self) -> None:
        super().__init__(
            "./bandwidth", {name: Limit(f"./{name}") for name in ("inbound", "outbound")}, Bandwidth
        )

    def write(self, element: Element, value: Bandwidth | None) -> None:
        super().write(element, value)
        place = self.path.find(element)
        if place is not None and not len(place):
            self.path.clear(element)
