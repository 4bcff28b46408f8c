# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A TCP port of a workload, as this host sees it."""

from __future__ import annotations

import socket


def answers(address: str, port: int, seconds: float) -> bool:
    """Whether a connection comes about within so many seconds."""
    try:
        socket.create_connection((address, port), timeout=seconds).close()
    except OSError:
        return False
    return True
