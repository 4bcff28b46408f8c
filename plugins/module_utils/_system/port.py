# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ports: one of a workload, as this host sees it, and those of the host itself."""

from __future__ import annotations

import errno
import socket


def answers(address: str, port: int, seconds: float) -> bool:
    """Whether a connection comes about within so many seconds."""
    try:
        socket.create_connection((address, port), timeout=seconds).close()
    except OSError:
        return False
    return True


def is_taken(address: str, port: int, protocol: str) -> bool:
    """Whether something on this host has a port of its own address already; not known of others than TCP and UDP."""
    kinds = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
    if protocol not in kinds:
        return False
    with socket.socket(socket.AF_INET, kinds[protocol]) as tried:
        if protocol == "tcp":
            # What is left of connections that have ended is nobody's.
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False
