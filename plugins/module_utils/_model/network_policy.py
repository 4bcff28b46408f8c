# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may reach whom on a network, as the user writes it."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .names import checked_name
from .subnets import AnySubnet

KINDS = ("container", "vm")
#: The protocols that have ports.
PORTED = ("tcp", "udp", "sctp")
_PORT = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_HOW = "Write a workload's name, vm/NAME, container/NAME, LABEL=VALUE, an address or a subnet."


@dataclasses.dataclass(frozen=True)
class Selector:
    """Workloads by ``name`` (of one ``kind``, or of both), by a ``label`` and its value, or by ``subnet``."""

    text: str
    kind: str | None = None
    name: str | None = None
    label: tuple[str, str] | None = None
    subnet: AnySubnet | None = None

    @classmethod
    def parsed(cls, text: str | None, option: str) -> Selector | None:
        """None stands for all. Raises ``InvalidSpec``."""
        if text is None:
            return None
        if "=" in text:
            label, _equals, value = text.partition("=")
            if not label:
                raise InvalidSpec(f"{option}: {text!r} names no label", hint=_HOW)
            return cls(text, label=(label, value))
        kind, slash, name = text.partition("/")
        if slash and kind in KINDS:
            return cls(text, kind=kind, name=_name(name, option))
        if slash or ":" in text or re.fullmatch(r"[0-9.]+", text):
            try:
                return cls(text, subnet=ipaddress.ip_network(text))
            except ValueError as error:
                raise InvalidSpec(f"{option}: {text!r} is no address", cause=str(error), hint=_HOW) from None
        return cls(text, name=_name(text, option))


@dataclasses.dataclass(frozen=True)
class Allow:
    """That ``source`` may reach ``target``; None stands for everybody, and for every workload of the network.

    ``port`` is a port or a range of them, as nft writes it. Without ``protocol`` all of them are meant.
    """

    source: Selector | None = None
    target: Selector | None = None
    protocol: str | None = None
    port: str | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any], option: str) -> Allow:
        """Of one item of ``policy.allow``. Raises ``InvalidSpec``."""
        port, protocol = _port(params.get("port"), option), params.get("protocol")
        if port is not None and protocol not in (None, *PORTED):
            raise InvalidSpec(
                f"{option}: {protocol} has no ports",
                hint=f"Take port out, or write a protocol that has them: {', '.join(PORTED)}.",
            )
        return cls(
            Selector.parsed(params.get("from"), f"{option}.from"),
            Selector.parsed(params.get("to"), f"{option}.to"),
            "tcp" if port is not None and protocol is None else protocol,
            port,
        )


@dataclasses.dataclass(frozen=True)
class NetworkPolicy:
    """What becomes of what no rule allows (``default``: deny or allow), and whether it is logged."""

    default: str = "deny"
    allow: tuple[Allow, ...] = ()
    log: bool = False

    @property
    def idle(self) -> bool:
        """Whether it neither denies nor counts anything."""
        return self.default == "allow" and not self.allow and not self.log

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> NetworkPolicy:
        """Of ``policy``. Raises ``InvalidSpec``."""
        rules = enumerate(params.get("allow") or ())
        return cls(
            params.get("default") or "deny",
            tuple(Allow.from_params(rule, f"policy.allow[{number}]") for number, rule in rules),
            bool(params.get("log")),
        )


def _name(name: str, option: str) -> str:
    try:
        return checked_name("workload", name, "present")
    except InvalidSpec:
        raise InvalidSpec(f"{option}: {name!r} is no workload", hint=_HOW) from None


def _port(value: Any, option: str) -> str | None:
    if value is None:
        return None
    match = _PORT.fullmatch(str(value))
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 0 < first <= last < 65536:
        raise InvalidSpec(f"{option}.port: {value!r} is not a port", hint="Write 3000, or 8000-8010.")
    return str(first) if first == last else f"{first}-{last}"
