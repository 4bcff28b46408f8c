# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of the host are observed, made, repaired and removed with their files; nft itself is played here."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Driver, Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo
from ansible_collections.hybrid.host.plugins.module_utils._model.network_policy import NetworkPolicy
from ansible_collections.hybrid.host.plugins.module_utils._model.policy_table import PolicyTable
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_ports import VmPorts, vm_ports
from ansible_collections.hybrid.host.plugins.module_utils._system import kept_tables, nftables, passage, unit
from ansible_collections.hybrid.host.plugins.module_utils._system.table_driver import (
    PolicyDriver,
    VmPortsDriver,
)

LAN = PolicyTable("lan", policy=NetworkPolicy(), subnets=("10.77.0.0/24",), owner="shop")


class Nft:
    """The tables that there are, each with its text; and what systemd was told."""

    def __init__(self) -> None:
        self.there: dict[tuple[str, str], str] = {}
        self.told: list[str] = []

    def load(self, text: str, _tried: str) -> None:
        for line in text.splitlines():
            words = line.split()
            if words[:2] == ["delete", "table"]:
                del self.there[words[2], words[3]]
            elif words[:1] == ["table"]:
                self.there[words[1], words[2]] = ""
        body = "\n".join(line for line in text.splitlines() if line.startswith(" "))
        self.there.update((name, body) for name in self.there)

    def listed(self, names: list[tuple[str, str]]) -> str:
        return "".join(self.there[name].replace("counter", "counter packets 7 bytes 99") for name in names)

    def tried(
        self, write: Callable[[bool], str], names: list[tuple[str, str]]
    ) -> tuple[str, tuple[str, ...]]:
        aware = False
        text = write(aware)
        apart = Nft()
        apart.load(text, "")
        return text, tuple("".join(apart.there[name] for name in names).splitlines())


@pytest.fixture
def nft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nft:
    played = Nft()
    monkeypatch.setattr(nftables, "tables", lambda: set(played.there))
    for name in ("load", "listed", "tried"):
        monkeypatch.setattr(nftables, name, getattr(played, name))
    monkeypatch.setattr(kept_tables, "FOLDER", f"{tmp_path}/hybrid-host/nftables.d")
    monkeypatch.setattr(kept_tables, "LIST", f"{tmp_path}/hybrid-host/nftables.conf")
    monkeypatch.setattr(unit, "FOLDER", str(tmp_path))

    wanted_by = {service.name: service.wanted_by for service in (kept_tables.UNIT, passage.UNIT)}

    def systemctl(*words: str) -> None:
        played.told.append(words[0])
        for other in wanted_by[words[-1]] if words[0] in ("enable", "disable") else ():
            (tmp_path / f"{other}.wants").mkdir(exist_ok=True)
            link = tmp_path / f"{other}.wants" / words[-1]
            link.unlink(missing_ok=True)
            if words[0] == "enable":
                link.symlink_to(tmp_path)

    monkeypatch.setattr(unit, "systemctl", systemctl)
    return played


def run(driver: Driver, asked: Any) -> list[str]:
    """One run: the actions that it takes, and the fields of each."""
    found = driver.observe([asked.name]).get(asked.name)
    asked = driver.prepare(asked, found)
    changes = driver.plan(asked, found, Planning())
    for change in changes:
        driver.apply(change, Undo())
    left = driver.observe([asked.name]).get(asked.name)
    assert driver.plan(asked, left, Planning()) == ()
    return [f"{change.action}: {', '.join(change.fields)}" for change in changes]


def test_a_policy_is_made_once_and_repaired(nft: Nft, tmp_path: Path) -> None:
    driver = PolicyDriver({})
    assert run(driver, LAN) == ["create: "]
    assert run(driver, LAN) == []
    assert nft.told == ["daemon-reload", "enable", "restart"]
    nft.there[("inet", "hybrid_policy_lan")] = ""
    assert run(driver, LAN) == ["update: rules"]
    del nft.there[("bridge", "hybrid_policy_lan")]
    assert run(driver, LAN) == ["update: rules"]
    (tmp_path / kept_tables.UNIT.name).unlink()
    assert run(driver, LAN) == ["update: file"]
    nft.there.clear()
    assert run(driver, LAN) == ["update: rules"]
    spec = driver.observe(["lan"])["lan"]
    assert (spec.owner, set(spec.counters)) == ("shop", {"default"})


def test_it_goes_with_all_that_it_left(nft: Nft, tmp_path: Path) -> None:
    driver = PolicyDriver({})
    run(driver, LAN)
    run(driver, PolicyTable("wan", policy=NetworkPolicy(), subnets=("10.78.0.0/24",)))
    assert sorted(driver.observe([], "shop")) == ["lan"]
    assert run(driver, PolicyTable("lan", state="absent")) == ["delete: "]
    assert {name for _family, name in nft.there} == {"hybrid_policy_wan"}
    assert "disable" not in nft.told
    assert run(driver, PolicyTable("wan", state="absent")) == ["delete: "]
    assert run(driver, PolicyTable("wan", state="absent")) == []
    assert [path for path in tmp_path.rglob("*") if not path.name.endswith(".wants")] == []


@pytest.mark.usefixtures("nft")
def test_whose_it_is_stays_where_nobody_says() -> None:
    driver = PolicyDriver({})
    run(driver, LAN)
    assert run(driver, PolicyTable("lan", policy=NetworkPolicy(), subnets=("10.77.0.0/24",))) == []


def test_tables_of_this_host_do_not_hold_what_is_elsewhere(nft: Nft) -> None:
    driver = PolicyDriver({"network": lambda: "libvirt is elsewhere"})
    assert run(driver, LAN) == ["create: "]
    with pytest.raises(HostError, match="libvirt is elsewhere"):
        driver.prepare(PolicyTable("lan", halves=("network",)), None)
    assert len(nft.there) == 2


def test_a_port_that_is_taken_is_refused(nft: Nft, chains: dict[str, list[str]]) -> None:
    assert chains["nft"] == []
    driver = VmPortsDriver({})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        with pytest.raises(
            HostError, match=f"{taken}/tcp of the host belongs to something that listens there"
        ):
            driver.prepare(ports("erp", f"{taken}:80"), None)
    free = ports("erp", f"{taken}:80")
    assert run(driver, free) == ["create: "]
    with socket.create_server(("127.0.0.1", taken)):
        assert run(driver, free) == []
    with pytest.raises(HostError, match=f"{taken}/tcp of the host belongs to vm/erp"):
        driver.prepare(ports("crm", f"{taken}:80"), None)
    assert list(nft.there) == [("ip", "hybrid_ports_erp")]


@pytest.fixture
def chains(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """libvirt's chain in iptables and in nftables, played."""
    played: dict[str, list[str]] = {"iptables": [], "nft": []}

    def run(argv: list[str], **_how: Any) -> str:
        command, words = argv[0], argv[1:]
        rules = played[command]
        marked = [rule for rule in rules if passage._MARK in rule]
        if "delete" in words or "--delete" in words:
            rules.remove(marked[0])
        if "insert" in words or "--insert" in words:
            rules.insert(0, f"-A {passage._MARK} # handle 7")
        return "\n".join(rules)

    monkeypatch.setattr(passage, "run", run)
    monkeypatch.setattr(passage, "_has", lambda _command: True)
    return played


def test_libvirt_lets_pass_what_is_led_to_a_vm(nft: Nft, chains: dict[str, list[str]]) -> None:
    driver, asked = VmPortsDriver({}), ports("erp", "47001:80")
    chains["iptables"] = ["-A LIBVIRT_FWI -o hv-lan -j REJECT"]
    chains["nft"] = ['oif "hv-lan" counter packets 0 bytes 0 reject # handle 3']
    assert run(driver, asked) == ["create: "]
    assert run(driver, asked) == []
    assert [len(rules) for rules in chains.values()] == [2, 2]
    chains["nft"].insert(0, 'oif "hv-lan" counter packets 0 bytes 0 reject # handle 9')
    assert run(driver, asked) == ["update: passes"]
    assert [len(rules) for rules in chains.values()] == [2, 3]
    chains["nft"].insert(0, 'oif "hv-lan2" counter packets 0 bytes 0 reject # handle 10')
    assert run(driver, asked) == []
    assert run(driver, VmPorts("erp", state="absent")) == ["delete: "]
    assert not [rule for rules in chains.values() for rule in rules if passage._MARK in rule]
    assert nft.there == {}


def ports(vm: str, *written: str) -> VmPorts:
    return VmPorts(vm, ports=vm_ports(written), address="10.77.0.20", subnet="10.77.0.0/24", bridge="hv-lan")
