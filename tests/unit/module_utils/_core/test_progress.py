# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import syslog

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core import progress


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(syslog, "syslog", lambda _level, line: lines.append(line))
    return lines


def test_what_is_quick_is_not_told(told: list[str]) -> None:
    progress.Progress("copy a").at(1, 2)
    assert told == []


def test_what_is_long_is_told_where_its_size_is_known(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_EVERY_SECONDS", 0.0)
    copying = progress.Progress("copy a")
    for done, whole in ((7, 0), (1, 3), (3, 3)):
        copying.at(done, whole)
    assert told == ["copy a: 33 %", "copy a: 100 %"]
