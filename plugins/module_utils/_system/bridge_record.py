# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What this collection remembers of a bridge that it made: its spec, and what its ports had before."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from typing import Any

from .._core.errors import ApplyFailed
from .._model.host_bridge import HostBridge, StaticRoute
from .bridge_restore import write

FOLDER = "/var/lib/hybrid-host/host_bridge"
_KEPT = (
    "ports",
    "addresses",
    "gateway",
    "gateway6",
    "vlan_filtering",
    "stp",
    "mtu",
    "persist",
    "mac",
    "iaid",
    "servers",
    "domains",
)


@dataclasses.dataclass(frozen=True)
class Record:
    """``origin`` is what each port was before it became one: ``mtu``, ``addresses`` and ``routes`` in words of ``ip``.

    ``adopted``: somebody else made the bridge.
    """

    kept: HostBridge
    origin: Mapping[str, dict[str, Any]]
    adopted: bool = False

    def text(self) -> str:
        """As it is written."""
        spec = {name: getattr(self.kept, name) for name in _KEPT}
        routes = [dataclasses.asdict(route) for route in self.kept.routes or ()]
        written = {"spec": spec, "routes": routes, "origin": dict(self.origin), "adopted": self.adopted}
        return json.dumps(written, indent=1) + "\n"


def path_of(name: str) -> str:
    """Of the file."""
    return os.path.join(FOLDER, f"{name}.json")


def read(name: str) -> Record | None:
    """None where there is none. Raises ``ApplyFailed`` for one that is not ours."""
    path = path_of(name)
    try:
        with open(path, encoding="utf-8") as file:
            written = json.load(file)
        spec = {key: _tied(value) for key, value in written["spec"].items() if key in _KEPT}
        routes = tuple(StaticRoute(**route) for route in written["routes"]) or None
        return Record(HostBridge(name=name, routes=routes, **spec), written["origin"], written["adopted"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ApplyFailed(
            f"read {path}", cause=str(error), hint="Remove it, and take the bridge over with adopt: true."
        ) from None


def keep(record: Record) -> None:
    """Writes it. Raises ``OSError``."""
    write(path_of(record.kept.name), record.text(), 0o600)


def forget(name: str) -> None:
    """Removes it, where there is one. Raises ``OSError``."""
    write(path_of(name), None, 0)


def _tied(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
