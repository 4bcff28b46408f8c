# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The driver of bridges, on a host of which only the links are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed, Refused
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._model.host_bridge import HostBridge
from ansible_collections.hybrid.host.plugins.module_utils._system import bridge as driver_module
from ansible_collections.hybrid.host.plugins.module_utils._system import bridge_record, bridge_restore
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge import HostBridgeDriver
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_backend import Resolver
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_networkd import Networkd
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_networkmanager import Profiles
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_steps import Steps

from .bridge_host import address, bridge, link, route

Links = dict[str, Any]


class Host:
    """Links that batches change as far as these tests ask for it; what is armed and run is kept."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.told: list[str] = []
        self.fails = ""
        self.containers: list[str] = []

    def take(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._run(line.split())

    def _run(self, words: list[str]) -> None:
        self.told.append(" ".join(words))
        if self.fails and self.fails in self.told[-1]:
            raise ApplyFailed("change the host's interfaces", cause=f"{self.fails}: not supported")
        name = words[words.index("dev") + 1] if "dev" in words else words[3]
        if words[:2] == ["link", "add"]:
            self.links[name] = bridge(up=False, mtu=1500)
        elif words[:2] == ["link", "delete"]:
            del self.links[name]
            for other in self.links.values():
                other["master"] = None if other["master"] == name else other["master"]
        elif words[0] == "link":
            self.links[name]["up"] = "up" in words or self.links[name]["up"]
            self.links[name].update({"master": words[-1]} if "master" in words else {})
        elif words[:2] == ["address", "delete"]:
            held = self.links[name]["addresses"]
            self.links[name]["addresses"] = [other for other in held if other["at"] != words[2]]
        elif words[0] == "address":
            self.links[name]["addresses"].append(address(words[2]))
        else:
            self.links[name]["routes"].append(route(words[2], words[4]))

    def arm(self, *_what: Any) -> None:
        self.told.append("armed")

    def rollback(self, *_what: Any) -> None:
        self.told.append("rolled back")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    nic = link(addresses=[address("10.9.0.1/24")], routes=[route("default", "10.9.0.254")])
    host = Host({"eth0": nic, "eth1": link()})
    monkeypatch.setattr(bridge_record, "FOLDER", str(tmp_path))
    monkeypatch.setattr(driver_module, "host_links", lambda: host.links)
    monkeypatch.setattr(Steps, "take", lambda steps, lines: host.take(lines))
    monkeypatch.setattr(Steps, "tell", lambda steps, commands: host.told.extend(map(" ".join, commands)))
    monkeypatch.setattr(Steps, "settle", lambda steps, wanted: None)
    monkeypatch.setattr(driver_module.Watchdog, "arm", host.arm)
    monkeypatch.setattr(driver_module.Watchdog, "rollback", host.rollback)
    monkeypatch.setattr(driver_module, "BACKENDS", {"none": driver_module.Kernel()})
    return host


Converged = Callable[..., Any]


@pytest.fixture
def asked(host: Host) -> Converged:
    """One run of the module, as far as it is about the host."""

    def run(*, check_mode: bool = False, adopt: bool = False, **params: Any) -> Any:
        target = Target(
            HostBridgeDriver(60, lambda name: host.containers if name == "br0" else []),
            HostBridge.from_params({"name": "br0", **params}),
            adopt=adopt,
        )
        return converge([target], Run(check_mode=check_mode))

    return run


def actions(outcome: Any) -> list[tuple[str, list[str], str]]:
    return [(a["action"], a["fields"], a["status"]) for a in outcome.result()["actions"]]


def test_a_bridge_comes_and_goes(host: Host, asked: Converged) -> None:
    assert actions(asked(ports=["eth0"], check_mode=True)) == [("create", [], "planned")]
    assert host.told == []
    assert actions(asked(ports=["eth0"])) == [("create", [], "applied")]
    assert host.told[0] == "armed"
    assert host.links["eth0"]["addresses"] == []
    assert [held["at"] for held in host.links["br0"]["addresses"]] == ["10.9.0.1/24"]
    assert actions(asked(ports=["eth0"])) == []
    assert actions(asked(state="absent")) == [("delete", [], "applied")]
    assert [held["at"] for held in host.links["eth0"]["addresses"]] == ["10.9.0.1/24"]
    assert [way["via"] for way in host.links["eth0"]["routes"]][-1] == "10.9.0.254"
    assert actions(asked(state="absent")) == []


def test_what_was_changed_by_hand_is_repaired(host: Host, asked: Converged) -> None:
    asked(ports=["eth0"])
    host.links["eth0"]["master"] = None
    host.links["br0"]["addresses"] = []
    assert actions(asked(ports=["eth0"])) == [("update", ["ports", "addresses"], "applied")]
    del host.links["br0"]
    host.links["eth0"]["master"] = None
    assert actions(asked(ports=["eth0"])) == [("create", [], "applied")]


def test_a_step_that_fails_is_taken_back(host: Host, asked: Converged) -> None:
    host.fails = "vlan_filtering 1"
    outcome = asked(ports=["eth1"], vlan_filtering=True)
    assert actions(outcome) == [("create", [], "failed")]
    assert host.told[-1] == "rolled back"
    assert not outcome.changed


def test_a_bridge_of_somebody_else_is_refused_taken_over_and_never_deleted(
    host: Host, asked: Converged
) -> None:
    host.links["br0"] = bridge(mtu=1500, addresses=[address("10.7.0.1/24")])
    with pytest.raises(Refused, match="was not made by this collection"):
        asked(ports=["eth1"])
    with pytest.raises(Refused, match="made by somebody else"):
        asked(state="absent")
    assert actions(asked(ports=["eth1"], adopt=True))[0][0] == "update"
    assert [held["at"] for held in host.links["br0"]["addresses"]] == ["10.7.0.1/24"]
    assert actions(asked(ports=["eth1"])) == []
    with pytest.raises(Refused, match="made by somebody else"):
        asked(state="absent", adopt=True)


def test_a_bridge_with_workloads_stays(host: Host, asked: Converged) -> None:
    asked(ports=["eth0"])
    host.links["vnet0"] = link(master="br0")
    host.links["macvtap0"] = link(below="br0")
    host.containers = ["container/web"]
    for users in (
        "vnet0, macvtap0, container/web are on it",
        "macvtap0, container/web",
        "container/web is on it",
    ):
        with pytest.raises(Refused, match=f"in use: {users}"):
            asked(state="absent")
        host.links.pop(users.partition(",")[0], None)
    host.containers = []
    assert actions(asked(state="absent")) == [("delete", [], "applied")]


def test_files_alone_are_brought_back_to_a_bridge(
    host: Host, asked: Converged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ansible_collections.hybrid.host.plugins.module_utils._system.bridge_networkd.FOLDER", str(tmp_path)
    )
    networkd = Networkd()
    monkeypatch.setattr(networkd, "check", lambda bridge: None)
    monkeypatch.setattr(networkd, "manages", lambda port: port == "eth0")
    monkeypatch.setattr(networkd, "taken", lambda bridge: True)
    monkeypatch.setattr(driver_module, "BACKENDS", {"networkd": networkd, "none": driver_module.Kernel()})
    created = asked(ports=["eth0"])
    assert created.result()["diff"]["after"]["host_bridge/br0"]["persist"] == "networkd"
    assert "networkctl reload" in host.told
    path = tmp_path / "10-hybrid-br0.network"
    path.unlink()
    assert actions(asked(ports=["eth0"])) == [("update", [f"files[{path}]"], "applied")]
    bridge_restore.write(bridge_record.path_of("br0"), None, 0)
    with pytest.raises(Refused, match="was not made by this collection"):
        asked(ports=["eth0"])
    del host.links["br0"]
    assert actions(asked(state="absent")) == [("delete", [], "applied")]
    assert list(tmp_path.glob("10-hybrid-*")) == []


def test_name_servers_come_along_once(
    asked: Converged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ansible_collections.hybrid.host.plugins.module_utils._system.bridge_networkd.FOLDER", str(tmp_path)
    )
    networkd, told = Networkd(), {"eth0": ["10.9.0.53"], "eth1": ["10.9.0.53", "10.9.0.54"]}
    monkeypatch.setattr(networkd, "check", lambda bridge: None)
    monkeypatch.setattr(networkd, "manages", lambda port: port in told)
    monkeypatch.setattr(networkd, "taken", lambda bridge: True)
    monkeypatch.setattr(networkd, "resolver", lambda port: Resolver(told[port], ["shop.internal"]))
    monkeypatch.setattr(driver_module, "BACKENDS", {"networkd": networkd, "none": driver_module.Kernel()})
    path = tmp_path / "10-hybrid-br0.network"
    assert actions(asked(ports=["eth0"], persist="none"))[0][0] == "create"
    # Until now what keeps the port has read them.
    assert actions(asked(ports=["eth0"], persist="networkd"))[0][0] == "update"
    assert "DNS=10.9.0.53\nDomains=shop.internal\n" in path.read_text(encoding="utf-8")
    told["eth0"] = []
    assert actions(asked(ports=["eth0"])) == []
    assert actions(asked(ports=["eth0", "eth1"]))[0][0] == "update"
    assert "DNS=10.9.0.53\nDNS=10.9.0.54\nDomains=shop.internal\n" in path.read_text(encoding="utf-8")
    assert actions(asked(ports=["eth0", "eth1"])) == []


def test_a_daemon_that_does_not_take_the_bridge_is_an_error(
    host: Host, asked: Converged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ansible_collections.hybrid.host.plugins.module_utils._system.bridge_networkd.FOLDER", str(tmp_path)
    )
    networkd = Networkd()
    monkeypatch.setattr(networkd, "check", lambda bridge: None)
    monkeypatch.setattr(networkd, "taken", lambda bridge: False)
    monkeypatch.setattr(driver_module, "BACKENDS", {"networkd": networkd})
    monkeypatch.setattr(driver_module, "_DAEMON_SECONDS", -1.0)
    error = asked(ports=["eth0"], persist="networkd").errors[0]
    assert error.tried == "have networkd keep the bridge"
    assert host.told[-1] == "rolled back"


def test_a_vlan_is_refused_before_anything_by_what_takes_nics(
    host: Host, asked: Converged, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.links["eth0.7"] = link(kind="vlan", below="eth0")
    monkeypatch.setattr(Profiles, "check", lambda profiles, bridge: None)
    monkeypatch.setattr(
        driver_module, "BACKENDS", {"networkmanager": Profiles(), "none": driver_module.Kernel()}
    )
    with pytest.raises(Refused, match=r"eth0.7 is a vlan"):
        asked(ports=["eth0.7"], persist="networkmanager")
    assert host.told == []
    assert actions(asked(ports=["eth0.7"], persist="none"))[0][0] == "create"


def test_who_keeps_nothing_says_so(host: Host, asked: Converged) -> None:
    del host
    assert "ends with the host's uptime" in asked(ports=["eth0"]).warnings[0]
    assert asked(ports=["eth0"], persist="none").warnings == []
