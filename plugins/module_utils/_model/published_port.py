# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ports of a container that the host answers for."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Policy

ANYWHERE = "0.0.0.0"
UNSEEN = {"policy": Policy(reported=True, hidden=True)}
_PORTS = re.compile(
    r"(?:(?P<ip>\[[0-9A-Fa-f:.]+\]|[0-9.]+):)??"
    r"(?:(?P<host>(?:\d{1,5}(?:-\d{1,5})?)?):)?(?P<inner>\d{1,5}(?:-\d{1,5})?)(?:/(?P<protocol>tcp|udp|sctp))?"
)


@dataclasses.dataclass(frozen=True)
class PublishedPort:
    """A port of a container that the host answers for. Without ``host_port`` the engine chooses a free one.

    It chooses among ``host_port`` to ``last_port`` where there is such a range. ``implied`` tells that nobody named
    ``host_ip``: an engine has a rule of its own then, of both IPv4 and IPv6, which is no other port.
    """

    container_port: int
    protocol: str = "tcp"
    host_ip: str = ANYWHERE
    host_port: int | None = None
    last_port: int | None = None
    implied: bool = dataclasses.field(default=False, compare=False, metadata=UNSEEN)

    def __str__(self) -> str:
        return f"{self.host_ip}:{self.host_ports}/{self.protocol}"

    @property
    def key(self) -> str:
        """As engines write it: ``80/tcp``."""
        return f"{self.container_port}/{self.protocol}"

    @property
    def host_ports(self) -> str:
        """As engines write them: ``8080``, ``8000-8100``, or nothing."""
        ends = [port for port in (self.host_port, self.last_port) if port is not None]
        return "-".join(str(port) for port in ends)

    @property
    def fixed(self) -> bool:
        """Whether one port of the host is asked for."""
        return self.host_port is not None and self.last_port is None

    def overlaps(self, other: PublishedPort) -> bool:
        """Whether the host cannot give both."""
        same = self.host_port == other.host_port and self.protocol == other.protocol
        anywhere = {ANYWHERE, "::"} & {self.host_ip, other.host_ip}
        return self.fixed and other.fixed and same and (bool(anywhere) or self.host_ip == other.host_ip)


def published_ports(
    values: Sequence[Any] | None, host_ip: str | None = None
) -> tuple[PublishedPort, ...] | None:
    """Of ``[HOST_IP:][HOST_PORT:]CONTAINER_PORT[/PROTOCOL]``; None stays None. ``host_ip``: where none is written.

    Ports may be ranges of one length; a range of the host for one port of the container leaves the choice to the
    engine. Raises ``InvalidSpec``.
    """
    if values is None:
        return None
    return tuple(dict.fromkeys(port for value in values for port in _published(str(value), host_ip)))


def host_address(text: str, option: str) -> str:
    """An address of the host, as engines write it. Raises ``InvalidSpec``."""
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        raise InvalidSpec(f"{option}: {text!r} is not an address") from None


def _published(text: str, usual: str | None) -> Iterator[PublishedPort]:
    match = _PORTS.fullmatch(text)
    wrong = InvalidSpec(
        f"published_ports: {text!r} is not a port", hint="Write 80, 8080:80, 127.0.0.1:8080:80 or 53:53/udp."
    )
    if match is None:
        raise wrong
    inner, outer = _range(match["inner"]), _range(match["host"] or "")
    numbers = [*inner, *outer]
    chosen = len(inner) == 1 and len(outer) > 1
    if not inner or not (chosen or len(outer) in (0, len(inner))) or not all(0 < n < 65536 for n in numbers):
        raise wrong
    host_ip = host_address(match["ip"], "published_ports") if match["ip"] else usual
    address, implied = host_ip or ANYWHERE, host_ip is None
    protocol = match["protocol"] or "tcp"
    if chosen:
        yield PublishedPort(inner[0], protocol, address, outer[0], outer[-1], implied)
        return
    for place, number in enumerate(inner):
        yield PublishedPort(number, protocol, address, outer[place] if outer else None, implied=implied)


def _range(text: str) -> list[int]:
    first, _dash, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1)) if text else []
