# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names that a network answers for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field
from . import subnets

_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


@dataclasses.dataclass(frozen=True)
class DnsHost:
    """The names of one address."""

    ip: str
    hostnames: tuple[str, ...] | None = field(Disruption.LIVE, Compare.SET)

    @property
    def key(self) -> str:
        return self.ip


@dataclasses.dataclass(frozen=True)
class Dns:
    """``domain`` is answered by this network alone; other questions go to ``forwarders``, or the host's own servers."""

    domain: str | None = field(Disruption.REPLACE)
    forwarders: tuple[str, ...] | None = field(Disruption.REPLACE, Compare.SET)
    hosts: tuple[DnsHost, ...] | None = field(Disruption.LIVE, Compare.KEYED)


def dns_from_params(value: Mapping[str, Any] | None) -> Dns | None:
    """Of the options. Raises ``InvalidSpec``."""
    if value is None:
        return None
    domain, forwarders, hosts = (value.get(option) for option in ("domain", "forwarders", "hosts"))
    if domain is not None:
        host_name(domain)
    return Dns(
        domain=domain,
        forwarders=tuple(subnets.parse_address(f, "dns.forwarders", None) for f in forwarders)
        if forwarders is not None
        else None,
        hosts=_dns_hosts(hosts, domain) if hosts is not None else None,
    )


def _dns_hosts(values: list[Mapping[str, Any]], domain: str | None) -> tuple[DnsHost, ...]:
    hosts = []
    for value in values:
        names = [str(host_name(name)) for name in value["hostnames"]]
        qualified = [f"{name}.{domain}" for name in names if domain and "." not in name]
        hosts.append(
            DnsHost(
                subnets.parse_address(value["ip"], "dns.hosts.ip", None),
                tuple(dict.fromkeys([*names, *qualified])),
            )
        )
    once([host.ip for host in hosts], "dns.hosts: address")
    once([name for host in hosts for name in host.hostnames or ()], "dns.hosts: name")
    return tuple(hosts)


def host_name(name: str | None) -> str | None:
    """The name as it is. Raises ``InvalidSpec`` for what is none."""
    if name is None or (len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split("."))):
        return name
    raise InvalidSpec(f"{name!r} is not a host or domain name")


def once(values: list[Any], what: str) -> None:
    """Raises ``InvalidSpec`` for a value that is there twice."""
    for value in values:
        if values.count(value) > 1:
            raise InvalidSpec(f"{what} {value} is there twice", hint="Keep one of the two.")
