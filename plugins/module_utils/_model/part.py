# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nested parts of a spec: frozen dataclasses whose fields are the suboptions of one dictionary."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .quantity import size

T = TypeVar("T")


def part(
    make: Callable[..., T],
    params: Mapping[str, Any] | None,
    convert: Mapping[str, Callable[[Any], Any]] | None = None,
) -> T | None:
    """The part that the options make, each field by its ``convert`` or as it is; None where none of them is written."""
    values = {name: params.get(name) for name in _names(make)} if params else {}
    if all(value is None for value in values.values()):
        return None
    return make(
        **{
            name: convert[name](value) if convert and value is not None and name in convert else value
            for name, value in values.items()
        }
    )


def size_of(option: str, *, zero: bool = False) -> Callable[[Any], int | None]:
    """What converts a size of that option."""
    return lambda value: size(value, option, zero=zero)


def text(value: Any) -> str:
    """A number or a word as text."""
    return str(value)


def _names(make: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(make)]
