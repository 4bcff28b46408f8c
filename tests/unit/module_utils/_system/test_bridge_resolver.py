# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What daemons tell of an interface's name servers, and how they are given them for a bridge."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.host_bridge import HostBridge
from ansible_collections.hybrid.host.plugins.module_utils._system import (
    bridge_ifupdown,
    bridge_networkd,
    bridge_networkmanager,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_ifupdown import Ifupdown
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_netplan import Netplan
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_networkd import Networkd
from ansible_collections.hybrid.host.plugins.module_utils._system.bridge_networkmanager import Profiles

NAMED = HostBridge(
    name="br0",
    addresses=("10.9.0.1/24", "fd00:9::1/64"),
    servers=("10.9.0.53", "fd00:9::53"),
    domains=("shop.internal", "~lan"),
)
SIX = [0xFD, *[0] * 14, 0x53]
STATUS = {
    "Name": "eth0",
    "DNS": [
        {"Family": 2, "Address": [10, 9, 0, 53], "ServerName": "dns.lan", "ConfigSource": "static"},
        {"Family": 10, "Address": SIX, "Port": 5353, "ConfigSource": "static"},
        {"Family": 2, "Address": [10, 9, 0, 1], "ConfigSource": "DHCPv4"},
    ],
    "SearchDomains": [{"Domain": "shop.internal", "ConfigSource": "static"}],
    "RouteDomains": [{"Domain": ".", "ConfigSource": "static"}],
}
PROFILE = (
    "ipv4.dns:10.9.0.53,10.9.0.54\nipv6.dns:fd00:9::53\nipv4.dns-search:shop.internal\nipv6.dns-search:\n"
)
INTERFACES = """auto eth0
iface eth0 inet static
    address 10.9.0.1/24
    dns-nameservers 10.9.0.53 10.9.0.54
    dns-search shop.internal
iface eth0 inet6 auto
iface eth1 inet manual
    dns-nameserver 10.9.0.55
"""


def test_networkd_tells_what_its_files_say_and_not_what_a_lease_did(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, bridge_networkd, {"--json=short status eth0": json.dumps(STATUS)})
    assert Networkd().resolver("eth0") == (["10.9.0.53#dns.lan", "[fd00::53]:5353"], ["shop.internal", "~."])
    assert Networkd().resolver("eth1") == ([], [])


def test_nm_tells_what_the_profile_says(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"device show eth0": "1-2-3\n", "connection show uuid 1-2-3": PROFILE}
    _answers(monkeypatch, bridge_networkmanager, told)
    servers = ["10.9.0.53", "10.9.0.54", "fd00:9::53"]
    assert Profiles().resolver("eth0") == (servers, ["shop.internal"])
    assert Profiles().resolver("eth1") == ([], [])


def _answers(monkeypatch: pytest.MonkeyPatch, module: Any, told: dict[str, str]) -> None:
    def answer(argv: Sequence[str]) -> str:
        return next((said for words, said in told.items() if " ".join(argv).endswith(words)), "")

    monkeypatch.setattr(module, "answer", answer)


def test_ifupdown_tells_what_the_stanzas_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main = tmp_path / "interfaces"
    main.write_text(INTERFACES, encoding="utf-8")
    monkeypatch.setattr(bridge_ifupdown, "MAIN", str(main))
    assert Ifupdown().resolver("eth0") == (["10.9.0.53", "10.9.0.54"], ["shop.internal"])
    assert Ifupdown().resolver("eth2") == ([], [])


def test_networkd_is_given_them() -> None:
    network = Networkd().files(NAMED)["/etc/systemd/network/10-hybrid-br0.network"]
    assert "\nDNS=10.9.0.53\nDNS=fd00:9::53\nDomains=shop.internal ~lan\n" in network


def test_nm_is_given_them_by_family_and_only_where_the_family_is_not_disabled() -> None:
    four, six = next(iter(Profiles().files(NAMED).values())).partition("[ipv4]")[2].split("[ipv6]")
    assert four.endswith("\ndns=10.9.0.53;\ndns-search=shop.internal;~lan;\n\n")
    assert six.endswith("\ndns=fd00:9::53;\ndns-search=shop.internal;~lan;\n")
    bare = dataclasses.replace(NAMED, addresses=())
    assert "[ipv4]\nmethod=disabled\n\n" in next(iter(Profiles().files(bare).values()))


def test_ifupdown_is_given_them() -> None:
    text = Ifupdown().files(NAMED)["/etc/network/interfaces.d/hybrid-br0"]
    assert "    dns-nameservers 10.9.0.53 fd00:9::53\n    dns-search shop.internal ~lan\n" in text


def test_netplan_is_given_them() -> None:
    network = json.loads(Netplan().files(NAMED)["/etc/netplan/99-hybrid-br0.yaml"])["network"]
    names = {"addresses": ["10.9.0.53", "fd00:9::53"], "search": ["shop.internal", "~lan"]}
    assert network["bridges"]["br0"]["nameservers"] == names
