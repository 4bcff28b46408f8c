# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is printed while a task runs, and of what it did."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.callback.progress import CallbackModule

APPLIED = {"action": "create", "kind": "container", "name": "web", "status": "applied", "fields": []}
PLANNED = {**APPLIED, "action": "update", "status": "planned", "fields": ["memory", "cpus"]}


@pytest.fixture
def progress(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    callback: Any = CallbackModule()
    monkeypatch.setattr(callback, "get_option", lambda _name: 0.05)
    monkeypatch.setattr(callback, "_display", SimpleNamespace(display=print))
    callback.v2_playbook_on_start(None)
    yield callback
    callback.v2_playbook_on_stats(None)


def result(action: str, *actions: dict[str, Any]) -> Any:
    task = SimpleNamespace(action=action)
    return SimpleNamespace(task=task, result={"actions": actions}, is_changed=lambda: bool(actions))


def test_a_task_that_takes_long_is_seen_to_be_alive(progress: Any, capfd: pytest.CaptureFixture[str]) -> None:
    progress.v2_playbook_on_task_start(SimpleNamespace(get_name=lambda: "Build"), is_conditional=False)
    deadline, said = time.monotonic() + 10, ""
    while said.count("s  Build\n") < 2 and time.monotonic() < deadline:
        said += capfd.readouterr().err
        time.sleep(0.01)
    assert re.fullmatch(r"  \.\.\. \d+ s  Build", said.splitlines()[0])


def test_actions_are_told_in_the_words_of_check_mode(
    progress: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    progress.v2_runner_on_ok(result("hybrid.host.container", APPLIED, PLANNED))
    progress.v2_runner_on_ok(result("ansible.builtin.copy", APPLIED))
    progress.v2_runner_on_ok(result("hybrid.host.container"))
    told = capsys.readouterr().out
    assert told == "  create container web\n  would update container web (memory, cpus)\n"
