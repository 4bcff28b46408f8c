# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of objects: what may be created, and what may at least be found and removed."""

from __future__ import annotations

import re

from .._core.errors import InvalidSpec

# What is added to a container's name while one takes the place of the other.
IN_PASSING = ".hybrid-host-"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_ID = re.compile(r"[0-9a-f]{64}")
_BRIDGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,14}")


def checked_name(kind: str, name: str, state: str) -> str:
    """The name itself. Raises ``InvalidSpec`` unless it matches the rule; an unusual one may be removed."""
    if _NAME.fullmatch(name) or (state == "absent" and name and "/" not in name and "\n" not in name):
        return name
    raise InvalidSpec(
        f"{name!r} is not a name",
        hint="Use at most 63 letters, digits, dots, dashes and underscores, beginning with a letter or digit.",
    ).about(kind, repr(name))


def checked_bridge(name: str | None, option: str = "bridge") -> str | None:
    """The name of a bridge, None as it is. Raises ``InvalidSpec`` for what the kernel would not take."""
    if name is None or _BRIDGE.fullmatch(name):
        return name
    raise InvalidSpec(
        f"{option}: {name!r} is not a bridge name", hint="Use at most 15 letters, digits, dots, dashes."
    )


def reserved_name(name: str) -> str | None:
    """The name that a reservation can carry; none where it begins with no letter, as libvirt wants it of a host."""
    return name if name[:1].isascii() and name[:1].isalpha() else None


def lasting_name(name: str) -> str:
    """The name under which a container is asked for, whatever it is called in passing."""
    return name.partition(IN_PASSING)[0]


def is_container_id(text: str) -> bool:
    """Whether it is a container's own id, and no name."""
    return _ID.fullmatch(text) is not None
