# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The program of the role networking that tells the host's resolver of names: what it asks which network for."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FILES = Path(__file__).resolve().parents[2] / "roles" / "networking" / "files"
NETWORKS = {
    "lan": "<forward mode='nat'/><bridge name='hv-lan'/><domain name='shop.internal'/>"
    "<ip address='10.77.0.1' prefix='24'/><ip family='ipv6' address='fd00:77::1' prefix='64'/>",
    "no-domain": "<bridge name='hv-none'/><ip address='10.78.0.1' netmask='255.255.255.0'/>",
    "no-address": "<bridge name='br0'/><domain name='lan.internal'/>",
}
ZONES = ["shop.internal", "0.77.10.in-addr.arpa", "0.0.0.0.0.0.0.0.7.7.0.0.0.0.d.f.ip6.arpa"]


@pytest.fixture
def program(monkeypatch: Any, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(FILES))
    module = importlib.import_module("names")
    for name, body in NETWORKS.items():
        text = f"<networkstatus><network>{body}</network></networkstatus>"
        (tmp_path / f"{name}.xml").write_text(text, encoding="utf-8")
    (tmp_path / "torn.xml").write_text("<networkstatus>", encoding="utf-8")
    monkeypatch.setattr(module, "NETWORKS", tmp_path)
    monkeypatch.setattr(module, "SNIPPET", tmp_path / "snippet")
    return module


@pytest.fixture
def ran(program: ModuleType, monkeypatch: Any) -> list[Sequence[str]]:
    """The commands that change something; systemd-resolved was told of nothing."""
    commands: list[Sequence[str]] = []
    monkeypatch.setattr(program, "told", lambda _what, _bridge: set())
    monkeypatch.setattr(program, "run", lambda *argv: commands.append(argv))
    return commands


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.77.0.1/24", ["0.77.10.in-addr.arpa"]),
        ("10.77.4.1/23", ["4.77.10.in-addr.arpa", "5.77.10.in-addr.arpa"]),
        ("10.77.0.1/31", ["0.0.77.10.in-addr.arpa", "1.0.77.10.in-addr.arpa"]),
        ("fd00::1/16", ["0.0.d.f.ip6.arpa"]),
        ("fd00::1/15", ["0.0.d.f.ip6.arpa", "1.0.d.f.ip6.arpa"]),
    ],
)
def test_names_of_addresses_are_asked_for_in_whole_zones(
    program: ModuleType, address: str, expected: list[str]
) -> None:
    interface = program.ipaddress.ip_interface(address)
    assert list(program.Network("hv-lan", "lan", (interface,)).zones()) == ["lan", *expected]


def test_resolved_is_told_by_bridge_and_once(
    program: ModuleType, ran: list[Sequence[str]], monkeypatch: Any
) -> None:
    zones = [f"~{zone}" for zone in ZONES]
    program.main("resolved")
    assert ran == [
        ("resolvectl", "dns", "hv-lan", "10.77.0.1"),
        ("resolvectl", "domain", "hv-lan", *zones),
        ("resolvectl", "default-route", "hv-lan", "no"),
    ]
    answers = {"dns": {"10.77.0.1"}, "domain": set(zones)}
    monkeypatch.setattr(program, "told", lambda what, _bridge: answers[what])
    program.main("resolved")
    assert ran[3:] == []
    program.main("none")
    assert ran[3:] == [("resolvectl", "revert", "hv-lan")]


def test_dnsmasq_starts_anew_when_what_it_reads_differs(
    program: ModuleType, ran: list[Sequence[str]]
) -> None:
    restart = ("systemctl", "try-restart", "dnsmasq.service")
    program.main("dnsmasq")
    program.main("dnsmasq")
    assert ran == [restart]
    servers = [f"server=/{zone}/10.77.0.1" for zone in ZONES]
    assert program.SNIPPET.read_text().splitlines()[1:] == servers
    program.main("none")
    assert ran == [restart, restart]
    assert not program.SNIPPET.exists()
