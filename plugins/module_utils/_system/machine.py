# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tells this host from all others, and what its files say."""

from __future__ import annotations

from .._core.errors import ApplyFailed

_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")


def machine_id() -> str:
    """The id that systemd or D-Bus gave this host at its installation. Raises ``ApplyFailed`` where it has none."""
    for path in _FILES:
        try:
            with open(path, encoding="ascii") as file:
                found = file.read().strip()
        except OSError:
            continue
        if found:
            return found
    raise ApplyFailed("read the machine id", hint="Run systemd-machine-id-setup on the host.")


def text_or_nothing(path: str) -> str:
    """What a file of the host's holds; nothing where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
