# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.awaited import Awaited


def test_engines_are_awaited_while_they_are_missing() -> None:
    awaited = Awaited.from_params(["libvirt", "docker"])
    assert awaited.missing({"libvirt": True, "docker": False, "host": True}) == {"docker"}


def test_an_engine_that_this_run_does_not_use_is_not_awaited() -> None:
    assert Awaited.from_params(["podman"]).missing({"docker": False}) == set()


def test_paths_are_awaited_with_all_below_them_until_they_are_there(tmp_path: Path) -> None:
    awaited = Awaited.from_params([f"{tmp_path}/shop"])
    assert awaited.is_coming(f"{tmp_path}/shop/app/../redis")
    assert not awaited.is_coming(f"{tmp_path}/shopping")
    (tmp_path / "shop").mkdir()
    assert not awaited.is_coming(f"{tmp_path}/shop")


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(InvalidSpec, match="lxc"):
        Awaited.from_params(["lxc"])
