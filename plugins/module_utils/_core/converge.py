# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Observe all, plan all, order, guard, apply, verify: written once, for one object or a whole host."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from .change import Address, Change, Plan
from .driver import Driver, Planning, Remarks, Space
from .errors import HostError, NotConverged, Refused
from .execute import APPLIED, Execution, Executor
from .field import Compare, policies
from .order import Target, check_owners, check_references, check_unique, ordered

WORKERS = 4


@dataclasses.dataclass(frozen=True)
class Run:
    """How to converge. ``owner``: whose objects these are; ``prune``: delete the owner's objects that nobody asks for.

    ``unborn`` are the kinds whose engine is still to come to the host: nothing is found of them. ``coming`` says of a
    path whether a file is still to come there: what needs it is planned without a look at it.
    ``drivers`` are those of kinds that are only referred to. ``parting`` is how an object that ``prune`` would take
    is asked to go, None where it stays. ``resolve`` completes targets by what was found (an address that is free, a MAC
    that is there), before anything is planned. ``weigh`` gets what the plan takes of file systems, and answers with
    warnings or a refusal.
    """

    check_mode: bool = False
    owner: str | None = None
    prune: bool = False
    parting: Callable[[Address, Any], Any | None] = lambda address, spec: dataclasses.replace(
        spec, state="absent"
    )
    drivers: Sequence[Driver] = ()
    unborn: frozenset[str] = frozenset()
    coming: Callable[[str], bool] = lambda path: False
    resolve: Callable[[Sequence[Target], Mapping[Address, Any]], Sequence[Target]] = lambda targets, found: (
        targets
    )
    weigh: Callable[[Sequence[tuple[Address, Space]]], Sequence[str]] = lambda spaces: ()
    workers: int = WORKERS
    notify: Callable[[Change, str], None] = lambda change, status: None


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What was planned, what became of it, and the objects as observed afterwards."""

    plan: Plan
    execution: Execution
    objects: Mapping[Address, Any]
    remarks: Mapping[Address, Remarks]
    cautions: Sequence[str] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was changed, or would be."""
        return bool(self._effective())

    def _effective(self) -> list[Change]:
        checking = "planned"
        return [c for c in self.plan.changes if self.execution.status[c] in (APPLIED, checking)]

    def result(self) -> dict[str, Any]:
        """The keys that every module returns, failed or not."""
        status = self.execution.status
        restart = {str(a): list(r.restart_required) for a, r in self.remarks.items() if r.restart_required}
        return {
            "changed": self.changed,
            "actions": [
                *(change.described(status[change]) for change in self.plan.changes),
                *self._deviations(),
            ],
            "diff": self.plan.diff(self._effective()),
            "restart_required": restart,
        }

    def _deviations(self) -> list[dict[str, Any]]:
        """What is as it was asked, and not as a security profile has it: no change, and none that is missing."""
        noted = (
            (Change("deviate", address), remarks.deviations)
            for address, remarks in self.remarks.items()
            if remarks.deviations
        )
        return [{**change.described("noted"), "fields": list(fields)} for change, fields in noted]

    @property
    def warnings(self) -> list[str]:
        """What is said of the whole plan, and each other text once, after the objects that it is about."""
        about: dict[str, list[str]] = {}
        for address, remarks in self.remarks.items():
            for text in remarks.warnings:
                about.setdefault(text, []).append(str(address))
        return [*self.cautions, *(f"{', '.join(addresses)}: {text}" for text, addresses in about.items())]

    @property
    def errors(self) -> list[HostError]:
        return list(self.execution.errors.values())


def converge(targets: Sequence[Target], run: Run) -> Outcome:
    """Leads the host to the targets. Raises ``HostError`` before anything is touched; later ones are in the outcome."""
    check_unique(targets)
    found = _observe(targets, run)
    targets = [*run.resolve(targets, found), *_surplus(targets, found, run)]
    check_unique(targets)
    check_owners(targets, found)
    check_references(targets, {**found, **_observe_needed(targets, run)})
    targets = _prepared(targets, found, run)
    before = ordered(targets, found)
    by_address = {target.address: target for target in targets}
    plan = _plan(before, by_address, found)
    _guard(plan, by_address)
    cautions = run.weigh(
        [(c.address, s) for c in plan.changes for s in by_address[c.address].driver.takes(c)]
    )
    if run.check_mode:
        execution, after = Execution(dict.fromkeys(plan.changes, "planned"), {}), found
    else:
        execution = Executor(targets, run.notify).run(plan, before, run.workers)
        verified = {**found, **_verify(plan, execution, by_address)}
        after = {address: spec for address, spec in verified.items() if spec is not None}
    remarks = {t.address: t.driver.remarks(t.asked, after.get(t.address)) for t in targets if not t.absent}
    return Outcome(plan, execution, after, remarks, cautions)


def _observe(targets: Iterable[Target], run: Run) -> dict[Address, Any]:
    """One sweep a driver over the names asked for, and over all that the owner has."""
    names: dict[Driver, list[str]] = {driver: [] for driver in run.drivers if run.prune}
    for target in targets:
        names.setdefault(target.driver, []).append(target.asked.name)
    return {
        Address(driver.kind, name): spec
        for driver, wanted in names.items()
        for name, spec in _look(driver, wanted, run).items()
    }


def _look(driver: Driver, names: Collection[str], run: Run) -> dict[str, Any]:
    if driver.kind in run.unborn:
        return {}
    return driver.observe(names, run.owner if run.prune else None)


def _observe_needed(targets: Sequence[Target], run: Run) -> dict[Address, Any]:
    """The objects that targets need and nobody asks for, of the kinds that this run has a driver for."""
    asked = {target.address for target in targets}
    drivers = {driver.kind: driver for driver in [*run.drivers, *(target.driver for target in targets)]}
    missing: dict[str, set[str]] = {}
    present: dict[Address, Any] = {}
    for target in targets:
        for reference in () if target.absent else target.driver.references(target.asked):
            if reference.address in asked or not reference.must_exist:
                continue
            if reference.address.kind in drivers and not run.coming(reference.address.name):
                missing.setdefault(reference.address.kind, set()).add(reference.address.name)
            else:
                present[reference.address] = None
    for kind, names in missing.items():
        present.update((Address(kind, name), spec) for name, spec in _look(drivers[kind], names, run).items())
    return present


def _surplus(targets: Sequence[Target], found: Mapping[Address, Any], run: Run) -> list[Target]:
    """What the owner has and nobody asks for any more, as targets that are to be absent."""
    if not run.prune:
        return []
    asked = {target.address for target in targets}
    drivers = {driver.kind: driver for driver in [*run.drivers, *(target.driver for target in targets)]}
    going = {
        address: run.parting(address, spec)
        for address, spec in sorted(found.items(), key=lambda item: item[0])
        if address not in asked and getattr(spec, "owner", None) == run.owner
    }
    return [Target(drivers[a.kind], spec) for a, spec in going.items() if spec is not None]


def _prepared(targets: Sequence[Target], found: Mapping[Address, Any], run: Run) -> list[Target]:
    prepared = []
    for target in targets:
        awaits = any(run.coming(path) for path in target.driver.files(target.asked))
        if awaits or target.address.kind in run.unborn:
            prepared.append(target)
            continue
        try:
            asked = target.driver.prepare(target.asked, found.get(target.address))
        except HostError as error:
            raise error.about(*target.address) from None
        prepared.append(dataclasses.replace(target, asked=asked))
    return prepared


def _plan(
    before: Mapping[Address, set[Address]], targets: Mapping[Address, Target], found: Mapping[Address, Any]
) -> Plan:
    planned: dict[Address, Sequence[Change]] = {}
    left: dict[Address, set[Address]] = {}
    for address, earlier in before.items():
        target, present = targets[address], found.get(address)
        leaving = {user for user in earlier if target.absent and address in left[user]}
        try:
            planned[address] = target.driver.plan(
                target.asked, present, Planning(target.allow, planned, leaving)
            )
        except HostError as error:
            raise error.about(*address) from None
        left[address] = _left(target, present, planned[address])
    return Plan(tuple(change for changes in planned.values() for change in changes))


def _left(target: Target, present: Any | None, changes: Sequence[Change]) -> set[Address]:
    """What an object that stays names, and after its changes names no more.

    What waits for a restart it names still, and what may stay beside what is asked.
    """
    if present is None or target.absent or not changes:
        return set()
    most = max(change.disruption for change in changes)
    done = [
        dataclasses.replace(c, differences=tuple(d for d in c.differences if not most < d.disruption))
        for c in changes
    ]
    modes = getattr(target.asked, "modes", {})
    asked = {
        name: getattr(target.asked, name)
        for name, policy in policies(present.__class__).items()
        if modes.get(name, policy.compare) not in (Compare.SUBSET, Compare.KEYED_SUBSET)
        and any(change.touches(name) for change in done)
    }
    after = dataclasses.replace(present, **{n: value for n, value in asked.items() if value is not None})
    names, kept = (target.driver.references(spec) for spec in (present, after))
    return {reference.address for reference in names} - {reference.address for reference in kept}


def _guard(plan: Plan, targets: Mapping[Address, Target]) -> None:
    """Refuses a plan in which a change costs more than its target allows, naming all such fields."""
    beyond = [c for c in plan.changes if c.guarded and targets[c.address].allow < c.disruption]
    if not beyond:
        return
    named = "; ".join(
        f"{change.address} {change.action} ({change.disruption.value}) for {', '.join(change.fields)}"
        + (f", which cuts off {', '.join(change.users)}" if change.users else "")
        for change in beyond
    )
    most = max(change.disruption for change in beyond)
    raise Refused(
        f"the plan is more disruptive than allowed: {named}",
        hint=f"Set allow_disruption: {most.value} to permit it, or take the fields back.",
    ).about(*beyond[0].address)


def _verify(plan: Plan, execution: Execution, targets: Mapping[Address, Target]) -> dict[Address, Any]:
    """Observes again what was touched; what still differs from its spec becomes a ``NotConverged`` in the execution."""
    touched: dict[Driver, set[str]] = {}
    for change in plan.changes:
        touched.setdefault(targets[change.address].driver, set()).add(change.address.name)
    after: dict[Address, Any] = {}
    for driver, names in touched.items():
        try:
            present = driver.observe(names)
        except HostError as error:
            address = Address(driver.kind, min(names))
            execution.errors.setdefault(address, error.about(*address))
            continue
        for name in sorted(names):
            address = Address(driver.kind, name)
            after[address] = present.get(name)
            if address in execution.errors or execution.status[plan.of(address)[0]] != APPLIED:
                continue
            target = targets[address]
            try:
                planned = driver.plan(target.asked, after[address], Planning(target.allow))
            except HostError as error:
                execution.errors[address] = error.about(*address)
                continue
            left = [change for change in planned if not change.once]
            if left:
                what = "; ".join(f"{c.action} {', '.join(c.fields)}".strip() for c in left)
                execution.errors[address] = NotConverged(
                    f"was changed and still differs from its spec ({what})",
                    hint="Something else on the host may be changing it, or the engine does not keep this value.",
                ).about(*address)
    return after
