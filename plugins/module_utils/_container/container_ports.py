# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Published ports in the engine's configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._model.published_port import ANYWHERE, PublishedPort


def write_bindings(ports: Sequence[PublishedPort]) -> dict[str, list[dict[str, str]]]:
    result: dict[str, list[dict[str, str]]] = {}
    for port in ports:
        address = "" if port.implied else port.host_ip
        result.setdefault(port.key, []).append({"HostIp": address, "HostPort": port.host_ports})
    return result


def published(bindings: Mapping[str, Any] | None) -> tuple[PublishedPort, ...]:
    return tuple(_port(key, entry) for key, entries in (bindings or {}).items() for entry in entries or ())


def _port(key: str, entry: Mapping[str, str]) -> PublishedPort:
    inner, _slash, protocol = key.partition("/")
    first, _dash, last = (entry.get("HostPort") or "").partition("-")
    return PublishedPort(
        int(inner),
        protocol or "tcp",
        entry.get("HostIp") or ANYWHERE,
        int(first or 0) or None,
        int(last or 0) or None,
        implied=not entry.get("HostIp"),
    )
