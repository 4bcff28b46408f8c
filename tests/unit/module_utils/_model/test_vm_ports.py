# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Published ports of a vm."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.published_port import PublishedPort
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_ports import (
    VmPorts,
    bridge_in,
    ports_in,
    vm_ports,
)


def test_they_are_spelled_as_those_of_a_container() -> None:
    assert vm_ports(["8080:80", "192.0.2.1:53:53/udp"]) == (
        PublishedPort(80, host_port=8080),
        PublishedPort(53, "udp", "192.0.2.1", 53),
    )
    assert vm_ports(None) is None
    assert vm_ports([]) == ()


@pytest.mark.parametrize(
    ("port", "says"),
    [
        ("80", "80/tcp needs a port of the host"),
        ("8000-8009:80", "80/tcp needs a port of the host"),
        ("127.0.0.1:8080:80", "127.0.0.1:8080/tcp is on the loopback"),
        ("[::1]:8080:80", "::1:8080/tcp is not IPv4"),
        ("http", "is not a port"),
    ],
)
def test_what_cannot_be_is_refused(port: str, says: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        vm_ports([port])
    assert says in str(caught.value)


def test_one_port_of_the_host_leads_to_one_place() -> None:
    with pytest.raises(InvalidSpec, match="8080/tcp is listed twice"):
        vm_ports(["8080:80", "192.0.2.1:8080:81"])


def test_what_is_written_is_read_again() -> None:
    ports = vm_ports(["8080:80", "192.0.2.1:53:53/udp"])
    spec = VmPorts("erp", ports=ports, address="10.77.0.20", subnet="10.77.0.0/24", bridge="hv-lan")
    text = spec.text(aware=False)
    assert ports_in(text) == list(ports or ())
    assert bridge_in(text) == "hv-lan"
    assert 'tcp dport 8080 counter dnat to 10.77.0.20:80 comment "0.0.0.0:8080/tcp"' in text
    assert 'ip daddr 192.0.2.1 udp dport 53 counter dnat to 10.77.0.20:53 comment "192.0.2.1:53/udp"' in text
