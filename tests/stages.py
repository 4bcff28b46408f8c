# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the stages of ``make test``: what is independent side by side, the rest in turn, and a summary at the end.

A stage is a target of the Makefile. A failing stage stops those that need it, and no others; the exit code is 1 when
any failed or was skipped. A stage that runs alone prints as it goes, and so does a long one; of other stages side by
side each prints when it ends, and in between a line says what is running.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / "build" / "log"
STATUS_EVERY = 5.0


@dataclasses.dataclass
class Stage:
    """One target. ``needs`` are stages without which it is skipped; a ``long`` one prints as it goes."""

    name: str
    needs: tuple[str, ...] = ()
    long: bool = False
    state: str = "waiting"
    seconds: float = 0.0


Lane = list[Stage]


def make(stage: Stage) -> list[str]:
    """The stage's command. What an earlier stage, or ``make test`` itself, has already done is not done again."""
    done = [f"--old-file={name}" for name in ("setup", *stage.needs)]
    return ["make", "--no-print-directory", *done, stage.name]


def plan() -> list[list[Lane]]:
    """Waves, one after another; the lanes of a wave run side by side, the stages of a lane in turn."""
    return [
        [
            [Stage("lint"), Stage("unit"), Stage("build"), Stage("sanity"), Stage("lab-test")],
            [Stage("lab"), Stage("integration", needs=("lab",), long=True)],
        ],
        [
            [Stage("demo-bare", needs=("lab",))],
            [Stage("molecule", needs=("lab",)), Stage("demo", needs=("lab",), long=True)],
        ],
    ]


class Runner:
    """Runs waves of stages, and knows the processes to end when it is interrupted."""

    def __init__(self, command: Callable[[Stage], list[str]], logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.command = command
        self.logs = logs
        self.done: dict[str, Stage] = {}
        self.running: dict[str, tuple[float | None, subprocess.Popen[bytes]]] = {}
        self.printing = threading.Lock()
        self.alone = True
        self.ended = False

    def wave(self, lanes: list[Lane]) -> None:
        self.alone = len(lanes) == 1
        threads = [threading.Thread(target=self._lane, args=(lane,)) for lane in lanes]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(STATUS_EVERY)
                if thread.is_alive():
                    self._say_what_runs()

    def _lane(self, lane: Lane) -> None:
        for stage in lane:
            if self.ended:
                return
            missing = [name for name in stage.needs if self.done[name].state != "passed"]
            if missing:
                stage.state = "skipped"
                self._print(f"\n=== {stage.name}: skipped, it needs {', '.join(missing)}\n")
            else:
                self._run(stage)
            self.done[stage.name] = stage

    def _run(self, stage: Stage) -> None:
        log = self.logs / f"{stage.name}.log"
        started = time.monotonic()
        prints = self.alone or stage.long
        if prints:
            self._print(f"\n=== {stage.name}\n")
        with open(log, "wb") as output:
            child = subprocess.Popen(
                self.command(stage),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=None if prints else output,
                stderr=None if prints else subprocess.STDOUT,
                start_new_session=True,
            )
            self.running[stage.name] = (None if prints else started, child)
            code = child.wait()
        del self.running[stage.name]
        stage.seconds = time.monotonic() - started
        stage.state = "failed" if code else "passed"
        head = "" if prints else f"\n=== {stage.name}\n{log.read_text(encoding='utf-8', errors='replace')}"
        self._print(f"{head}=== {stage.name}: {stage.state} after {stage.seconds:.0f} s\n")

    def _say_what_runs(self) -> None:
        """Says nothing while a stage prints: that one is seen to be alive."""
        now = time.monotonic()
        silent = [(name, started) for name, (started, _child) in self.running.copy().items()]
        running = ", ".join(f"{name} {now - started:.0f} s" for name, started in silent if started)
        if all(started for _name, started in silent):
            self._print(f"    running: {running}\n")

    def _print(self, text: str) -> None:
        with self.printing:
            sys.stdout.write(text)
            sys.stdout.flush()

    def end(self) -> None:
        """Ends what still runs, with all that it has started; nothing starts after it."""
        self.ended = True
        for _started, child in self.running.copy().values():
            os.killpg(child.pid, signal.SIGTERM)


def summary(stages: list[Stage]) -> str:
    count = {
        state: sum(stage.state == state for stage in stages) for state in ("passed", "failed", "skipped")
    }
    table = [f"  {stage.name:<26} {stage.state:<8} {stage.seconds:6.0f} s" for stage in stages]
    total = f"stages: {count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped"
    return "\n".join(["", "=== summary", *table, total, ""])


def run(waves: list[list[Lane]], command: Callable[[Stage], list[str]]) -> list[Stage]:
    """All stages, as they ended. An interruption ends what runs, and leaves as KeyboardInterrupt."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    runner = Runner(command, LOGS)
    try:
        for wave in waves:
            runner.wave(wave)
    except KeyboardInterrupt:
        runner.end()
        raise
    stages = [stage for wave in waves for lane in wave for stage in lane]
    sys.stdout.write(summary(stages))
    return stages


def main() -> int:
    try:
        stages = run(plan(), make)
    except KeyboardInterrupt:
        return 130
    return 0 if all(stage.state == "passed" for stage in stages) else 1


if __name__ == "__main__":
    sys.exit(main())
