# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applies a plan: independent objects side by side in a bounded pool, a failure stops only what depends on it."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import graphlib
from collections.abc import Callable, Mapping, Sequence

from .change import Address, Change, Plan
from .errors import HostError
from .order import Target
from .undo import Undo

APPLIED, FAILED, SKIPPED, PLANNED = "applied", "failed", "skipped", "planned"


@dataclasses.dataclass
class Execution:
    """What became of each change, and the errors by object."""

    status: dict[Change, str]
    errors: dict[Address, HostError]


class Executor:
    """Runs the changes of each target in order, after those of the targets that it needs."""

    def __init__(self, targets: Sequence[Target], notify: Callable[[Change, str], None]) -> None:
        self._targets = {target.address: target for target in targets}
        self._notify = notify

    def run(self, plan: Plan, before: Mapping[Address, set[Address]], workers: int) -> Execution:
        """Applies the whole plan. Errors of the family are gathered, never raised."""
        execution = Execution(dict.fromkeys(plan.changes, PLANNED), {})
        waiting = graphlib.TopologicalSorter(before)
        waiting.prepare()
        stopped: set[Address] = set()
        with concurrent.futures.ThreadPoolExecutor(max_workers=workers) as pool:
            running: dict[concurrent.futures.Future[HostError | None], Address] = {}
            while waiting.is_active():
                for address in waiting.get_ready():
                    changes = plan.of(address)
                    if before[address] & stopped:
                        stopped.add(address)
                        self._mark(execution, changes, SKIPPED)
                        waiting.done(address)
                    else:
                        running[pool.submit(self._converge, address, changes, execution)] = address
                done, _unfinished = concurrent.futures.wait(
                    running, return_when=concurrent.futures.FIRST_COMPLETED
                )
                for future in done:
                    address = running.pop(future)
                    error = future.result()
                    if error is not None:
                        stopped.add(address)
                        execution.errors[address] = error
                    waiting.done(address)
        return execution

    def _converge(
        self, address: Address, changes: Sequence[Change], execution: Execution
    ) -> HostError | None:
        """Brings one object in step: what it needs first, then its changes, then what it is to wait for."""
        target = self._targets[address]
        undo = Undo()
        try:
            if changes:
                self._await_needs(target)
                with undo:
                    for change in changes:
                        target.driver.apply(change, undo)
                        self._mark(execution, [change], APPLIED)
            if not target.absent:
                target.driver.wait(target.asked, None)
        except HostError as error:
            self._mark_failed(execution, changes, undo)
            return error.about(*address)
        return None

    def _await_needs(self, target: Target) -> None:
        """Waits for the conditions of the objects that this one needs, as far as they are part of the run."""
        if target.absent:
            return
        for reference in target.driver.references(target.asked):
            needed = self._targets.get(reference.address)
            if reference.condition and needed is not None:
                try:
                    needed.driver.wait(needed.asked, reference.condition)
                except HostError as error:
                    raise error.about(*reference.address) from None

    def _mark_failed(self, execution: Execution, changes: Sequence[Change], undo: Undo) -> None:
        """The first change that was not applied failed, those after it were skipped, as were those taken back."""
        open_ = [change for change in changes if execution.status[change] != APPLIED]
        if undo.taken_back:
            self._mark(execution, [change for change in changes if change not in open_], SKIPPED)
        self._mark(execution, open_[:1], FAILED)
        self._mark(execution, open_[1:], SKIPPED)

    def _mark(self, execution: Execution, changes: Sequence[Change], status: str) -> None:
        for change in changes:
            execution.status[change] = status
            self._notify(change, status)
