# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ports of a vm that the host answers for, as a table of nftables."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from .._core.errors import HostError, InvalidSpec, Refused
from .._core.field import Compare, Disruption, field, hidden, lengthy, reported
from .nft_text import chain, replacing, table
from .published_port import ANYWHERE, PublishedPort, published_ports

#: The families of the tables, and how their names begin.
FAMILIES, PREFIX = ("ip",), "hybrid_ports_"
_BRIDGE = re.compile(r'oifname "([^"]+)"')
_RULE = re.compile(
    r'dnat to [0-9.]+:(?P<inner>\d+) comment "(?P<ip>[0-9.]+):(?P<port>\d+)/(?P<protocol>\w+)"'
)


@dataclasses.dataclass(frozen=True)
class VmPorts:
    """The published ports of the vm of this name. ``rules`` and ``file`` are as those of a policy.

    ``passes``: libvirt's firewall lets through what they lead to the vm. ``ports``, the vm's ``address``, and the
    ``subnet`` and the ``bridge`` that it is on are what they are made of.
    """

    name: str
    state: str = "present"
    rules: tuple[str, ...] | None = lengthy(Disruption.LIVE, Compare.LIST)
    file: str | None = lengthy()
    passes: bool | None = field(Disruption.LIVE)
    counters: dict[str, int] | None = reported()
    owner: str | None = None
    ports: tuple[PublishedPort, ...] | None = None
    address: str | None = hidden()
    subnet: str | None = hidden()
    bridge: str | None = hidden()
    halves: ClassVar[tuple[str, ...]] = ("network",)

    def text(self, *, aware: bool) -> str:
        """What nft is to read: the table, in place of the one that is there. ``aware`` makes no difference."""
        names = [(family, f"{PREFIX}{self.name}") for family in FAMILIES]
        bodies = [table(*names[0], self.owner, self._chains())]
        return replacing(f"the published ports of vm {self.name}", names, bodies)

    def _chains(self) -> list[str]:
        # What another workload of the network asks of the host would be answered by the vm itself, past the host.
        back = f'oifname "{self.bridge}" ip saddr {self.subnet} ip daddr {self.address} ct status dnat masquerade'
        return [
            chain("published", [self._rule(port) for port in self.ports or ()]),
            chain(
                "prerouting",
                [
                    "type nat hook prerouting priority dstnat; policy accept;",
                    "fib daddr type local jump published",
                ],
            ),
            chain(
                "output",
                [
                    "type nat hook output priority -100; policy accept;",
                    "ip daddr != 127.0.0.0/8 fib daddr type local jump published",
                ],
            ),
            chain("postrouting", ["type nat hook postrouting priority srcnat; policy accept;", back]),
        ]

    def _rule(self, port: PublishedPort) -> str:
        at = "" if port.host_ip == ANYWHERE else f"ip daddr {port.host_ip} "
        to = f"{self.address}:{port.container_port}"
        return f'{at}{port.protocol} dport {port.host_port} counter dnat to {to} comment "{port}"'


def vm_ports(values: Sequence[Any] | None) -> tuple[PublishedPort, ...] | None:
    """Of ``published_ports`` of a vm, which no engine gives a port that is not written. Raises ``InvalidSpec``."""
    ports = published_ports(values)
    for port in ports or ():
        address = ipaddress.ip_address(port.host_ip)
        if not port.fixed:
            raise InvalidSpec(
                f"published_ports: {port.key} needs a port of the host",
                hint=f"Write 8080:{port.container_port}.",
            )
        if address.version != 4:
            raise InvalidSpec(f"published_ports: {port} is not IPv4", hint="A vm's ports have IPv4 alone.")
        if address.is_loopback:
            raise InvalidSpec(
                f"published_ports: {port} is on the loopback, from where nothing leads to a vm",
                hint="Ask the vm at its own address, or publish the port on an address of the host.",
            )
    _check_once(ports or ())
    return ports


def _check_once(ports: Sequence[PublishedPort]) -> None:
    for index, port in enumerate(ports):
        if any(port.overlaps(other) for other in ports[:index]):
            raise InvalidSpec(f"published_ports: {port} is listed twice")


def ports_in(text: str) -> list[PublishedPort]:
    """Those that are in the file of a table."""
    written = [f"{m['ip']}:{m['port']}:{m['inner']}/{m['protocol']}" for m in _RULE.finditer(text)]
    return list(published_ports(written) or ())


def bridge_in(text: str) -> str | None:
    """The bridge that is in the file of a table."""
    match = _BRIDGE.search(text)
    return match[1] if match else None


def refused(port: PublishedPort, by: str) -> HostError:
    """That a port of the host is another's."""
    return Refused(f"published_ports: {port} of the host belongs to {by}", hint="Choose another, or free it.")
