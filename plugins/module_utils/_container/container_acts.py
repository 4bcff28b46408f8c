# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a container besides its fields and its state: acts, pausing, and clearing up after a cut run."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from .._core.change import Address, Change
from .._core.field import Disruption
from .._model.container import Container


def acts(asked: Container, found: Container | None, changes: Sequence[Change]) -> list[Change]:
    """The changes of fields and state, and around them what else is asked."""
    address = Address("container", asked.name)

    def act(action: str, disruption: Disruption = Disruption.NONE, **more: Any) -> Change:
        return Change(action, address, disruption, asked=asked, found=found, guarded=False, **more)

    if asked.state == "absent":
        return [*changes] or ([act("clear")] if found is not None and found.leftovers else [])
    result = [*changes]
    anew = any(change.action in ("create", "replace") for change in result)
    if found is not None and asked.recreate and not anew:
        result, anew = [act("replace", Disruption.REPLACE, once=True)], True
    if found is not None and asked.restart and asked.runs and found.state == "running" and not anew:
        result.append(act("restart", Disruption.RESTART, once=True))
    result += [act(step) for step in _pausing(asked, found, result)]
    result = [dataclasses.replace(c, once=True) if _ends(c, asked, found) else c for c in result]
    if found is not None and found.displaced:
        result.insert(0, act("recover"))
    elif found is not None and found.leftovers and not anew:
        result.append(act("clear"))
    return result


def _pausing(asked: Container, found: Container | None, changes: Sequence[Change]) -> list[str]:
    """Whether it is to be frozen or thawed; a successor freezes as it is made."""
    if asked.paused is None or not asked.runs:
        return []
    replaced = any(change.action == "replace" for change in changes)
    started = any(change.action == "start" for change in changes)
    state = "running" if started or found is None else found.state
    if asked.paused and state == "running" and not replaced:
        return ["pause"]
    return ["resume"] if not asked.paused and state == "paused" and not replaced else []


def _ends(change: Change, asked: Container, found: Container | None) -> bool:
    """Whether it is done again in every run: what ends well may be at its end by now, and be gone."""
    ended_well = found is not None and found.state == "stopped" and found.exit_code == 0
    if change.action == "start":
        return asked.detach is False or bool(asked.auto_remove) or ended_well
    return change.action == "create" and bool(asked.auto_remove or (asked.detach is False and asked.cleanup))
