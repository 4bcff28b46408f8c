# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine says while it works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.said import heard
from ansible_collections.hybrid.host.plugins.module_utils._core import progress
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed

PULL = [
    {"status": "Pulling from shop/app", "id": "1"},
    {"status": "Downloading", "id": "a", "progressDetail": {"current": 25, "total": 100}},
    {"status": "Downloading", "id": "b", "progressDetail": {"current": 50, "total": 100}},
    {"status": "Extracting", "id": "a", "progressDetail": {"current": 1, "total": 100}},
    {"status": "Downloading", "id": "b", "progressDetail": {"current": 100, "total": 100}},
]
BUILD = [
    {"stream": "Step 1/4 : FROM base"},
    {"stream": "\n"},
    {"status": "Downloading", "id": "a", "progressDetail": {"current": 99, "total": 100}},
    {"stream": "STEP 3/4: RUN make\n"},
    {"stream": "cc -c main.c\n"},
]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the host's log is told, where more than enough time lies between any two words."""
    lines: list[str] = []
    now = iter(range(0, 10000, 10))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(now)))
    monkeypatch.setattr(progress.syslog, "syslog", lambda _level, line: lines.append(line))
    return lines


@pytest.mark.parametrize(
    ("said", "shares"),
    [(PULL, [25, 38, 38, 62]), (BUILD, [0, 0, 0, 50, 50])],
)
def test_the_log_is_told_how_far_it_is(log: list[str], said: list[Any], shares: list[int]) -> None:
    heard("pull the image shop/app:1", said)
    assert log == [f"pull the image shop/app:1: {share} %" for share in shares]


def test_an_error_is_told_with_the_last_words_before_it() -> None:
    def said() -> Iterator[dict[str, Any]]:
        yield from BUILD
        yield {"error": "The command returned 2"}
        raise AssertionError("nobody listens any more")

    with pytest.raises(ApplyFailed, match=r"(?s)returned 2\n> Step 1/4.*> cc -c main.c"):
        heard("build the image shop/app:1", said())
