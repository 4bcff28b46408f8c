# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's half of ``host_bridge``, with a host that answers as the script says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.hybrid.host.plugins.action import host_bridge
from ansible_collections.hybrid.host.plugins.action.host_bridge import ActionModule

ACTION = {"action": "create", "kind": "host_bridge", "name": "br0", "status": "planned"}
CHECKPOINT = {"command": ["python3", "-I", "/lib"], "token": None, "seconds": 30.0}
PLANNED: dict[str, Any] = {"changed": True, "actions": [ACTION], "checkpoint": CHECKPOINT}
MADE: dict[str, Any] = {
    "changed": True,
    "actions": [{**ACTION, "status": "applied"}],
    "checkpoint": {**CHECKPOINT, "token": "abc"},
}
LOST = AnsibleConnectionFailure("no route to host")


class Shell:
    tmpdir: str | None = None


class Connection:
    """Of Ansible's ssh, as far as the action looks at it."""

    transport = "ssh"

    def __init__(self) -> None:
        self.options = {"ssh_args": "-C"}
        self.set: list[str] = []
        self._shell = Shell()

    def get_option(self, name: str) -> str:
        return self.options[name]

    def set_option(self, name: str, value: str) -> None:
        self.options[name] = value
        self.set.append(value)

    def reset(self) -> None:
        return


class Task:
    def __init__(self, *, check_mode: bool) -> None:
        self.check_mode = check_mode
        self.async_val = 0


class Host(ActionModule):
    """Answers in turn; what it was asked is kept."""

    def __init__(self, *answers: Any, check_mode: bool = False) -> None:
        self._task: Any = Task(check_mode=check_mode)
        self._connection: Any = Connection()
        self._answers: Iterator[Any] = iter(answers)
        self.asked: list[str] = []

    def get_shell_option(self, option: str, default: Any = None) -> Any:
        return default

    def _execute_module(self, module_name: str = "", module_args: Any = None, **how: Any) -> dict[str, Any]:
        args = module_args or {}
        words = [*args["argv"][3:]] if "argv" in args else [args["mode"]] if "mode" in args else []
        self.asked.append(" ".join([module_name or ("job" if how.get("wrap_async") else "plan"), *words]))
        if self.asked[-1] == "plan":
            assert self._task.check_mode
        if args.get("mode") == "cleanup":
            return {}
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_bridge.time, "sleep", lambda seconds: None)
    monkeypatch.setattr("ansible.plugins.action.ActionBase.run", lambda self, tmp, task_vars: {})


def told(outcome: str, *left: str) -> dict[str, Any]:
    return {"stdout": json.dumps({"outcome": outcome, "token": "abc", "left": left})}


def finished(result: dict[str, Any]) -> dict[str, Any]:
    return {**result, "finished": True, "started": True, "ansible_job_id": "j1", "results_file": "/j1"}


STARTED = {"ansible_job_id": "j1", "started": True}
STATUS, CLEANUP = "ansible.legacy.async_status status", "ansible.legacy.async_status cleanup"


@pytest.mark.parametrize(
    ("planned", "check_mode"),
    [
        (PLANNED, True),
        ({**PLANNED, "changed": False, "actions": []}, False),
        ({"failed": True, "changed": False, "msg": "refused"}, False),
    ],
)
def test_what_changes_nothing_is_over_with_the_plan(planned: dict[str, Any], *, check_mode: bool) -> None:
    host = Host(planned, check_mode=check_mode)
    result = host.run()
    assert host.asked == ["plan"]
    assert result == {key: value for key, value in planned.items() if key != "checkpoint"}
    assert host._task.check_mode is check_mode


def test_a_change_that_is_reached_again_is_confirmed() -> None:
    host = Host(PLANNED, STARTED, LOST, {"finished": False}, finished(MADE), told("confirmed"))
    result = host.run()
    assert host.asked == [
        "plan",
        "job",
        STATUS,
        STATUS,
        STATUS,
        CLEANUP,
        "ansible.legacy.command confirm abc",
    ]
    assert result == {"changed": True, "actions": MADE["actions"], "rolled_back": False}
    # Other tasks have the connection as the user wants it.
    assert host._connection.options == {"ssh_args": "-C"}
    assert host._connection.set[0].endswith(" -C")
    assert host._task.async_val == 0


def test_a_change_that_was_taken_back_is_a_failure() -> None:
    made = {**MADE, "host_bridge": {"name": "br0"}, "diff": {}}
    host = Host(PLANNED, STARTED, *[LOST] * 5, finished(made), LOST, told("rolled back"))
    result = host.run()
    assert (result["failed"], result["changed"], result["rolled_back"]) == (True, False, True)
    assert [action["status"] for action in result["actions"]] == ["failed"]
    assert not {"host_bridge", "diff"} & set(result)
    assert (
        "host_bridge br0: was changed and not confirmed: the controller did not reach the host within 30 s"
        in result["msg"]
    )


def test_a_change_that_failed_is_taken_back_at_once() -> None:
    host = Host(PLANNED, STARTED, finished({**MADE, "failed": True, "msg": "no"}), told("rolled back"))
    result = host.run()
    assert host.asked[-1] == "ansible.legacy.command rollback abc"
    assert (result["msg"], result["changed"], result["rolled_back"]) == ("no", False, True)


def test_a_change_that_was_refused_meanwhile_takes_nothing_back() -> None:
    host = Host(PLANNED, STARTED, finished({"failed": True, "changed": False, "msg": "waits"}))
    assert host.run() == {"failed": True, "changed": False, "msg": "waits"}


def test_what_is_left_after_the_way_back_is_told() -> None:
    host = Host(PLANNED, STARTED, finished(MADE), told("rolled back", "link set dev eth0 up"))
    assert "still to do: link set dev eth0 up" in host.run()["msg"]


def test_a_host_that_stays_away_is_a_failure_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(0, 10000, 50))
    monkeypatch.setattr(host_bridge.time, "monotonic", lambda: next(seconds))
    result = Host(PLANNED, STARTED, *[LOST] * 9).run()
    assert (result["failed"], result["rolled_back"]) == (True, None)
    assert "was not reached again: no route to host" in result["msg"]
