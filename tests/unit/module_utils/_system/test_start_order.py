# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has Docker start when libvirt has made the bridges: a file for each network, where there is systemd."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._system import start_order


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: Any) -> Path:
    monkeypatch.setattr(start_order, "RUNNING", str(tmp_path))
    monkeypatch.setattr(start_order.os, "geteuid", lambda: 0)
    monkeypatch.setattr(start_order, "FOLDER", str(tmp_path / "docker.service.d"))
    monkeypatch.setattr(start_order, "systemctl", lambda *_words: None)
    return tmp_path / "docker.service.d"


def test_each_network_has_a_file_of_its_own(folder: Path) -> None:
    assert not start_order.waits("lan")
    for network in ("lan", "dmz"):
        start_order.wait(network)
    assert start_order.waits("lan")
    start_order.wait_no_more("lan")
    start_order.wait_no_more("lan")
    assert [path.name for path in folder.iterdir()] == ["hybrid-host-dmz.conf"]


def test_what_was_changed_by_hand_does_not_count(folder: Path) -> None:
    start_order.wait("lan")
    (folder / "hybrid-host-lan.conf").write_text("[Unit]\n", encoding="utf-8")
    assert not start_order.waits("lan")


def test_without_systemd_or_root_there_is_nothing_to_do(folder: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(start_order.os, "geteuid", lambda: 1000)
    assert start_order.waits("lan")
    monkeypatch.setattr(start_order.os, "geteuid", lambda: 0)
    monkeypatch.setattr(start_order, "RUNNING", str(folder / "none"))
    assert start_order.waits("lan")


def test_a_folder_that_cannot_be_made_is_told(folder: Path) -> None:
    folder.write_text("in its way", encoding="utf-8")
    with pytest.raises(ApplyFailed, match="make the folder"):
        start_order.wait("lan")
