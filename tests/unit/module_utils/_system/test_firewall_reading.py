# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The firewall as commands and files tell it, and as they do not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._system import firewall_reading
from ansible_collections.hybrid.host.plugins.module_utils._system.firewall_reading import host_firewall

ANSWERS = {
    "iptables -w 5 -t filter -S": "-P FORWARD DROP\n-A FORWARD -j DOCKER-ISOLATION-STAGE-1\n",
    "iptables -w 5 -t raw -S": "-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP\n",
    "nft list tables": "table ip filter\ntable ip libvirt_network\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host without a single file of those that are read."""

    def run(argv: Sequence[str], **_how: Any) -> str:
        if " ".join(argv) not in ANSWERS:
            raise ApplyFailed("read", cause="no such table")
        return ANSWERS[" ".join(argv)]

    monkeypatch.setattr(firewall_reading, "run", run)
    for name in ("_FORWARDING", "_FILTERED", "_DOCKER_SETTINGS", "_KEEPER"):
        monkeypatch.setattr(firewall_reading, name, str(tmp_path / name))
    monkeypatch.setattr(
        firewall_reading, "_NFTABLES", ((str(tmp_path / "unit"), str(tmp_path / "nftables.conf")),)
    )
    return tmp_path


def test_what_cannot_be_read_is_not_known(folder: Path) -> None:
    found = host_firewall(with_rules=True)
    assert found.rules[0] == "-P FORWARD DROP"
    assert found.rules6 == ()
    assert found.guarded == ("172.17.0.2",)
    assert found.libvirt_in_nftables
    assert not found.lacks_docker
    assert found.forwarding is None
    assert found.flushed_by is None
    assert host_firewall(with_rules=False).tables is None
    assert not any(folder.iterdir())


def test_what_files_say(folder: Path) -> None:
    for name, text in (("_FORWARDING", "0\n"), ("_FILTERED", "1\n"), ("_KEEPER", ""), ("unit", "")):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "nftables.conf").write_text("#!/usr/sbin/nft -f\n\nflush ruleset\n", encoding="utf-8")
    (folder / "_DOCKER_SETTINGS").write_text('{"iptables": false}', encoding="utf-8")
    found = host_firewall(with_rules=False)
    assert (found.forwarding, found.bridges_filtered, found.kept, found.docker_filters) == (
        False,
        True,
        True,
        False,
    )
    assert found.flushed_by == str(folder / "nftables.conf")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"iptables": true}'])
def test_docker_filters_unless_it_is_told_not_to(folder: Path, text: str) -> None:
    (folder / "_DOCKER_SETTINGS").write_text(text, encoding="utf-8")
    assert host_firewall(with_rules=False).docker_filters


def test_a_comment_flushes_nothing(folder: Path) -> None:
    (folder / "unit").write_text("", encoding="utf-8")
    (folder / "nftables.conf").write_text("# flush ruleset\ntable inet mine {\n}\n", encoding="utf-8")
    assert host_firewall(with_rules=False).flushed_by is None
