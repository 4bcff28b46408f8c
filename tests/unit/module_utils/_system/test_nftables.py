# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command nft, where it is not there or not for this user."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import MissingLibrary
from ansible_collections.hybrid.host.plugins.module_utils._system import nftables


def test_who_is_not_root_has_no_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_words: Any, **_options: Any) -> str:
        raise AssertionError("nft lists its tables to root alone")

    monkeypatch.setattr(shutil, "which", lambda name, **_where: name)
    monkeypatch.setattr(nftables, "run", refused)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert nftables.tables() == set()


def test_a_host_without_nft_is_told_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, **_where: None if name == "nft" else name)
    with pytest.raises(MissingLibrary, match="Install the package nftables"):
        nftables.tried(lambda _aware: "", [])
