# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Amounts in the words of users."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.quantity import duration


@pytest.mark.parametrize(
    ("value", "nanoseconds"),
    [(30, 30e9), ("1h30m", 5400e9), ("500ms", 5e8), ("0h0m2s3ms4us", 2_003_004_000), (0.1, 1e8)],
)
def test_a_duration_is_what_an_engine_says_of_it(value: object, nanoseconds: float) -> None:
    assert duration(value, "interval") == nanoseconds / 1e9


@pytest.mark.parametrize("value", ["1x", "m", True, "1 h ago", ""])
def test_other_texts_are_no_duration(value: object) -> None:
    with pytest.raises(InvalidSpec, match="interval"):
        duration(value, "interval")
