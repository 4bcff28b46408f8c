# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The labels that say whose an object is, kept apart from the user's own.

Engines hand labels down, from an image to whatever is made of it and to its other tags. So an object is a stack's only
under the name that it was made with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from .._model.text_map import PRIVATE

OWNER = f"{PRIVATE}stack"
NAME = f"{PRIVATE}name"
FILES = f"{PRIVATE}files"


def written(labels: Mapping[str, str] | None, owner: str | None, name: str) -> dict[str, str]:
    """The labels of a new object of this name."""
    return {**(labels or {}), **({OWNER: owner, NAME: name} if owner else {})}


def own(labels: Mapping[str, str] | None) -> dict[str, str]:
    """The user's labels, of all that an object carries."""
    return {key: value for key, value in (labels or {}).items() if not key.startswith(PRIVATE)}


def owner_of(labels: Mapping[str, str] | None, name: str) -> str | None:
    """The stack that the object of this name belongs to."""
    labels = labels or {}
    return labels.get(OWNER) if labels.get(NAME) == name else None


def with_files(labels: dict[str, str], files: Mapping[str, str] | None, name: str) -> dict[str, str]:
    """With the digests of the files that the container of this name gets."""
    return {**labels, **({FILES: json.dumps({name: files}, sort_keys=True)} if files else {})}


def files_of(labels: Mapping[str, str] | None, name: str) -> dict[str, str] | None:
    """The digests of the files that the container of this name got."""
    try:
        found = json.loads((labels or {}).get(FILES) or "{}").get(name)
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, dict) else None
