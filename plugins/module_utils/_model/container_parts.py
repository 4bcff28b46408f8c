# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a container: its places on networks, published ports, binds and its healthcheck."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field, reported
from .quantity import duration

ANYWHERE = "0.0.0.0"
_PORTS = re.compile(
    r"(?:(?P<ip>\[[0-9A-Fa-f:.]+\]|[0-9.]+):)??"
    r"(?:(?P<host>(?:\d{1,5}(?:-\d{1,5})?)?):)?(?P<inner>\d{1,5}(?:-\d{1,5})?)(?:/(?P<protocol>tcp|udp|sctp))?"
)
# What engines name a volume of which only the place in the container is told.
_UNNAMED = re.compile(r"[0-9a-f]{64}")
_VOLUME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
# What engines add to a bind by themselves, or take for granted.
_IMPLIED = frozenset({"rw", "rprivate", "rbind", "nosuid", "nodev"})
_FORMS = ("CMD", "CMD-SHELL", "NONE")


@dataclasses.dataclass(frozen=True)
class Attachment:
    """A container's place on a network. ``ipv4_address`` is the fixed address, ``address`` the one that it has now."""

    name: str
    ipv4_address: str | None = field(Disruption.LIVE)
    aliases: tuple[str, ...] | None = field(Disruption.LIVE, Compare.SUBSET)
    address: str | None = reported()

    @property
    def key(self) -> str:
        return self.name

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Attachment:
        address, aliases = params.get("ipv4_address"), params.get("aliases")
        if address is not None:
            try:
                address = str(ipaddress.IPv4Address(address))
            except ValueError:
                raise InvalidSpec(
                    f"networks[{params['name']}].ipv4_address: {address!r} is not an IPv4 address"
                ) from None
        return cls(params["name"], address, tuple(aliases) if aliases is not None else None)


@dataclasses.dataclass(frozen=True)
class PublishedPort:
    """A port of a container that the host answers for. Without ``host_port`` the engine chooses a free one."""

    container_port: int
    protocol: str = "tcp"
    host_ip: str = ANYWHERE
    host_port: int | None = None

    def __str__(self) -> str:
        return f"{self.host_ip}:{self.host_port}/{self.protocol}"

    @property
    def key(self) -> str:
        """As engines write it: ``80/tcp``."""
        return f"{self.container_port}/{self.protocol}"

    def overlaps(self, other: PublishedPort) -> bool:
        """Whether the host cannot give both."""
        fixed = self.host_port is not None and self.host_port == other.host_port
        anywhere = {ANYWHERE, "::"} & {self.host_ip, other.host_ip}
        return fixed and self.protocol == other.protocol and (bool(anywhere) or self.host_ip == other.host_ip)


def published_ports(values: Sequence[Any] | None) -> tuple[PublishedPort, ...] | None:
    """Of ``[HOST_IP:][HOST_PORT:]CONTAINER_PORT[/PROTOCOL]``, ports or ranges of one length. None stays None."""
    if values is None:
        return None
    return tuple(dict.fromkeys(port for value in values for port in _published(str(value))))


def _published(text: str) -> Iterator[PublishedPort]:
    match = _PORTS.fullmatch(text)
    wrong = InvalidSpec(
        f"published_ports: {text!r} is not a port", hint="Write 80, 8080:80, 127.0.0.1:8080:80 or 53:53/udp."
    )
    if match is None:
        raise wrong
    inner = _range(match["inner"])
    outer: Sequence[int | None] = _range(match["host"]) if match["host"] else [None] * len(inner)
    numbers = [*inner, *(port for port in outer if port is not None)]
    if not inner or len(outer) != len(inner) or not all(0 < number < 65536 for number in numbers):
        raise wrong
    try:
        host_ip = str(ipaddress.ip_address(match["ip"].strip("[]"))) if match["ip"] else ANYWHERE
    except ValueError:
        raise wrong from None
    for number, host_port in zip(inner, outer):
        yield PublishedPort(number, match["protocol"] or "tcp", host_ip, host_port)


def _range(text: str) -> list[int]:
    first, _dash, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def is_unnamed(volume: str) -> bool:
    """Whether a volume has a name as engines choose them."""
    return _UNNAMED.fullmatch(volume) is not None


@dataclasses.dataclass(frozen=True)
class Bind:
    """A folder of the host or a named volume in a container. ``options`` are those that are not taken for granted."""

    source: str
    target: str
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ":".join([self.source, self.target, *([",".join(self.options)] if self.options else [])])

    @property
    def volume(self) -> str | None:
        """The name of the volume; None for a folder of the host."""
        return None if self.source.startswith("/") else self.source

    @property
    def is_unnamed(self) -> bool:
        """Whether the engine chose the volume's name."""
        return is_unnamed(self.source)

    @classmethod
    def parse(cls, text: str) -> Bind:
        """Of ``SOURCE:TARGET[:OPTIONS]``. Raises ``InvalidSpec``."""
        source, target, options = (*text.split(":"), "", "")[:3]
        named = source.startswith("/") or _VOLUME.fullmatch(source)
        if not named or not target.startswith("/") or text.count(":") > 2:
            raise InvalidSpec(
                f"volumes: {text!r} is not a volume",
                hint="Write VOLUME:/path, /path/on/the/host:/path, or either with :ro.",
            )
        given = frozenset(option for option in options.split(",") if option)
        return cls(source.rstrip("/") or "/", target.rstrip("/") or "/", tuple(sorted(given - _IMPLIED)))


@dataclasses.dataclass(frozen=True)
class Healthcheck:
    """How the engine sees whether a container is healthy. Times are seconds."""

    test: tuple[str, ...] | None = field(Disruption.REPLACE, Compare.LIST)
    interval: float | None = field(Disruption.REPLACE)
    timeout: float | None = field(Disruption.REPLACE)
    start_period: float | None = field(Disruption.REPLACE)
    retries: int | None = field(Disruption.REPLACE)

    @classmethod
    def from_params(cls, params: Mapping[str, Any] | None) -> Healthcheck | None:
        """A test that is one text runs in the container's shell; a list without its form is a command."""
        if params is None:
            return None
        test = params.get("test")
        if isinstance(test, str):
            test = ["NONE"] if test == "NONE" else ["CMD-SHELL", test]
        elif test is not None and (not isinstance(test, (list, tuple)) or not test):
            raise InvalidSpec("healthcheck.test: write a command, as a list or as one text")
        elif test is not None and test[0] not in _FORMS:
            test = ["CMD", *test]
        times = {name: params.get(name) for name in ("interval", "timeout", "start_period")}
        return cls(
            test=tuple(str(word) for word in test) if test is not None else None,
            retries=params.get("retries"),
            **{name: duration(value, f"healthcheck.{name}") for name, value in times.items()},
        )
