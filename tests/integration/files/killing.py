# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that are ended by SIGKILL at one of their steps, for the programs that see what the next run makes of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MOST_STEPS = 120
_LOOKS = ("read", "look", "list", "ask")
Ended = subprocess.CompletedProcess[str]


def run(work: Callable[[], int], said: Path) -> Ended:
    """What became of ``work`` in a process of its own, and what it said, kept in files that begin like ``said``.

    The process is forked: to import all anew would take longer than the run.
    """
    paths = [said.with_suffix(suffix) for suffix in (".out", ".err")]
    forked = multiprocessing.get_context("fork").Process(target=_alone, args=(work, paths))
    forked.start()
    forked.join()
    return subprocess.CompletedProcess([], forked.exitcode or 0, *(path.read_text() for path in paths))


def _alone(work: Callable[[], int], paths: list[Path]) -> None:
    for number, path in enumerate(paths, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    sys.exit(work())


def deaths(way: str, run_to: Callable[[int], Ended]) -> Iterator[str]:
    """Has a run die at its first step, at its second, and so on until one comes to its end. What they died at.

    ``run_to`` makes ready, and then runs; the step's number goes to ``Death``. Ends the program where that fails.
    """
    for step in range(1, MOST_STEPS):
        ended = run_to(step)
        if ended.returncode == 0 and step > 1:
            print(f"{way}: {step - 1} steps")
            return
        if ended.returncode != -signal.SIGKILL:
            raise SystemExit(
                f"{way}, step {step}: ended with {ended.returncode}: {ended.stdout}{ended.stderr}"
            )
        yield ended.stdout.strip()
    raise SystemExit(f"{way}: never ends")


class Death:
    """Comes at the given step of this process, 0 for never; the name of that step is the last that it says."""

    def __init__(self, step: int) -> None:
        self._left = step
        self._counts = True

    def step(self, name: str) -> None:
        if self._counts:
            self._left -= 1
            if not self._left:
                print(name, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)

    def behind(self, owner: Any, *names: str, unless: Callable[..., bool] = lambda *_words: False) -> None:
        """Makes a step of each of these functions, but for calls that are excepted: it dies when they are done."""
        for name in names:
            vars(owner)[name] = self._behind(getattr(owner, name), name, unless)

    def _behind(
        self, function: Callable[..., Any], name: str, unless: Callable[..., bool]
    ) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            result = function(*args, **kwargs)
            if not unless(*args):
                self.step(
                    " ".join([name, *(str(word) for word in args[:1] if isinstance(word, (str, list)))])
                )
            return result

        return called

    def in_libvirt(self, session: Any, driver: Any) -> None:
        """Makes a step of all that is asked of libvirt, but for looking, from the driver's first change on."""
        self.behind(session, "do", unless=lambda what, *_rest: what.startswith(_LOOKS))
        plainly = driver.apply
        self._counts = False

        def apply(*args: Any) -> None:
            self._counts = True
            plainly(*args)

        vars(driver)["apply"] = apply
