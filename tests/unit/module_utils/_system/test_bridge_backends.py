# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files by which each daemon keeps a bridge, and what of other files they leave as it is."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import Refused
from ansible_collections.hybrid.host.plugins.module_utils._model.host_bridge import HostBridge, StaticRoute
from ansible_collections.hybrid.host.plugins.module_utils._system import (
    bridge_ifupdown,
    bridge_netplan,
    bridge_networkd,
    bridge_networkmanager,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_backend import Backend, Kernel
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_ifupdown import Ifupdown, commented
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_netplan import Netplan
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_networkd import Networkd
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_networkmanager import Profiles

FULL = HostBridge(
    name="br0",
    ports=("eth0", "eth1"),
    addresses=("10.9.0.1/24", "fd00:9::1/64", "10.8.0.1/24"),
    gateway="10.9.0.254",
    gateway6="fd00:9::fe",
    routes=(StaticRoute("192.168.7.0/24", "10.9.0.250", 50), StaticRoute("10.7.0.1/32")),
    vlan_filtering=True,
    stp=False,
    mtu=1400,
    mac="52:54:00:00:00:01",
)
LEASED = HostBridge(name="br0", ports=("eth0",), addresses=("dhcp",))
KNOWN = HostBridge(name="br0", ports=("eth0",), addresses=("dhcp",), iaid="0x77b411ce")

Answers = Callable[[Any, dict[str, str]], None]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """A host on which daemons answer so, by the words of the question that are there."""

    def set_answers(module: Any, told: dict[str, str]) -> None:
        def answer(argv: Sequence[str]) -> str:
            return next((said for words, said in told.items() if words in " ".join(argv)), "")

        monkeypatch.setattr(module, "answer", answer)

    return set_answers


def names(files: dict[str, str]) -> list[str]:
    return [path.rpartition("/")[2] for path in files]


def test_networkd_gets_a_file_for_the_bridge_its_network_and_each_port() -> None:
    files = Networkd().files(FULL)
    assert names(files) == [
        "10-hybrid-br0.netdev",
        "10-hybrid-br0.network",
        "10-hybrid-br0--eth0.network",
        "10-hybrid-br0--eth1.network",
    ]
    netdev, network, port, _other = files.values()
    assert netdev == (
        "[NetDev]\nName=br0\nKind=bridge\nMTUBytes=1400\nMACAddress=52:54:00:00:00:01\n\n"
        "[Bridge]\nSTP=no\nVLANFiltering=yes\n"
    )
    assert network == (
        "[Match]\nName=br0\n\n[Network]\nConfigureWithoutCarrier=yes\nAddress=10.9.0.1/24\nAddress=fd00:9::1/64\n"
        "Address=10.8.0.1/24\nGateway=10.9.0.254\nGateway=fd00:9::fe\n\n"
        "[Route]\nDestination=192.168.7.0/24\nGateway=10.9.0.250\nMetric=50\n\n"
        "[Route]\nDestination=10.7.0.1/32\nScope=link\n"
    )
    assert port == (
        "[Match]\nName=eth0\n\n[Link]\nMTUBytes=1400\n\n[Network]\nBridge=br0\nLinkLocalAddressing=no\n"
    )


def test_networkd_asks_for_the_lease_that_the_port_had() -> None:
    network = Networkd().files(LEASED)["/etc/systemd/network/10-hybrid-br0.network"]
    assert "DHCP=ipv4\n" in network
    assert "[DHCPv4]\nClientIdentifier=mac\n" in network
    known = Networkd().files(KNOWN)["/etc/systemd/network/10-hybrid-br0.network"]
    assert "[DHCPv4]\nClientIdentifier=duid\nIAID=0x77b411ce\n" in known


@pytest.mark.parametrize("word", ["DHCP4", "DHCPv4"])
def test_networkd_says_by_what_a_server_knows_a_port(answers: Answers, word: str) -> None:
    told = f"   Required For Online: yes\n  {word} Client ID: IAID:0x77b411ce/DUID\n"
    answers(bridge_networkd, {"status eth0": told, "status eth1": f"  {word} Client ID: 52:54:00:00:00:01\n"})
    assert [bridge_networkd.iaid(port) for port in ("eth0", "eth1", "eth2")] == ["0x77b411ce", None, None]


def test_networkd_has_a_bridge_only_with_its_lease(answers: Answers) -> None:
    taken = []
    for state in ("pending", "unmanaged", "configuring", "configured", "failed"):
        answers(bridge_networkd, {"list br0": f"9 br0 bridge routable {state}\n"})
        taken.append((Networkd().taken(FULL), Networkd().taken(LEASED)))
    assert taken == [(False, False), (False, False), (True, False), (True, True), (False, False)]


def test_networkd_finds_its_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_networkd, "FOLDER", str(tmp_path))
    files = Networkd().files(FULL)
    assert Networkd().written("br0") == {}
    for path, text in files.items():
        Path(path).write_text(text, encoding="utf-8")
    (tmp_path / "10-hybrid-br01.network").write_text("", encoding="utf-8")
    (tmp_path / "eth0.network").write_text("", encoding="utf-8")
    assert Networkd().written("br0") == files
    assert Networkd().without("br0") == dict.fromkeys(files)


def test_networkd_manages_what_it_says(answers: Answers) -> None:
    answers(
        bridge_networkd,
        {"list eth0": "  2 eth0 ether routable configured \n", "list eth1": "3 eth1 ether off pending"},
    )
    assert [Networkd().manages(port) for port in ("eth0", "eth1", "eth2")] == [True, False, False]
    with pytest.raises(Refused, match="does not run"):
        Networkd().check(FULL)


def test_nm_gets_profiles_that_it_prefers() -> None:
    files = Profiles().files(FULL)
    assert names(files) == [
        "hybrid-br0.nmconnection",
        "hybrid-br0--eth0.nmconnection",
        "hybrid-br0--eth1.nmconnection",
    ]
    profile, port, other = files.values()
    assert (
        "[ethernet]\nmtu=1400\n\n[bridge]\nmac-address=52:54:00:00:00:01\nstp=false\nvlan-filtering=true\n"
        in profile
    )
    assert (
        "[ipv4]\nmethod=manual\naddress1=10.9.0.1/24\naddress2=10.8.0.1/24\ngateway=10.9.0.254\n"
        "route1=192.168.7.0/24,10.9.0.250,50\nroute2=10.7.0.1/32,0.0.0.0\n"
    ) in profile
    assert "[ipv6]\nmethod=auto\naddress1=fd00:9::1/64\ngateway=fd00:9::fe\n" in profile
    assert "interface-name=eth0\nautoconnect-priority=100\nmaster=br0\nslave-type=bridge\n" in port
    uuids = [
        line for text in (profile, port, other) for line in text.splitlines() if line.startswith("uuid=")
    ]
    assert len(set(uuids)) == 3
    assert files == Profiles().files(FULL)
    assert "method=auto" in next(iter(Profiles().files(LEASED).values())).partition("[ipv4]")[2]
    # It would have STP on by itself.
    assert "[bridge]\nstp=false\n" in next(iter(Profiles().files(LEASED).values()))
    assert "method=disabled" in next(iter(Profiles().files(HostBridge("br0")).values()))


def test_nm_manages_what_is_not_only_seen_by_it(answers: Answers) -> None:
    told = "eth0:connected\neth1:unmanaged\nbr7:connected (externally)\neth2:disconnected\n"
    answers(bridge_networkmanager, {"DEVICE,STATE": told, "RUNNING": "running\n"})
    managed = [port for port in ("eth0", "eth1", "br7", "eth2", "eth3") if Profiles().manages(port)]
    assert managed == ["eth0", "eth2"]
    Profiles().check(FULL)


def test_nm_gives_a_port_the_profile_that_it_had(answers: Answers) -> None:
    answers(bridge_networkmanager, {"show eth0": "1-2-3\n"})
    commands = Profiles().forgotten(FULL)
    assert commands[1][-5:] == ["up", "uuid", "1-2-3", "ifname", "eth0"]
    assert commands[2][-3:] == ["device", "connect", "eth1"]


INTERFACES = """# the host's own
auto lo
iface lo inet loopback

allow-hotplug eth0
iface eth0 inet static
    address 10.9.0.1/24
    # a comment
    gateway 10.9.0.254
iface eth0 inet6 auto

auto eth9
iface eth9 inet manual
source /etc/network/interfaces.d/*
"""


@pytest.fixture
def interfaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    main = tmp_path / "interfaces"
    main.write_text(INTERFACES, encoding="utf-8")
    (tmp_path / "interfaces.d").mkdir()
    monkeypatch.setattr(bridge_ifupdown, "MAIN", str(main))
    return main


def test_ifupdown_takes_a_port_out_of_what_others_wrote(interfaces: Path) -> None:
    ifupdown = Ifupdown()
    assert ifupdown.manages("eth0")
    assert not ifupdown.manages("eth1")
    ifupdown.check(FULL)
    for path, text in ifupdown.contents(FULL).items():
        Path(path).write_text(text, encoding="utf-8")
    assert not ifupdown.manages("eth0")
    assert ifupdown.manages("br0")
    assert ifupdown.manages("eth9")
    marked = [
        line
        for line in interfaces.read_text(encoding="utf-8").splitlines()
        if line.startswith("#hybrid.host br0: ")
    ]
    assert len(marked) == 5
    # What is compared is there now, and planned again it is the same.
    assert ifupdown.written("br0") == ifupdown.files(FULL)
    assert ifupdown.without("br0")[str(interfaces)] == INTERFACES


def test_ifupdown_keeps_a_port_silent_at_the_next_change(interfaces: Path) -> None:
    ifupdown = Ifupdown()
    for bridge in (FULL, dataclasses.replace(FULL, mtu=1500)):
        for path, text in {**ifupdown.without("br0"), **ifupdown.contents(bridge)}.items():
            Path(path).write_text(text or "", encoding="utf-8")
        assert ifupdown.written("br0") == ifupdown.files(bridge)
        assert not ifupdown.manages("eth0")
    assert "#hybrid.host br0: iface eth0 inet static\n" in interfaces.read_text(encoding="utf-8")


def test_ifupdown_gives_back_a_port_that_is_none_any_more(interfaces: Path) -> None:
    ifupdown = Ifupdown()
    for bridge in (FULL, HostBridge("br0", ports=("eth1",))):
        for path, text in {**ifupdown.without("br0"), **ifupdown.contents(bridge)}.items():
            Path(path).write_text(text or "", encoding="utf-8")
    assert interfaces.read_text(encoding="utf-8") == INTERFACES


def test_ifupdown_makes_the_bridge_before_it_has_addresses() -> None:
    text = bridge_ifupdown._stanzas(FULL)
    assert text.splitlines() == [
        "auto br0",
        "iface br0 inet static",
        "    pre-up ip link show dev br0 || ip link add name br0 address 52:54:00:00:00:01 type bridge",
        "    pre-up ip link set dev br0 type bridge stp_state 0 vlan_filtering 1",
        "    pre-up ip link set dev eth0 master br0 mtu 1400 up",
        "    pre-up ip link set dev eth1 master br0 mtu 1400 up",
        "    pre-up ip link set dev br0 mtu 1400 up",
        "    address 10.9.0.1/24",
        "    gateway 10.9.0.254",
        "    up ip address replace 10.8.0.1/24 dev br0",
        "    up ip route replace 192.168.7.0/24 via 10.9.0.250 metric 50 dev br0",
        "    up ip route replace 10.7.0.1/32 dev br0",
        "    post-down ip link delete dev br0 || true",
        "",
        "iface br0 inet6 static",
        "    address fd00:9::1/64",
        "    gateway fd00:9::fe",
    ]


@pytest.mark.parametrize(
    ("text", "bridge", "says"),
    [
        ("auto lo\n", FULL, "interfaces.d"),
        (INTERFACES, LEASED, "DHCP"),
        (INTERFACES.replace("allow-hotplug eth0", "auto lo eth0"), FULL, "in one line: auto lo eth0"),
    ],
)
def test_ifupdown_refuses_what_it_cannot_keep(
    interfaces: Path, text: str, bridge: HostBridge, says: str
) -> None:
    interfaces.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=says):
        Ifupdown().check(bridge)


def test_lines_of_other_interfaces_stay() -> None:
    assert commented(INTERFACES, ("eth1",), "#") == INTERFACES
    assert "#" not in commented("iface eth01 inet manual\n", ("eth0",), "#")


def test_netplan_gets_one_file_that_also_silences_the_ports() -> None:
    files = Netplan().files(FULL)
    assert list(files) == ["/etc/netplan/99-hybrid-br0.yaml"]
    network = json.loads(files["/etc/netplan/99-hybrid-br0.yaml"])["network"]
    silent = {"dhcp4": False, "dhcp6": False, "accept-ra": False, "mtu": 1400}
    assert network["ethernets"] == {"eth0": silent, "eth1": silent}
    bridge = network["bridges"]["br0"]
    assert bridge["routes"] == [
        {"to": "default", "via": "10.9.0.254"},
        {"to": "::/0", "via": "fd00:9::fe"},
        {"to": "192.168.7.0/24", "via": "10.9.0.250", "metric": 50},
        {"to": "10.7.0.1/32", "scope": "link"},
    ]
    assert (bridge["interfaces"], bridge["parameters"]) == (["eth0", "eth1"], {"stp": False})
    assert (bridge["macaddress"], bridge["dhcp4"], bridge["mtu"]) == (FULL.mac, False, 1400)


def test_netplan_adds_to_what_it_makes_for_networkd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: Answers
) -> None:
    monkeypatch.setattr(bridge_networkd, "FOLDER", str(tmp_path / "networkd"))
    monkeypatch.setattr(bridge_netplan, "FOLDER", str(tmp_path / "netplan"))
    netplan = Netplan()
    assert names(netplan.files(LEASED)) == ["99-hybrid-br0.yaml"]
    files = netplan.files(KNOWN)
    assert list(files) == [
        str(tmp_path / "netplan/99-hybrid-br0.yaml"),
        str(tmp_path / "networkd/10-netplan-br0.network.d/hybrid.conf"),
    ]
    assert [netplan.mode(path) for path in files] == [0o600, 0o644]
    assert "IAID=0x77b411ce\n" in files[str(tmp_path / "networkd/10-netplan-br0.network.d/hybrid.conf")]
    for path, text in files.items():
        Path(path).parent.mkdir(parents=True)
        Path(path).write_text(text, encoding="utf-8")
    assert netplan.written("br0") == files
    answers(bridge_networkd, {"list br0": "9 br0 bridge routable configured\n"})
    answers(bridge_networkmanager, {})
    assert netplan.taken(KNOWN)
    answers(bridge_networkd, {})
    assert not netplan.taken(KNOWN)
    answers(bridge_networkmanager, {"DEVICE,STATE": "br0:connected\n"})
    assert netplan.taken(KNOWN)


def test_netplan_refuses_what_it_cannot_keep(answers: Answers) -> None:
    answers(bridge_netplan, {})
    with pytest.raises(Refused, match="has no netplan"):
        Netplan().check(LEASED)
    answers(bridge_netplan, {"ethernets.eth0.addresses": "- 10.9.0.1/24\n", "get": "network:\n"})
    with pytest.raises(Refused, match="vlan_filtering"):
        Netplan().check(FULL)
    with pytest.raises(Refused, match=r"eth0 addresses of its own: - 10.9.0.1/24"):
        Netplan().check(LEASED)
    answers(bridge_netplan, {"ethernets.eth0.addresses": "null\n", "get": "network:\n"})
    Netplan().check(LEASED)
    assert Netplan().manages("eth0")


def test_nothing_has_no_client_of_dhcp() -> None:
    with pytest.raises(Refused, match="no client of DHCP"):
        Kernel().check(LEASED)
    Kernel().check(FULL)
    assert (Kernel().files(FULL), Kernel().manages("eth0")) == ({}, False)


@pytest.mark.parametrize("backend", [Networkd(), Profiles(), Netplan()])
def test_every_daemon_is_told(backend: Backend) -> None:
    assert backend.told(FULL)
    assert backend.forgotten(FULL)
