# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control groups of an engine's host, of which not all versions have all limits."""

from __future__ import annotations

from .engine import Engine


def version(engine: Engine) -> str:
    """``1`` or ``2``."""
    tried = "ask for its settings"
    if engine.podman is None:
        told = engine.do(tried, lambda api: api.info())
        return engine.understood(tried, lambda: str(told["CgroupVersion"]))
    told = engine.get(tried, "/libpod/info")
    return engine.understood(tried, lambda: str(told["host"]["cgroupVersion"]).lstrip("v"))
