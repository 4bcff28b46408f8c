# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images go by a rule."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.image_prune import Held, PruneRule

DAY = 86400.0
IMAGES = [
    Held("sha256:4", ("app:4", "app:latest"), 4 * DAY, {"tier": "front"}, used=False),
    Held("sha256:3", ("app:3",), 3 * DAY, {}, used=False),
    Held("sha256:2", ("app:2",), 2 * DAY, {}, used=True),
    Held("sha256:1", ("app:1", "kept:1"), 1 * DAY, {"tier": "front"}, used=False),
    Held("sha256:9", (), 1 * DAY, {}, used=False),
    Held("sha256:8", (), 3 * DAY, {"tier": "front"}, used=False),
    Held("sha256:7", (), 1 * DAY, {}, used=True),
]


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        ({}, ["sha256:9", "sha256:8"]),
        ({"until": "36h"}, ["sha256:9", "sha256:8"]),
        ({"until": "50h"}, ["sha256:9"]),
        ({"labels": {"tier": "front"}}, ["sha256:8"]),
        ({"dangling": False}, ["sha256:9", "app:1", "kept:1", "sha256:8", "app:3", "app:4", "app:latest"]),
        ({"repository": "app"}, ["app:1", "app:3", "app:4", "app:latest"]),
        ({"repository": "docker.io/library/app", "keep": 2}, ["app:1", "app:3"]),
        ({"repository": "app", "keep": 5}, []),
        ({"repository": "other"}, []),
    ],
)
def test_only_what_the_rule_says_goes_and_the_oldest_first(rule: dict[str, Any], gone: list[str]) -> None:
    assert list(PruneRule.from_params(rule).chosen(IMAGES, now=5 * DAY)) == gone
