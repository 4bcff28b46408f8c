# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a module's parameters to its result: the one place that builds a module and catches ``HostError``."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from collections.abc import Callable, Sequence
from typing import Any

from .._core.change import Address, Change
from .._core.compare import plain
from .._core.converge import Outcome, Run, converge
from .._core.errors import HostError
from .._core.order import Target
from .invocation import Module
from .turns import turn

Params = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Work:
    """What a module asks of the core: its targets, how to run them, and whether it returns its objects by kind.

    ``holds`` are objects that no other run may change meanwhile, besides the targets. ``told`` is what a driver has to
    say of an object after the run besides its spec, by the keys of the result.
    """

    targets: Sequence[Target]
    run: Run = dataclasses.field(default_factory=Run)
    grouped: bool = False
    holds: Sequence[Address] = ()
    told: Callable[[str], dict[str, Any]] = lambda name: {}


def run_module(argument_spec: dict[str, Any], work: Callable[[Params], Work], **constraints: Any) -> None:
    """Converges what ``work`` makes of the parameters, and exits.

    ``constraints`` are those of ``AnsibleModule`` (``required_if``, ``mutually_exclusive``, ...). A module with one
    object, be it in two halves, returns it under its kind, a ``grouped`` one lists of them under ``objects``.
    """
    # What was imported stays: no collection, the last one included, need walk it.
    gc.freeze()
    module = Module(argument_spec=argument_spec, supports_check_mode=True, **constraints)
    try:
        asked = work(module.params)
        with _turn(asked, module):
            outcome = converge(asked.targets, _with_ansible(asked.run, module))
    except HostError as error:
        module.fail_json(changed=False, actions=[], **error.result())
        return
    result = {**outcome.result(), **_objects(asked, outcome)}
    for warning in outcome.warnings:
        module.warn(warning)
    if outcome.errors:
        module.fail_json(**result, **_failure(outcome.errors))
    module.exit_json(**result)


def run_reading(argument_spec: dict[str, Any], read: Callable[[Params], dict[str, Any]]) -> None:
    """Returns what ``read`` makes of the parameters, and of ``check_mode``: for modules that only look."""
    module = Module(argument_spec=argument_spec, supports_check_mode=True)
    try:
        module.exit_json(changed=False, **read({**module.params, "check_mode": module.check_mode}))
    except HostError as error:
        module.fail_json(changed=False, **error.result())


def _turn(work: Work, module: Module) -> contextlib.AbstractContextManager[None]:
    """A check run changes nothing and waits for nobody."""
    owner = [f"stack/{work.run.owner}"] if work.run.owner else []
    return (
        contextlib.nullcontext()
        if module.check_mode
        else turn([*owner, *(str(address) for address in (*work.holds, *(t.address for t in work.targets)))])
    )


def _with_ansible(run: Run, module: Module) -> Run:
    def notify(change: Change, status: str) -> None:
        module.log(f"{change.address} {change.action}: {status}")

    return dataclasses.replace(run, check_mode=module.check_mode, notify=notify)


def _objects(work: Work, outcome: Outcome) -> dict[str, Any]:
    if not work.grouped:
        specs = {t.address.kind: plain(outcome.objects.get(t.address)) for t in work.targets}
        told = {key: item for target in work.targets for key, item in work.told(target.asked.name).items()}
        both = {key: {**item, **(specs.get(key) or {})} for key, item in told.items() if key in specs}
        return {**told, **specs, **both}
    grouped: dict[str, list[Any]] = {}
    for address, spec in outcome.objects.items():
        grouped.setdefault(address.kind, []).append(plain(spec))
    return {"objects": grouped}


def _failure(errors: Sequence[HostError]) -> dict[str, Any]:
    """The first error as the answer; the others, where there are any, follow it in the message."""
    result = errors[0].result()
    if len(errors) > 1:
        result["msg"] = "; ".join(str(error) for error in errors)
    return result
