# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices that an engine's device drivers give to a container, such as graphics processors."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from .text_map import text_map

ALL = -1


@dataclasses.dataclass(frozen=True)
class DeviceRequest:
    """``count`` is the number of devices, ``ALL`` for all; ``capabilities`` are lists of which one has to hold."""

    driver: str = ""
    count: int = 0
    device_ids: tuple[str, ...] = ()
    capabilities: tuple[tuple[str, ...], ...] = ()
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> DeviceRequest:
        """Of one item of ``device_requests``. Raises ``InvalidSpec``."""
        options = text_map(params.get("options"), "device_requests.options") or {}
        return cls(
            params.get("driver") or "",
            params.get("count") or 0,
            tuple(str(item) for item in params.get("device_ids") or ()),
            tuple(tuple(str(word) for word in words) for words in params.get("capabilities") or ()),
            tuple(sorted(options.items())),
        )


def device_requests(
    values: Sequence[Mapping[str, Any]] | None, _option: str
) -> tuple[DeviceRequest, ...] | None:
    """Of ``device_requests``. Raises ``InvalidSpec``."""
    return None if values is None else tuple(DeviceRequest.from_params(item) for item in values)
