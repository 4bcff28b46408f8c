# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Golden tables: what each noun plans, of options as they are asked and as they are found.

``cases/NOUN.yml`` is a list of ``{case, asked, found, plan}``. ``asked`` is what a user writes; ``found`` is what an
engine has, in the same words. Either may also name a field of the spec that is no option, which is then set as it
stands: what only an engine tells (``in_use_by``), and what a driver looks up before it plans (``context``). ``plan``
has a line for each change, ``update: memory, networks[lan].ip``, or one line ``refused: WORDS OF THE MESSAGE``.

A case may say more: ``cost``, the most that a change costs; ``allow``, how far changes may go; ``planned``, what is
planned for others, as ``container/app: delete``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address, Change
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption

from .nouns import NOUNS, Noun, line, spec_of

CASES = Path(__file__).with_name("cases")


def tables() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(NOUNS[path.stem], case, id=f"{path.stem}: {case['case']}")


def planned(noun: Noun, case: Mapping[str, Any]) -> list[Change]:
    found: Any = spec_of(noun, case["found"]) if case["found"] is not None else None
    if "running" in case:
        found = dataclasses.replace(found, running=spec_of(noun, case["running"]))
    around = {
        Address(*name.split("/", 1)): (Change(action, Address(*name.split("/", 1))),)
        for name, action in case.get("planned", {}).items()
    }
    planning = Planning(Disruption(case.get("allow", "replace")), around)
    return list(noun.driver.plan(spec_of(noun, case["asked"]), found, planning))


@pytest.mark.parametrize(("noun", "case"), list(tables()))
def test_plan(noun: Noun, case: dict[str, Any]) -> None:
    assert set(case) - {"cost", "allow", "planned", "running"} == {"case", "asked", "found", "plan"}
    refusal = next((text.partition(": ")[2] for text in case["plan"] if text.startswith("refused: ")), None)
    if refusal is not None:
        with pytest.raises(HostError) as caught:
            planned(noun, case)
        assert refusal in str(caught.value)
        return
    changes = planned(noun, case)
    assert [line(change) for change in changes] == case["plan"]
    if "cost" in case:
        assert max(change.disruption for change in changes).value == case["cost"]
