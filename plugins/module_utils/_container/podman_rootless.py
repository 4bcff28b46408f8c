# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Podman without root may limit, and where its networks are."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Any

from .engine import Engine

_UNIX = "unix://"


def controllers(engine: Engine) -> Collection[str] | None:
    """The control groups of a Podman without root; None for any other engine, which has all of them.

    Of root's own socket that is known without a question.
    """
    if engine.podman is None or _is_roots(engine.address):
        return None
    tried = "ask for its settings"
    told = engine.get(tried, "/libpod/info")
    return engine.understood(tried, lambda: _of((told or {})["host"]))


def elsewhere(engine: Engine) -> str | None:
    """Why an engine's networks are not this host's own; None where they are."""
    if not engine.address.startswith(_UNIX):
        return f"the engine at {engine.address} has its networks on another host"
    return "Podman without root has its networks apart" if controllers(engine) is not None else None


def _of(host: Mapping[str, Any]) -> Collection[str] | None:
    return tuple(host.get("cgroupControllers") or ()) if host["security"]["rootless"] else None


def _is_roots(address: str) -> bool:
    try:
        return address.startswith(_UNIX) and os.stat(address[len(_UNIX) :]).st_uid == 0
    except OSError:
        return False
