# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Maps from names to text: labels, variables, options of drivers. Nothing that YAML may have rewritten goes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec

# Labels that the collection writes itself.
PRIVATE = "hybrid.host/"


def text_map(values: Mapping[str, Any] | None, option: str) -> dict[str, str] | None:
    """The values as text; whole numbers are taken as they are written, None stays None.

    Raises ``InvalidSpec`` for truth values, fractions, lists and nothing at all, which YAML reads out of unquoted text
    such as ``yes``, ``1.10`` or an empty line.
    """
    if values is None:
        return None
    for key, value in values.items():
        if not str(key):
            raise InvalidSpec(f"{option}: has an entry without a name", hint="Name it, or take it out.")
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise InvalidSpec(
                f"{option}: the value of {key} is not text", hint=f'Put it in quotes: {key}: "...".'
            )
    return {str(key): str(value) for key, value in values.items()}


def label_map(values: Mapping[str, Any] | None, option: str = "labels") -> dict[str, str] | None:
    """As ``text_map``, without the names that the collection keeps for itself."""
    for key in values or ():
        if str(key).startswith(PRIVATE):
            raise InvalidSpec(
                f"{option}: {key} is not yours to set", hint=f"Take a name outside of {PRIVATE}."
            )
    return text_map(values, option)
