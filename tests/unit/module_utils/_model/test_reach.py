# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asked from where, and what is amiss by the answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.host import (
    EngineState,
    Host,
    HostNetwork,
    Machine,
    Place,
    Survey,
    Workload,
)
from ansible_collections.hybrid.host.plugins.module_utils._model.reach import (
    Question,
    StandIn,
    probed,
    questions,
    stand_ins,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.probe import echo_request, is_reply

NETWORKS = (
    HostNetwork("lan", {"libvirt": "lan"}, "nat", "hv-lan", "10.77.0.0/29", gateway="10.77.0.1"),
    HostNetwork("quiet", {"libvirt": "quiet"}, "isolated", "hv-quiet", "10.78.0.0/24", gateway="10.78.0.1"),
    HostNetwork(
        "off", {"libvirt": "off"}, "nat", "hv-off", "10.79.0.0/24", gateway="10.79.0.1", active=False
    ),
    HostNetwork("bridge", {"docker": "bridge"}, "nat", "docker0", "172.17.0.0/16", gateway="172.17.0.1"),
    HostNetwork("swarm", {"docker": "swarm"}, "overlay"),
    HostNetwork("podman", {"podman": "podman"}, "nat", "podman0", "10.88.0.0/16", gateway="10.88.0.1"),
)
VM = Workload(
    "vm",
    "erp",
    "libvirt",
    "running",
    addresses=("10.77.0.6",),
    networks=(Place("lan", "10.77.0.6"), Place("br0"), Place("gone")),
)


def there(bridge: str) -> bool:
    return bridge not in ("podman0", "gone")


def host() -> Host:
    engine = EngineState("libvirt", "qemu:///system", present=True)
    return Host(Machine("x86_64", 2, 2**33, 2**32), [Survey(engine, (VM,), NETWORKS)])


class Prober:
    """Answers where it is told to."""

    def __init__(self, *silent: str) -> None:
        self.silent = silent
        self.asked: Sequence[Question] = ()

    def default_router(self) -> str | None:
        return "192.0.2.1"

    def ask(self, stand_ins: Sequence[StandIn], questions: Sequence[Question]) -> set[Question]:
        self.asked = questions
        assert {question.source for question in questions} <= {"host", *(one.name for one in stand_ins)}
        return {question for question in questions if question.target not in self.silent}


def test_each_network_has_one_and_each_bridge_of_the_host_two() -> None:
    found = {one.name: (one.bridge, one.address, one.gateway) for one in stand_ins(host(), there)}
    assert found == {
        "vm on lan": ("hv-lan", "10.77.0.5/29", "10.77.0.1"),
        "vm on quiet": ("hv-quiet", "10.78.0.254/24", "10.78.0.1"),
        "container on bridge": ("docker0", "172.17.255.254/16", "172.17.0.1"),
        "vm on br0": ("br0", "169.254.99.1/30", None),
        "another on br0": ("br0", "169.254.99.2/30", None),
    }


def test_what_must_be_answered_is_what_no_setting_forbids() -> None:
    must = {(q.source, q.target) for q in questions(stand_ins(host(), there), "192.0.2.1") if q.must}
    assert must == {
        ("host", "vm on lan"),
        ("host", "vm on quiet"),
        ("host", "container on bridge"),
        ("vm on lan", "outside"),
        ("container on bridge", "outside"),
        ("vm on br0", "another on br0"),
    }
    asked = {(q.source, q.target) for q in questions(stand_ins(host(), there), None) if not q.must}
    assert ("vm on lan", "container on bridge") in asked
    assert ("container on bridge", "vm on lan") in asked
    assert not any("outside" in pair for pair in asked)


def test_no_answer_is_a_finding_where_there_must_be_one() -> None:
    reached, found = probed(stand_ins(host(), there), Prober("outside", "vm on lan"), None)
    assert [finding.message.partition(" at ")[0] for finding in found] == [
        "host gets no answer from vm on lan",
        "container on bridge gets no answer from outside",
        "vm on lan gets no answer from outside",
    ]
    assert {(one.target, one.address) for one in reached if one.source == "vm on lan"} == {
        ("outside", "192.0.2.1"),
        ("container on bridge", "172.17.255.254"),
    }
    assert all(one.reached is (one.target not in ("outside", "vm on lan")) for one in reached)


def test_the_address_outside_is_an_address() -> None:
    prober = Prober()
    probed(stand_ins(host(), there), prober, "198.51.100.7")
    assert {q.address for q in prober.asked if q.target == "outside"} == {"198.51.100.7"}
    with pytest.raises(InvalidSpec, match="probe_address"):
        probed(stand_ins(host(), there), prober, "--help")


@pytest.mark.parametrize("mark", [0, 1, 0xFFFF, 0xABCD])
def test_a_request_sums_up_to_nothing(mark: int) -> None:
    request = echo_request(mark)
    total = sum(int.from_bytes(request[i : i + 2], "big") for i in range(0, len(request), 2))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF
    header = bytes([0x45]) + bytes(19)
    assert is_reply(header + b"\0" + request[1:], mark)
    assert not is_reply(header + request, mark)
    assert not is_reply(header + b"\0" + request[1:], mark ^ 1)
    assert not is_reply(header, mark)
