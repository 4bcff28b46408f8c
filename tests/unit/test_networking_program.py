# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The program of the role networking: what it makes of the rules that it finds, and when it restarts an engine."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.network_policy import NetworkPolicy
from ansible_collections.hybrid.host.plugins.module_utils._model.policy_table import PolicyTable

PROGRAM = Path(__file__).resolve().parents[2] / "roles" / "networking" / "files" / "networking.py"
SETTINGS = {"routed": ["hv-+"], "bridged": ["br0"], "open": [], "restart_docker": False}
FILLED = [f"-A HYBRID-HOST {match} -j ACCEPT" for match in ("-i hv-+", "-o hv-+", "-i br0 -o br0")]
JUMP = "-A FORWARD -j HYBRID-HOST"
DOCKER = ["-A FORWARD -j DOCKER-USER", "-A FORWARD -i docker0 -o docker0 -j ACCEPT"]
#: As the collection writes one.
POLICY = PolicyTable("lan", policy=NetworkPolicy.from_params({}), subnets=(), bridge="hv-lan").text(
    aware=False
)
NETWORK = "<networkstatus><network><forward mode='{}'/><bridge name='{}'/></network></networkstatus>"


@pytest.fixture(scope="module")
def program() -> ModuleType:
    found = importlib.util.spec_from_file_location("networking_program", PROGRAM)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["networking_program"] = module
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], [":HYBRID-HOST - [0:0]", *FILLED, JUMP]),
        (["-N HYBRID-HOST", *DOCKER, JUMP, *FILLED], []),
        # FORWARD was emptied; somebody put a rule behind; it is there twice; a bridge is missing.
        (["-N HYBRID-HOST", *FILLED], [JUMP]),
        (["-N HYBRID-HOST", JUMP, *DOCKER, *FILLED], ["-D FORWARD -j HYBRID-HOST", JUMP]),
        (["-N HYBRID-HOST", JUMP, JUMP, *FILLED], ["-D FORWARD -j HYBRID-HOST"] * 2 + [JUMP]),
        (["-N HYBRID-HOST", JUMP, *FILLED[:2]], [":HYBRID-HOST - [0:0]", *FILLED]),
    ],
)
def test_its_chain_is_the_last_of_forward(program: ModuleType, rules: list[str], expected: list[str]) -> None:
    assert program.changes(rules, SETTINGS) == expected


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ([], ["-I DOCKER-USER 1 -j HYBRID-OPEN"]),
        (["-A DOCKER-USER -j RETURN"], ["-I DOCKER-USER 1 -j HYBRID-OPEN"]),
        (
            ["-A DOCKER-USER -s 192.0.2.1/32 -j DROP", "-A DOCKER-USER -j RETURN"],
            ["-I DOCKER-USER 2 -j HYBRID-OPEN"],
        ),
        (
            [
                "-A DOCKER-USER -s 192.0.2.1/32 -j DROP",
                "-A DOCKER-USER -j HYBRID-OPEN",
                "-A DOCKER-USER -j RETURN",
            ],
            [],
        ),
        (
            ["-A DOCKER-USER -j RETURN", "-A DOCKER-USER -j HYBRID-OPEN"],
            ["-D DOCKER-USER -j HYBRID-OPEN", "-I DOCKER-USER 1 -j HYBRID-OPEN"],
        ),
    ],
)
def test_what_others_say_in_docker_user_comes_first(
    program: ModuleType, user: list[str], expected: list[str]
) -> None:
    opened = ["-N HYBRID-OPEN", "-A HYBRID-OPEN -i br0 -j ACCEPT", "-A HYBRID-OPEN -o br0 -j ACCEPT"]
    present = ["-N HYBRID-HOST", JUMP, *FILLED, "-N DOCKER-USER", *user, *opened]
    assert program.changes(present, {**SETTINGS, "open": ["br0"]}) == expected


def test_what_is_open_no_more_is_taken_away(program: ModuleType) -> None:
    present = [
        "-N HYBRID-HOST",
        JUMP,
        *FILLED,
        "-N DOCKER-USER",
        "-A DOCKER-USER -j HYBRID-OPEN",
        "-N HYBRID-OPEN",
    ]
    assert program.changes(present, SETTINGS) == [
        "-D DOCKER-USER -j HYBRID-OPEN",
        "-F HYBRID-OPEN",
        "-X HYBRID-OPEN",
    ]


def test_a_bare_host_lacks_everything(program: ModuleType, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(program.shutil, "which", lambda _command: None)
    program.main("plan", json.dumps(SETTINGS))
    assert json.loads(capsys.readouterr().out)[-1] == f"iptables: {JUMP}"


def test_docker_in_nftables_has_its_bridges_accepted(
    program: ModuleType, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setattr(program, "rules_of", lambda _command: ["-P FORWARD DROP"])
    monkeypatch.setattr(program, "said", lambda _argv: "table ip filter\ntable ip docker-bridges\n")
    program.main("plan", json.dumps(SETTINGS))
    assert "ip6tables: -A HYBRID-HOST -o docker0 -j ACCEPT" in json.loads(capsys.readouterr().out)


class Host:
    """What the program is told by commands, and what it asks for. An engine that is restarted has its rules again."""

    def __init__(self, folder: Path, program: ModuleType, monkeypatch: Any) -> None:
        self.forward: list[str] = []
        self.tables = ""
        self.live_restore = "false"
        self.asked: list[str] = []
        self.heals = False
        for name in ("networks", "tables"):
            (folder / name).mkdir()
        (folder / "networks" / "lan.xml").write_text(NETWORK.format("nat", "br-lan"), encoding="utf-8")
        (folder / "networks" / "own.xml").write_text(NETWORK.format("route", "hv-own"), encoding="utf-8")
        (folder / "networks" / "br.xml").write_text(NETWORK.format("bridge", "br0"), encoding="utf-8")
        (folder / "networks" / "torn.xml").write_text("<networkstatus>", encoding="utf-8")
        (folder / "tables" / "hybrid_policy_lan.nft").write_text(POLICY, encoding="utf-8")
        monkeypatch.setattr(program, "MISSED", folder / "missed.json")
        monkeypatch.setattr(program, "LOCK", folder / "lock")
        monkeypatch.setattr(program, "LIBVIRT_NETWORKS", folder / "networks")
        monkeypatch.setattr(program, "TABLES", folder / "tables")
        monkeypatch.setattr(program, "rules_of", lambda _command: self.forward)
        monkeypatch.setattr(program, "run", self.run)

    def run(self, argv: Sequence[str], text: str = "") -> str:
        line = " ".join(argv)
        if line.startswith("systemctl restart"):
            self.asked.append(argv[-1])
            self.forward = [*self.forward, *WHOSE[argv[-1]]] if self.heals else self.forward
        if argv[0].endswith("-restore"):
            self.asked.append(argv[0])
            assert text.endswith("\nCOMMIT\n")
        answers = {
            "systemctl is-active docker.service": "active\n",
            "nft list tables": self.tables,
            "docker info --format {{.LiveRestoreEnabled}}": self.live_restore,
        }
        return answers.get(line, "inactive\n")


WHOSE = {
    "docker.service": ["-A FORWARD -j DOCKER-ISOLATION-STAGE-1"],
    "libvirtd.service": ["-A FORWARD -j LIBVIRT_FWO"],
}


@pytest.fixture
def host(tmp_path: Path, program: ModuleType, monkeypatch: Any) -> Host:
    return Host(tmp_path, program, monkeypatch)


def test_networks_of_libvirt_are_among_the_routed(program: ModuleType, host: Host) -> None:
    host.forward = ["-N HYBRID-HOST", JUMP, *FILLED]
    lines = program.planned("plan", SETTINGS)["iptables"]
    assert "-A HYBRID-HOST -i br-lan -j ACCEPT" in lines
    assert not [line for line in lines if "hv-own" in line or "-i br0 -j" in line]


def test_rules_that_were_never_seen_are_not_missed(program: ModuleType, host: Host) -> None:
    assert not program.bring_back(SETTINGS)
    assert not program.bring_back(SETTINGS)
    assert host.asked == []


def test_rules_that_are_gone_come_back_or_not(program: ModuleType, host: Host, capsys: Any) -> None:
    host.forward, host.live_restore = [*WHOSE["docker.service"], *WHOSE["libvirtd.service"]], "true"
    program.bring_back(SETTINGS)
    host.forward = []
    assert [program.bring_back(SETTINGS) for _time in range(4)] == [True, True, True, False]
    assert host.asked == ["docker.service", "libvirtd.service"] * 3
    assert "<4>the rules of docker are gone" in capsys.readouterr().err
    host.tables = "table ip docker-bridges\ntable ip libvirt_network\n"
    program.bring_back(SETTINGS)
    host.tables = ""
    assert program.bring_back(SETTINGS)
    assert host.asked == ["docker.service", "libvirtd.service"] * 4


def test_containers_are_not_stopped_unasked(program: ModuleType, host: Host, capsys: Any) -> None:
    host.forward = ["-A FORWARD -j DOCKER-FORWARD", "-A FORWARD -j LIBVIRT_FWO"]
    program.bring_back(SETTINGS)
    host.forward = ["-A FORWARD -j LIBVIRT_FWO"]
    program.bring_back(SETTINGS)
    program.bring_back(SETTINGS)
    assert host.asked == []
    assert capsys.readouterr().err.count("restart it") == 1
    program.bring_back({**SETTINGS, "restart_docker": True})
    assert host.asked == ["docker.service"]


def test_what_an_engine_writes_anew_is_followed_by_what_lets_through(program: ModuleType, host: Host) -> None:
    host.forward, host.heals = WHOSE["libvirtd.service"], True
    host.tables = "table bridge hybrid_policy_lan\ntable inet hybrid_policy_lan\n"
    program.main("apply", "{}")
    host.forward, host.asked = [], []
    program.main("apply", "{}")
    restored = ["iptables-restore", "ip6tables-restore"]
    assert host.asked == [*restored, "libvirtd.service", *restored]


def test_tables_that_are_gone_are_loaded(program: ModuleType, host: Host) -> None:
    program.load_tables()
    assert host.asked == ["hybrid-host-nftables.service"]
    # The one half of a policy is not the other.
    host.tables = "table inet hybrid_policy_lan\n"
    program.load_tables()
    assert host.asked == ["hybrid-host-nftables.service"] * 2
    host.tables = "table inet hybrid_policy_lan\ntable bridge hybrid_policy_lan\n"
    program.load_tables()
    assert host.asked == ["hybrid-host-nftables.service"] * 2
