# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The watchdog of a bridge: one outcome for each change, whoever comes first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed, Refused
from ansible_collections.hybrid.host.plugins.module_utils._model.host_bridge import HostBridge, StaticRoute
from ansible_collections.hybrid.host.plugins.module_utils._system import (
    bridge_checkpoint,
    bridge_record,
    bridge_restore,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_checkpoint import Watchdog
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_record import Record
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_restore import Checkpoint

from .bridge_host import link


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is run on a host whose folders are all in one."""
    told: list[str] = []

    def run(argv: Any, **_how: Any) -> str:
        told.append(" ".join(argv))
        return ""

    for module in (bridge_checkpoint, bridge_record):
        monkeypatch.setattr(module, "FOLDER", str(tmp_path / "lib"))
    monkeypatch.setattr(bridge_checkpoint, "UNITS", str(tmp_path / "units"))
    monkeypatch.setattr(bridge_checkpoint, "run", run)
    monkeypatch.setattr(bridge_checkpoint, "check_command", lambda name, tried: None)
    monkeypatch.setattr(bridge_restore, "_run", run)
    monkeypatch.setattr(
        bridge_restore, "settle", lambda links, read, batch, seconds: told.append(str(links)) or []
    )
    return told


def armed(tmp_path: Path, changed: Path) -> tuple[Watchdog, Checkpoint]:
    watchdog = Watchdog("br0", 30)
    watchdog.arm(
        {"br0": None, "eth0": link()}, [str(changed), str(tmp_path / "new")], [["networkctl", "reload"]]
    )
    return watchdog, Checkpoint(str(tmp_path / "lib/br0.checkpoint"))


def test_a_timer_waits_that_a_start_of_the_host_does_not_end(tmp_path: Path, ran: list[str]) -> None:
    watchdog, _checkpoint = armed(tmp_path, tmp_path / "file")
    timer = tmp_path / "units/hybrid-host-bridge-br0.timer"
    assert "OnActiveSec=30\n" in timer.read_text(encoding="utf-8")
    assert (tmp_path / "units/timers.target.wants/hybrid-host-bridge-br0.timer").resolve() == timer
    service = timer.with_suffix(".service").read_text(encoding="utf-8")
    assert f"ExecStart={' '.join(watchdog.command)} rollback\n" in service
    assert ran == ["systemctl daemon-reload", "systemctl restart hybrid-host-bridge-br0.timer"]


def test_what_is_confirmed_stays(tmp_path: Path, ran: list[str]) -> None:
    file = tmp_path / "file"
    watchdog, checkpoint = armed(tmp_path, file)
    assert checkpoint.confirm("another")["outcome"] == "armed"
    assert checkpoint.confirm(watchdog.token or "")["outcome"] == "confirmed"
    assert list((tmp_path / "units").glob("*.*")) == [tmp_path / "units/timers.target.wants"]
    assert "systemctl stop hybrid-host-bridge-br0.timer" in ran
    ran.clear()
    assert checkpoint.rollback(None)["outcome"] == "confirmed"
    assert ran == []


def test_what_nobody_confirms_is_taken_back_and_cannot_be_confirmed_then(
    tmp_path: Path, ran: list[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("before", encoding="utf-8")
    file.chmod(0o640)
    watchdog, checkpoint = armed(tmp_path, file)
    with watchdog.held():
        file.write_text("after", encoding="utf-8")
    (tmp_path / "new").write_text("after", encoding="utf-8")
    assert checkpoint.rollback("another")["outcome"] == "armed"
    assert checkpoint.rollback(None) == {"outcome": "rolled back", "token": watchdog.token, "left": []}
    assert file.read_text(encoding="utf-8") == "before"
    assert file.stat().st_mode & 0o777 == 0o640
    assert not (tmp_path / "new").exists()
    links = str({"br0": None, "eth0": link()})
    assert ran[2:5] == [links, "networkctl reload", links]
    assert checkpoint.confirm(watchdog.token or "")["outcome"] == "rolled back"
    with pytest.raises(ApplyFailed, match="30 s were over"), watchdog.held():
        file.write_text("too late", encoding="utf-8")
    assert file.read_text(encoding="utf-8") == "before"


@pytest.mark.usefixtures("ran")
def test_two_changes_do_not_wait_at_once(tmp_path: Path) -> None:
    first, checkpoint = armed(tmp_path, tmp_path / "file")
    with pytest.raises(Refused, match="earlier change"):
        armed(tmp_path, tmp_path / "file")
    checkpoint.confirm(first.token or "")
    second, _same = armed(tmp_path, tmp_path / "file")
    assert second.token not in (None, first.token)


@pytest.mark.usefixtures("ran")
def test_the_program_on_the_host_needs_nothing_but_python(tmp_path: Path) -> None:
    watchdog, _checkpoint = armed(tmp_path, tmp_path / "file")
    assert watchdog.command[0] == sys.executable
    said = subprocess.run([*watchdog.command, "status"], capture_output=True, text=True, check=True).stdout
    assert json.loads(said) == {"outcome": "armed", "token": watchdog.token, "left": []}


@pytest.mark.usefixtures("ran")
def test_what_is_remembered_is_read_as_it_was_written() -> None:
    kept = HostBridge(
        "br0", ports=("eth0",), addresses=(), routes=(StaticRoute("10.7.0.1/32"),), persist="none"
    )
    record = Record(kept, {"eth0": {"mtu": 1500, "addresses": [], "routes": []}}, adopted=True)
    assert bridge_record.read("br0") is None
    bridge_record.keep(record)
    assert bridge_record.read("br0") == record
    Path(bridge_record.path_of("br0")).write_text("{}", encoding="utf-8")
    with pytest.raises(ApplyFailed, match="adopt: true"):
        bridge_record.read("br0")
    bridge_record.forget("br0")
    assert bridge_record.read("br0") is None
