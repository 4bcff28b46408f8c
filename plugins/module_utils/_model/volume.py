# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes of a container engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import HostError
from .._core.field import Compare, Disruption, field, reported
from .names import checked_name
from .text_map import label_map, text_map


@dataclasses.dataclass(frozen=True)
class Volume:
    """A named volume. Engines change nothing of a volume once it is there, so every field costs a replacement.

    ``owner`` is written when a volume is made and never compared: no label is worth the content. ``recreate`` says
    what a difference means: ``never`` leaves it, ``always`` needs none. ``users`` are the containers that have it.
    """

    name: str
    state: str = "present"
    driver: str | None = field(Disruption.REPLACE)
    driver_options: dict[str, str] | None = field(Disruption.REPLACE)
    labels: dict[str, str] | None = field(Disruption.REPLACE, Compare.SUBSET)
    owner: str | None = None
    recreate: str | None = None
    mountpoint: str | None = reported()
    users: tuple[str, ...] | None = reported()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Volume:
        """Of the options of ``VOLUME_OPTIONS``. Raises ``InvalidSpec``."""
        state = params.get("state") or "present"
        name = checked_name("volume", params["name"], state)
        try:
            return cls(
                name=name,
                state=state,
                driver=params.get("driver"),
                driver_options=text_map(params.get("driver_options"), "driver_options"),
                labels=label_map(params.get("labels")),
                owner=params.get("owner"),
                recreate=params.get("recreate"),
            )
        except HostError as error:
            raise error.about("volume", name) from None
