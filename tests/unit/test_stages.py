# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner of ``make test``: what fails, what it takes along, and what the summary says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = {"good": "print('fine')", "bad": "raise SystemExit(3)"}


@pytest.fixture(scope="module")
def stages() -> ModuleType:
    found = importlib.util.spec_from_file_location("stages", ROOT / "tests" / "stages.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["stages"] = module
    found.loader.exec_module(module)
    return module


def runner(stages: ModuleType, folder: Path) -> Any:
    return stages.Runner(lambda stage: [sys.executable, "-c", CODE[stage.name.split("-")[0]]], folder)


def test_a_failure_stops_what_needs_it_and_nothing_else(
    stages: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = runner(stages, tmp_path)
    side, bad, after = (
        stages.Stage("good-side"),
        stages.Stage("bad"),
        stages.Stage("good-after", needs=("bad",)),
    )
    last = stages.Stage("good-last", needs=("good-side",))
    for wave in ([[side], [bad, after]], [[last]]):
        run.wave(wave)
    assert [stage.state for stage in (side, bad, after, last)] == ["passed", "failed", "skipped", "passed"]
    printed = capfd.readouterr().out
    assert "=== good-side\nfine\n=== good-side: passed" in printed
    assert "=== good-after: skipped, it needs bad" in printed
    assert "stages: 2 passed, 1 failed, 1 skipped" in stages.summary([side, bad, after, last])


def test_nothing_starts_after_the_end(stages: ModuleType, tmp_path: Path) -> None:
    run = runner(stages, tmp_path)
    run.end()
    stage = stages.Stage("good-late")
    run.wave([[stage]])
    assert stage.state == "waiting"


def test_every_stage_is_a_target_of_the_makefile(stages: ModuleType) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    names = [stage.name for wave in stages.plan() for lane in wave for stage in lane]
    assert [name for name in names if f"\n{name}:" not in makefile] == []
