# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's half of ``host_bridge``: has the change made beside the connection, and confirms it by a new one."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

CONFIRMED, ROLLED_BACK = "confirmed", "rolled back"
# For what the module does besides, on a slow host: a plan, a reload of daemons, the way back.
GRACE_SECONDS = 90
_LOOK_SECONDS = 0.5
# A connection that the change has cut is to be noticed in seconds, and not by TCP in minutes.
_BRIEF = "-o ServerAliveInterval=2 -o ServerAliveCountMax=2 -o ConnectTimeout=4"
_JOB = (
    "ansible_job_id",
    "started",
    "finished",
    "results_file",
    "stdout",
    "stdout_lines",
    "stderr",
    "stderr_lines",
)


class Lost(Exception):
    """Nobody knows what became of the change: the host was not reached again, or its job is gone."""


class ActionModule(ActionBase):
    """Plans as any other module. What changes runs as a job of the host's, which a cut of the connection cannot end."""

    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        planned = self._planned(task_vars)
        checkpoint = planned.pop("checkpoint", None)
        if self._task.check_mode or planned.get("failed") or not planned.get("changed"):
            return {**result, **planned}
        with _Brief(self._connection):
            return {**result, **self._changed(planned, checkpoint, task_vars)}

    def _planned(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        checks = self._task.check_mode
        self._task.check_mode = True
        try:
            planned: dict[str, Any] = self._execute_module(task_vars=task_vars)
            return planned
        finally:
            self._task.check_mode = checks

    def _changed(
        self, planned: dict[str, Any], checkpoint: Mapping[str, Any], task_vars: dict[str, Any] | None
    ) -> dict[str, Any]:
        seconds = checkpoint["seconds"]
        deadline = time.monotonic() + seconds + GRACE_SECONDS
        try:
            made = self._finished(self._started(seconds, task_vars), deadline, task_vars)
            token = (made.pop("checkpoint", None) or {}).get("token")
            if token is None:
                return made
            verb = "rollback" if made.get("failed") else "confirm"
            told = self._told([*checkpoint["command"], verb, token], deadline, task_vars)
        except Lost as lost:
            return {**_undone(planned, str(lost)), "rolled_back": None}
        back = told["outcome"] == ROLLED_BACK
        if made.get("failed"):
            return {**made, "changed": not back, "rolled_back": back}
        if told["outcome"] == CONFIRMED:
            return {**made, "rolled_back": False}
        left = f"; still to do: {'; '.join(told['left'])}" if told["left"] else ""
        cause = f"the controller did not reach the host within {seconds:g} s of the change"
        return {**_undone(made, f"{cause}, which was taken back{left}"), "rolled_back": back}

    def _started(self, seconds: float, task_vars: dict[str, Any] | None) -> str:
        """The id of the job. It plans anew and arms the timer first, so that this answer is back before the cut."""
        self._task.async_val = int(seconds + GRACE_SECONDS)
        try:
            started = self._execute_module(task_vars=task_vars, wrap_async=True)
        finally:
            self._task.async_val = 0
        if started.get("failed") or "ansible_job_id" not in started:
            raise AnsibleError(f"the change could not be started on the host: {started.get('msg')}")
        return str(started["ansible_job_id"])

    def _finished(self, job: str, deadline: float, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        folder = self.get_shell_option("async_dir", default="~/.ansible_async")
        asked = {"jid": job, "_async_dir": folder}
        status = self._reached(
            "ansible.legacy.async_status", {**asked, "mode": "status"}, deadline, task_vars
        )
        while not status.get("finished"):
            if time.monotonic() > deadline:
                raise Lost("the host did not say what became of the change")
            time.sleep(_LOOK_SECONDS)
            status = self._reached(
                "ansible.legacy.async_status", {**asked, "mode": "status"}, deadline, task_vars
            )
        self._reached("ansible.legacy.async_status", {**asked, "mode": "cleanup"}, deadline, task_vars)
        return {key: value for key, value in status.items() if key not in _JOB}

    def _told(self, argv: Sequence[str], deadline: float, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        """What the watchdog says to that. The connection is a new one: that is what the confirmation is about."""
        self._reset()
        words = {"argv": list(argv), "_uses_shell": False}
        said = self._reached("ansible.legacy.command", words, deadline, task_vars)
        try:
            told: dict[str, Any] = json.loads(said.get("stdout") or "")
        except ValueError:
            raise Lost(f"the watchdog on the host said: {said.get('stderr') or said.get('msg')}") from None
        return told

    def _reached(
        self, module: str, args: Mapping[str, Any], deadline: float, task_vars: dict[str, Any] | None
    ) -> dict[str, Any]:
        """The answer of a module, as soon as the host is reached. Raises ``Lost`` at the deadline."""
        while True:
            try:
                answer: dict[str, Any] = self._execute_module(
                    module_name=module, module_args=dict(args), task_vars=task_vars
                )
                return answer
            except AnsibleConnectionFailure as failure:
                if time.monotonic() > deadline:
                    raise Lost(f"the host was not reached again: {failure}") from None
            # What is left of the connection would keep a new one from being made.
            self._reset()
            time.sleep(_LOOK_SECONDS)

    def _reset(self) -> None:
        self._connection._shell.tmpdir = None
        try:
            self._connection.reset()
        except (AnsibleError, NotImplementedError):
            return


class _Brief:
    """Has ssh notice within seconds that a host is gone, while the block runs; other connections stay as they are."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._args: str | None = None

    def __enter__(self) -> None:
        if self._connection.transport == "ssh":
            self._args = self._connection.get_option("ssh_args") or ""
            # Of an option that is given twice, ssh takes the first.
            self._connection.set_option("ssh_args", f"{_BRIEF} {self._args}")
            self._connection.reset()

    def __exit__(self, *_error: object) -> None:
        if self._args is not None:
            self._connection.set_option("ssh_args", self._args)
            self._connection.reset()


def _undone(result: dict[str, Any], cause: str) -> dict[str, Any]:
    """A change that nobody confirmed, as a failure."""
    actions = [{**action, "status": "failed"} for action in result.get("actions", ())]
    name = actions[0]["name"] if actions else None
    hint = "Look at the bridge's addresses, ports and gateway; the host's log has what was done."
    error = {"kind": "host_bridge", "name": name, "cause": cause, "hint": hint}
    message = f"host_bridge {name}: was changed and not confirmed: {cause}. {hint}"
    # The bridge and the diff that the result has are of what was taken back.
    kept = {key: value for key, value in result.items() if key not in ("host_bridge", "diff")}
    return {**kept, "failed": True, "changed": False, "actions": actions, "msg": message, **error}
