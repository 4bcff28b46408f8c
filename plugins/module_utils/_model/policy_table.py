# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy of a network as tables of nftables: one for what goes over its bridge, one for what the host forwards."""

from __future__ import annotations

import dataclasses
import functools
import ipaddress
from collections.abc import Iterator, Mapping, Sequence

from .._core.change import Address
from .._core.errors import InvalidSpec, Refused
from .._core.field import Compare, Disruption, hidden, lengthy, reported
from .network_policy import KINDS, Allow, NetworkPolicy, Selector
from .nft_text import chain, merged, replacing, short, table
from .subnets import AnySubnet, overlap

#: The families of the tables, and how their names begin.
FAMILIES, PREFIX = ("bridge", "inet"), "hybrid_policy_"
_WORDS = {4: "ip", 6: "ip6"}
_ANSWER = "tcp flags & (syn | ack) != syn"
# Without these nobody finds anybody, or learns that a packet was too large.
_NEEDED = tuple(
    f"{protocol} type {kind} accept"
    for protocol, kinds in (
        ("icmpv6", ("nd-neighbor-solicit", "nd-neighbor-advert", "packet-too-big")),
        *(
            (both, ("destination-unreachable", "time-exceeded", "parameter-problem"))
            for both in ("icmp", "icmpv6")
        ),
    )
    for kind in kinds
)


@dataclasses.dataclass(frozen=True)
class Member:
    """A workload on the network, and its addresses there, as far as they are fixed."""

    workload: Address
    labels: Mapping[str, str]
    addresses: tuple[str, ...]

    @functools.cached_property
    def hosts(self) -> list[AnySubnet]:
        """The addresses, to calculate with."""
        return [ipaddress.ip_network(address) for address in self.addresses]


@dataclasses.dataclass(frozen=True)
class PolicyTable:
    """The policy of the network of this name. ``rules`` are those that the kernel has, as nft lists them, ``file`` is
    what the host reads when it starts; ``counters`` are packets by rule.

    ``policy``, ``subnets``, ``bridge`` and ``members`` are what they are made of; ``halves`` are the kinds of the
    network's.
    """

    name: str
    state: str = "present"
    rules: tuple[str, ...] | None = lengthy(Disruption.LIVE, Compare.LIST)
    file: str | None = lengthy()
    counters: dict[str, int] | None = reported()
    owner: str | None = None
    policy: NetworkPolicy | None = None
    subnets: tuple[str, ...] | None = hidden()
    bridge: str | None = hidden()
    members: tuple[Member, ...] | None = hidden()
    halves: tuple[str, ...] | None = hidden()

    def text(self, *, aware: bool) -> str:
        """What nft is to read: both tables, in place of those that are there.

        ``aware``: the kernel knows bridges by name and tracks connections over them. Where it does not, answers are
        known by their ports and flags, and what IPv6 does without addresses of the subnet is not seen. No rule looks
        into a set, since a packet that does so while it is replaced may find it empty. Raises ``InvalidSpec`` and
        ``Refused`` for rules that name nobody.
        """
        build = _Build(self)
        names = [(family, f"{PREFIX}{self.name}") for family in FAMILIES]
        bodies = [
            table(*names[0], self.owner, build.bridged(self.bridge, aware=aware)),
            table(*names[1], self.owner, build.forwarded()),
        ]
        return replacing(f"the policy of network {self.name}", names, bodies)


class _Build:
    """The chains of one policy."""

    def __init__(self, spec: PolicyTable) -> None:
        self._policy = spec.policy or NetworkPolicy()
        self._name = spec.name
        self._members = spec.members or ()
        self._named = {member.workload: member for member in self._members}
        self._subnets = [ipaddress.ip_network(subnet) for subnet in spec.subnets or ()]
        self._rules = [
            (f"allow[{number}]", rule, *self._ends(rule, f"policy.allow[{number}]"))
            for number, rule in enumerate(self._policy.allow)
        ]

    def _ends(
        self, rule: Allow, option: str
    ) -> tuple[Sequence[AnySubnet] | None, Sequence[AnySubnet] | None]:
        target = rule.target.subnet if rule.target else None
        if target is not None and not any(overlap(target, subnet) for subnet in self._subnets):
            raise InvalidSpec(
                f"{option}.to: {target} is not on the network",
                hint="A policy is about what the workloads of its network are sent.",
            )
        return self._found(rule.source, f"{option}.from"), self._found(rule.target, f"{option}.to")

    def _found(self, selector: Selector | None, option: str) -> Sequence[AnySubnet] | None:
        """The addresses that are meant; None stands for all."""
        if selector is None:
            return None
        if selector.subnet is not None:
            return [selector.subnet]
        meant = self._meant(selector)
        if not meant and selector.name is not None:
            raise Refused(
                f"{option}: there is no workload {selector.text} on the network",
                hint="Correct the name, or put the workload on the network first.",
            )
        bare = [str(member.workload) for member in meant if not member.addresses]
        if bare:
            raise Refused(
                f"{option}: {', '.join(bare)} has no fixed address on the network",
                hint="Give it one: ip for a vm, ipv4_address for a container. In a stack each has one.",
            )
        return [host for member in meant for host in member.hosts]

    def _meant(self, selector: Selector) -> list[Member]:
        if selector.label is not None:
            label, value = selector.label
            return [member for member in self._members if member.labels.get(label) == value]
        kinds = KINDS if selector.kind is None else (selector.kind,)
        addresses = (Address(kind, str(selector.name)) for kind in kinds)
        return [self._named[address] for address in addresses if address in self._named]

    def bridged(self, bridge: str | None, *, aware: bool) -> list[str]:
        """The chains for what goes from one port of the bridge to another."""
        known = bridge is not None and aware
        into = [f'meta obrname "{bridge}" goto policed'] if known else []
        first = ["ct state established,related accept"] if aware else []
        first += ["ether type arp accept"] if known else []
        return self._chains(first, into, "filter", tracked=aware)

    def forwarded(self) -> list[str]:
        """Those for what the host forwards to the network. What is published is there for all."""
        first = ["ct state established,related accept", "ct status dnat accept"]
        return self._chains(first, [], "filter - 1", tracked=True)

    def _chains(self, first: list[str], into: list[str], priority: str, *, tracked: bool) -> list[str]:
        """All chains of one table, in the order in which nft needs them."""
        versions = sorted({subnet.version for subnet in self._subnets})
        into += [f"{_WORDS[subnet.version]} daddr {subnet} goto policed" for subnet in self._subnets]
        families = [f"meta protocol {_WORDS[version]} goto ipv{version}" for version in versions]
        return [
            *(text for version in versions for text in self._family(version, tracked=tracked)),
            chain("policed", [*first, *_NEEDED, *families, *self._rest()]),
            chain("forward", [f"type filter hook forward priority {priority}; policy accept;", *into]),
        ]

    def _rest(self) -> list[str]:
        log = f'limit rate 10/second burst 20 packets log prefix "hybrid.host {self._name}: "'
        verdict = "drop" if self._policy.default == "deny" else "accept"
        return [*([log] if self._policy.log else []), f'counter {verdict} comment "default"']

    def _family(self, version: int, *, tracked: bool) -> Iterator[str]:
        """What is for one address has a chain of its own, so that no packet passes all the rules of the others."""
        word = _WORDS[version]
        own: dict[tuple[str, AnySubnet], list[str]] = {}
        for_all: list[str] = []
        for name, rule, source, target in self._rules:
            froms, tos = _of(version, source), _of(version, target)
            if froms == []:
                continue
            ways = [("daddr", "saddr", _requests(rule, version))]
            ways += [] if tracked else [("saddr", "daddr", _answers(rule, version))]
            for here, there, matches in ways:
                others = [""] if froms is None else [f"{word} {there} {short(one)}" for one in merged(froms)]
                lines = [_line(other, match, name) for other in others for match in matches]
                for subnet in tos or ():
                    if subnet.num_addresses == 1:
                        own.setdefault((here, subnet), []).extend(lines)
                    else:
                        for_all += [f"{word} {here} {subnet} {line}" for line in lines]
                for_all += lines if tos is None else []
        jumps = []
        for (here, subnet), lines in own.items():
            name = f"{here}_{short(subnet).replace(':', '_')}"
            jumps.append(f"{word} {here} {short(subnet)} jump {name}")
            yield chain(name, lines)
        yield chain(f"ipv{version}", [*jumps, *for_all, *self._rest()])


def _of(version: int, subnets: Sequence[AnySubnet] | None) -> list[AnySubnet] | None:
    """Those of one family; None, which stands for all, stays."""
    return None if subnets is None else [subnet for subnet in subnets if subnet.version == version]


def _line(*parts: str) -> str:
    *conditions, name = parts
    return " ".join([*filter(None, conditions), f'counter accept comment "{name}"'])


def _requests(rule: Allow, version: int) -> list[str]:
    if rule.protocol == "icmp":
        return [f"{'icmp' if version == 4 else 'icmpv6'} type echo-request"]
    if rule.port is not None:
        return [f"{rule.protocol} dport {rule.port}"]
    return [f"meta l4proto {rule.protocol}"] if rule.protocol else [""]


def _answers(rule: Allow, version: int) -> list[str]:
    """What comes back from whom a rule lets one reach: of TCP all but what opens a connection."""
    echo = f"{'icmp' if version == 4 else 'icmpv6'} type echo-reply"
    if rule.protocol == "icmp":
        return [echo]
    if rule.protocol is None:
        return [_ANSWER, echo, "meta l4proto != tcp meta l4proto != icmp meta l4proto != ipv6-icmp"]
    port = f"{rule.protocol} sport {rule.port}" if rule.port else ""
    if rule.protocol == "tcp":
        return [f"{port} {_ANSWER}".strip()]
    return [port or f"meta l4proto {rule.protocol}"]
