# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is refused of every noun before an engine is asked: ``cases/refusals/NOUN.yml`` lists ``{asked, says}``.

``asked`` lacks what the noun cannot be without, where the case is not about it. Each of ``says`` is in the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError

from .nouns import NOUNS, Noun, spec_of

CASES = Path(__file__).with_name("cases") / "refusals"
NEEDED = {
    "container": {"name": "app", "image": "x"},
    "disk": {"path": "/x/refused.qcow2"},
    "image": {"name": "app:1"},
    "network": {"name": "lan"},
    "vm": {"name": "erp"},
    "volume": {"name": "data"},
}


def refusals() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            asked = {**NEEDED[path.stem], **case["asked"]}
            yield pytest.param(NOUNS[path.stem], asked, case["says"], id=f"{path.stem}: {case['asked']}")


@pytest.mark.parametrize(("noun", "asked", "says"), list(refusals()))
def test_bad_input_is_refused(noun: Noun, asked: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(HostError) as caught:
        spec_of(noun, asked)
    answer = f"{caught.value} {caught.value.cause} {caught.value.hint}"
    assert [text for text in says if text not in answer] == []
