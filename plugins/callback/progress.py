# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A line every few seconds while a task runs, so that a long one is seen to be alive; and what it did, at its end."""

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: aggregate
short_description: Says which task is running and for how long, and what a module of hybrid.host did
version_added: 1.0.0
description:
  - Prints a line on standard error while a task takes longer than O(interval), with the seconds that it has taken.
  - After a task of this collection prints a line for each of its actions, C(would) before it in check mode.
options:
  interval:
    description: Seconds between two lines.
    type: int
    default: 4
    env:
      - name: HYBRID_HOST_PROGRESS_INTERVAL
    ini:
      - section: callback_progress
        key: interval
author: The hybrid.host contributors (@hybrid-host)
"""

import os
import sys
import threading
import time
from typing import Any

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Prints from a thread of its own, straight to the file descriptor: no lock is held when Ansible forks."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "hybrid.host.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._running: tuple[str, float] | None = None
        self._stopped = threading.Event()

    def v2_playbook_on_start(self, playbook: Any) -> None:
        threading.Thread(target=self._report, args=(self.get_option("interval"),), daemon=True).start()

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._running = (task.get_name(), time.monotonic())

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self.v2_playbook_on_task_start(task, is_conditional=False)

    def v2_runner_on_ok(self, result: Any) -> None:
        if result.task.action.startswith("hybrid.host.") and result.is_changed():
            for action in result.result.get("actions") or ():
                self._display.display(_line(action))

    v2_runner_item_on_ok = v2_runner_on_ok

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._running = None
        self._stopped.set()

    def _report(self, interval: int) -> None:
        while not self._stopped.wait(interval):
            if self._running is not None:
                name, since = self._running
                elapsed = time.monotonic() - since
                if elapsed >= interval:
                    os.write(sys.stderr.fileno(), f"  ... {elapsed:.0f} s  {name}\n".encode())


def _line(action: dict[str, Any]) -> str:
    said = {"applied": "", "planned": "would "}.get(action["status"], f"{action['status']}: ")
    fields = f" ({', '.join(action['fields'])})" if action["fields"] else ""
    return f"  {said}{action['action']} {action['kind']} {action['name']}{fields}"
