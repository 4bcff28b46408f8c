# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices, their rates and limits in the engine's configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._model.container_device import DeviceRequest

Entries = Sequence[Mapping[str, Any]]
_DEVICE = ("PathOnHost", "PathInContainer", "CgroupPermissions")


def write_devices(devices: Sequence[str]) -> list[dict[str, str]]:
    return [dict(zip(_DEVICE, text.split(":"))) for text in devices]


def read_devices(entries: Entries | None) -> tuple[str, ...]:
    return tuple(":".join(entry.get(key, "") for key in _DEVICE) for entry in entries or ())


def write_ulimits(limits: Sequence[str]) -> list[dict[str, Any]]:
    split = (text.split(":") for text in limits)
    return [{"Name": name, "Soft": int(soft), "Hard": int(hard)} for name, soft, hard in split]


def read_ulimits(entries: Entries | None) -> tuple[str, ...]:
    return tuple(f"{entry['Name']}:{entry['Soft']}:{entry['Hard']}" for entry in entries or ())


def write_rates(rates: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"Path": path, "Rate": rate} for path, rate in rates.items()]


def read_rates(entries: Entries | None) -> dict[str, int]:
    return {str(entry["Path"]): int(entry["Rate"]) for entry in entries or ()}


def write_requests(requests: Sequence[DeviceRequest]) -> list[dict[str, Any]]:
    return [
        {
            "Driver": request.driver,
            "Count": request.count,
            "DeviceIDs": list(request.device_ids) or None,
            "Capabilities": [list(words) for words in request.capabilities],
            "Options": dict(request.options),
        }
        for request in requests
    ]


def read_requests(entries: Entries | None) -> tuple[DeviceRequest, ...]:
    return tuple(
        DeviceRequest(
            entry.get("Driver") or "",
            entry.get("Count") or 0,
            tuple(entry.get("DeviceIDs") or ()),
            tuple(tuple(words) for words in entry.get("Capabilities") or ()),
            tuple(sorted((entry.get("Options") or {}).items())),
        )
        for entry in entries or ()
    )
