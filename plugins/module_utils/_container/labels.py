# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The labels that say whose an object is, kept apart from the user's own."""

from __future__ import annotations

from collections.abc import Mapping

from .._model.text_map import PRIVATE

OWNER = f"{PRIVATE}stack"


def written(labels: Mapping[str, str] | None, owner: str | None) -> dict[str, str]:
    """The labels of a new object."""
    return {**(labels or {}), **({OWNER: owner} if owner else {})}


def own(labels: Mapping[str, str] | None) -> dict[str, str]:
    """The user's labels, of all that an object carries."""
    return {key: value for key, value in (labels or {}).items() if not key.startswith(PRIVATE)}


def owner_of(labels: Mapping[str, str] | None) -> str | None:
    """The stack that an object belongs to."""
    return (labels or {}).get(OWNER)
