# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands that take their time, and tell how far they are as ``qemu-img -p`` does."""

from __future__ import annotations

import sys
import syslog
from pathlib import Path

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core import progress
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._system import command

# Ends when somebody was told of its half.
LONG = """
import pathlib, sys, time
print("    (0.00/100%)\\r    (50.00/100%)", end="\\r", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end and not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.01)
"""


def test_how_far_it_is_is_told_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def tell(_level: int, line: str) -> None:
        told.append(line)
        if "50 %" in line:
            (tmp_path / "told").touch()

    monkeypatch.setattr(syslog, "syslog", tell)
    monkeypatch.setattr(progress, "_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(command, "_LOOK_SECONDS", 0.01)
    command.run_long([sys.executable, "-c", LONG, f"{tmp_path}/told"], tried="convert a")
    assert "convert a: 50 %" in told


def test_what_fails_says_why() -> None:
    with pytest.raises(ApplyFailed, match="convert a: no room"):
        command.run_long([sys.executable, "-c", "import sys; sys.exit('no room')"], tried="convert a")


def test_what_outlasts_its_time_is_ended() -> None:
    words = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(ApplyFailed, match=r"took longer than 0\.2 s"):
        command.run_long(words, tried="convert a", timeout=0.2)
