# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that is to stand in XML, which has no way to write some characters."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def checked_text(value: str, what: str) -> str:
    """The text itself. Raises ``InvalidSpec`` where it holds characters that XML cannot carry."""
    if _FORBIDDEN.search(value):
        raise InvalidSpec(f"{what}: {value!r} holds characters that XML cannot carry")
    return value


def check_texts(params: Mapping[str, Any], besides: Collection[str]) -> None:
    """Checks all text among the options, however deep, but for those named in ``besides``."""
    for option, value in params.items():
        if option not in besides:
            _check(value, option)


def _check(value: Any, where: str) -> None:
    if isinstance(value, str):
        checked_text(value, where)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            checked_text(str(key), where)
            _check(inner, f"{where}.{key}")
    elif isinstance(value, Sequence):
        for place, inner in enumerate(value):
            _check(inner, f"{where}[{place}]")
