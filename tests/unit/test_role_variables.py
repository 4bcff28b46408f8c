# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What roles make of the variables of a user, where two of them are to agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

ROLES = Path(__file__).resolve().parents[2] / "roles"


@pytest.mark.parametrize(
    ("said", "filtering"),
    [
        ({}, "0"),
        ({"networking_bridge_filtering": True}, "1"),
        ({"container_engine_bridge_filtering": True}, "1"),
        ({"networking_bridge_filtering": False, "container_engine_bridge_filtering": False}, "0"),
    ],
)
def test_both_roles_filter_bridges_alike(said: dict[str, bool], filtering: str) -> None:
    # In a play that names both, each sees the defaults of the other.
    defaults = {**_variables("networking/defaults"), **_variables("container_engine/defaults")}
    for role in ("networking", "container_engine"):
        variables = {**defaults, **_variables(f"{role}/vars"), **said}
        found = Templar(loader=DataLoader(), variables=variables).template(variables[f"{role}_filtering"])
        assert found == filtering


def _variables(folder: str) -> dict[str, Any]:
    path = str(ROLES / folder / "main.yml")
    found: dict[str, Any] = DataLoader().load_from_file(path, trusted_as_template=True)
    return found
