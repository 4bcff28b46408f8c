# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which Docker and libvirt break each other, seen in rule sets as the engines write them.

Those of Docker 28 and 29 follow its own description of them (moby, integration/network/bridge): no such Docker was at
hand.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.findings import findings
from ansible_collections.hybrid.host.plugins.module_utils._model.forwarding import lets_out, policy
from ansible_collections.hybrid.host.plugins.module_utils._model.host import (
    EngineState,
    Finding,
    Host,
    HostNetwork,
    Machine,
    Place,
    Survey,
    Workload,
)
from ansible_collections.hybrid.host.plugins.module_utils._model.host_firewall import HostFirewall

DOCKER_26 = """
-P INPUT ACCEPT
-P FORWARD DROP
-P OUTPUT ACCEPT
-N DOCKER
-N DOCKER-ISOLATION-STAGE-1
-N DOCKER-ISOLATION-STAGE-2
-N DOCKER-USER
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -i docker0 -o docker0 -j ACCEPT
-A DOCKER-USER -j RETURN
"""
LIBVIRT_9 = """
-N LIBVIRT_FWI
-N LIBVIRT_FWO
-N LIBVIRT_FWX
-A FORWARD -j LIBVIRT_FWX
-A FORWARD -j LIBVIRT_FWI
-A FORWARD -j LIBVIRT_FWO
-A LIBVIRT_FWI -d 10.77.0.0/24 -o hv-lan -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A LIBVIRT_FWI -o hv-lan -j REJECT --reject-with icmp-port-unreachable
-A LIBVIRT_FWO -s 10.77.0.0/24 -i hv-lan -j ACCEPT
-A LIBVIRT_FWO -i hv-lan -j REJECT --reject-with icmp-port-unreachable
-A LIBVIRT_FWX -i hv-lan -o hv-lan -j ACCEPT
"""
DOCKER_28 = """
-P FORWARD DROP
-N DOCKER
-N DOCKER-BRIDGE
-N DOCKER-CT
-N DOCKER-FORWARD
-N DOCKER-USER
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-FORWARD
-A DOCKER ! -i docker0 -o docker0 -j DROP
-A DOCKER-BRIDGE -o docker0 -j DOCKER
-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A DOCKER-FORWARD -j DOCKER-CT
-A DOCKER-FORWARD -j DOCKER-BRIDGE
-A DOCKER-FORWARD -i docker0 -j ACCEPT
"""
DOCKER_28_RAW = """
-P PREROUTING ACCEPT
-P OUTPUT ACCEPT
-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP
-A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8080 -j DROP
"""
KEPT = """
-N HYBRID-HOST
-A FORWARD -j HYBRID-HOST
-A HYBRID-HOST -i hv-+ -j ACCEPT
-A HYBRID-HOST -o hv-+ -j ACCEPT
"""
EMPTIED = "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT"
ENGINES = {
    "libvirt": EngineState("libvirt", "qemu:///system", present=True).answered("11.3.0", "QEMU 10.0.0"),
    "docker": EngineState("docker", "unix:///var/run/docker.sock", present=True).answered("26.1.5"),
}
LAN = HostNetwork("lan", {"libvirt": "lan"}, "nat", "hv-lan", "10.77.0.0/24", autostart=True)
NFT = frozenset({"ip filter", "ip nat"})
LIBVIRT_NFT = NFT | {"ip libvirt_network", "ip6 libvirt_network"}


def rules(*texts: str) -> tuple[str, ...]:
    return tuple(line for text in texts for line in text.split("\n") if line)


def seen(firewall: HostFirewall, network: HostNetwork = LAN, *workloads: Workload) -> list[Finding]:
    surveys = [
        Survey(ENGINES["libvirt"], tuple(w for w in workloads if w.kind == "vm"), (network,)),
        Survey(ENGINES["docker"], tuple(w for w in workloads if w.kind == "container")),
    ]
    return findings(Host(Machine("x86_64", 2, 2**33, 2**32, firewall=firewall), surveys))


def codes(firewall: HostFirewall, network: HostNetwork = LAN, *workloads: Workload) -> list[tuple[str, str]]:
    return [(finding.severity, finding.code) for finding in seen(firewall, network, *workloads)]


@pytest.mark.parametrize(
    ("firewall", "expected"),
    [
        # Docker's policy, and libvirt's accepts beside it in iptables: nothing is lost.
        (HostFirewall(rules(DOCKER_26, LIBVIRT_9), tables=NFT), []),
        # B: those accepts are in nftables.
        (HostFirewall(rules(DOCKER_26), tables=LIBVIRT_NFT), [("error", "forward-drop")]),
        (HostFirewall(rules(DOCKER_28), tables=LIBVIRT_NFT), [("error", "forward-drop")]),
        # The role's chain at the end of FORWARD makes up for it.
        (HostFirewall(rules(DOCKER_26, KEPT), tables=LIBVIRT_NFT), []),
        (HostFirewall(rules(DOCKER_28, KEPT), tables=LIBVIRT_NFT), []),
        # A, before Docker has started.
        (HostFirewall(forwarding=False), [("error", "forwarding-off")]),
        # C.
        (
            HostFirewall(rules(DOCKER_26, LIBVIRT_9), tables=NFT, bridges_filtered=True),
            [("warning", "bridges-filtered")],
        ),
        # D.
        (
            HostFirewall(rules(DOCKER_28, KEPT), raw=rules(DOCKER_28_RAW), tables=LIBVIRT_NFT),
            [("info", "containers-guarded")],
        ),
        # F, without and with what a Docker before it has left.
        (
            HostFirewall(rules(EMPTIED), tables=LIBVIRT_NFT | {"ip docker-bridges"}),
            [("info", "docker-in-nftables")],
        ),
        (
            HostFirewall(rules("-P FORWARD DROP", KEPT), tables=LIBVIRT_NFT | {"ip docker-bridges"}),
            [("error", "docker-in-nftables")],
        ),
        (
            HostFirewall(
                rules("-P FORWARD DROP", KEPT, "-A HYBRID-HOST -i docker0 -j ACCEPT"),
                tables=LIBVIRT_NFT | {"ip docker-bridges"},
            ),
            [("info", "docker-in-nftables")],
        ),
        # G: everything is gone; what FORWARD had is gone; Docker was told to leave the firewall alone.
        (
            HostFirewall(rules(EMPTIED), tables=frozenset()),
            [("error", "rules-missing"), ("error", "rules-missing")],
        ),
        (
            HostFirewall(rules("-P FORWARD DROP\n-N DOCKER\n-N DOCKER-USER", KEPT), tables=LIBVIRT_NFT),
            [("error", "rules-missing")],
        ),
        (HostFirewall(rules(EMPTIED), tables=LIBVIRT_NFT, docker_filters=False), []),
        # Docker with live-restore has written them anew.
        (HostFirewall(rules(EMPTIED, "-A FORWARD -j DOCKER-ISOLATION-STAGE-1"), tables=LIBVIRT_NFT), []),
        (HostFirewall(flushed_by="/etc/nftables.conf"), [("warning", "firewall-flushed")]),
        (HostFirewall(flushed_by="/etc/nftables.conf", kept=True), []),
        # What could not be read is no alarm.
        (HostFirewall(), []),
        (HostFirewall(rules(EMPTIED)), []),
    ],
)
def test_each_way_is_found_by_looking(firewall: HostFirewall, expected: list[tuple[str, str]]) -> None:
    assert codes(firewall) == expected


def test_ipv6_counts_where_a_network_has_it() -> None:
    both = dataclasses.replace(LAN, subnet6="fd00:77::/64")
    dropping = HostFirewall(rules(DOCKER_26, KEPT), rules6=rules("-P FORWARD DROP"), tables=LIBVIRT_NFT)
    accepting = dataclasses.replace(
        dropping, rules6=rules("-P FORWARD DROP\n-A FORWARD -s fd00:77::/64 -i hv-lan -j ACCEPT")
    )
    assert codes(dropping) == []
    assert codes(dropping, both) == [("error", "forward-drop-ipv6")]
    assert codes(accepting, both) == []


def test_nat_takes_nothing_from_other_networks() -> None:
    vm = Workload("vm", "erp", "libvirt", "running", networks=(Place("lan"),))
    apart = Workload("container", "web", "docker", "running", networks=(Place("bridge"),))
    beside = Workload("container", "app", "docker", "running", networks=(Place("lan"),))
    quiet = HostFirewall(rules(DOCKER_26, LIBVIRT_9), tables=NFT)
    assert codes(quiet, LAN, vm, apart) == [("info", "nat-one-way")]
    assert codes(quiet, dataclasses.replace(LAN, mode="routed"), vm, apart) == []
    assert codes(quiet, dataclasses.replace(LAN, names={"libvirt": "lan", "docker": "lan"}), vm, beside) == []
    assert codes(quiet, LAN, apart) == []


def test_a_sentence_names_what_is_cut_off_and_why() -> None:
    (finding,) = seen(HostFirewall(rules(DOCKER_26), tables=LIBVIRT_NFT))
    assert "network lan" in finding.message
    assert "no rule accepts what comes from hv-lan" in finding.message
    assert "nftables, which overrules no drop" in finding.message
    assert "role networking" in finding.hint
    (finding,) = seen(HostFirewall(rules(DOCKER_28, KEPT), raw=rules(DOCKER_28_RAW), tables=LIBVIRT_NFT))
    assert "172.17.0.2" in finding.message
    assert "127.0.0.1" not in finding.message


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("-A FORWARD -i hv-+ -j ACCEPT", True),
        ("-A FORWARD -i virbr+ -j ACCEPT", False),
        ("-A FORWARD -i hv-lan -o eth0 -j ACCEPT", False),
        ("-A FORWARD ! -i hv-lan -j ACCEPT", False),
        ("-A FORWARD -s 10.78.0.0/24 -j ACCEPT", False),
        ("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", False),
    ],
)
def test_what_lets_a_network_out(rule: str, expected: Any) -> None:
    assert policy(["-P FORWARD DROP", rule]) == "DROP"
    assert lets_out(["-P FORWARD DROP", rule], "hv-lan", "10.77.0.0/24") is expected
