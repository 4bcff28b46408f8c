# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rules of iptables let through between networks."""

from __future__ import annotations

import dataclasses
import ipaddress
import shlex
from collections.abc import Iterable, Mapping, Sequence

from .subnets import overlap

_START = "FORWARD"


def policy(rules: Iterable[str]) -> str | None:
    """What becomes of forwarded traffic that no rule is for; None where there are no rules to be seen."""
    for rule in rules:
        words = rule.split()
        if words[:2] == ["-P", _START] and len(words) > 2:
            return words[2]
    return None


def lets_out(rules: Sequence[str], bridge: str, subnet: str | None) -> bool:
    """Whether some rule on the way of forwarded traffic accepts new connections from the bridge.

    A rule whose conditions are not understood counts as one that does: no alarm without certainty.
    """
    chains: dict[str, list[_Rule]] = {}
    for rule in filter(None, map(_parsed, rules)):
        chains.setdefault(rule.chain, []).append(rule)
    return any(rule.accepts_from(bridge, subnet) for rule in _reached(chains))


@dataclasses.dataclass(frozen=True)
class _Rule:
    """``conditions`` are options with their arguments; those that are turned round begin with an exclamation mark."""

    chain: str
    target: str
    conditions: Mapping[str, str]

    def accepts_from(self, bridge: str, subnet: str | None) -> bool:
        if self.target != "ACCEPT":
            return False
        if {"-o", "-d", "-p", "! -i", "! -s"} & self.conditions.keys():
            return False
        states = self.conditions.get("--ctstate") or self.conditions.get("--state")
        if states and "NEW" not in states.split(","):
            return False
        return self._is_for_interface(bridge) and self._is_for_source(subnet)

    def _is_for_interface(self, bridge: str) -> bool:
        wanted = self.conditions.get("-i")
        if wanted is None:
            return True
        return bridge.startswith(wanted[:-1]) if wanted.endswith("+") else bridge == wanted

    def _is_for_source(self, subnet: str | None) -> bool:
        wanted = self.conditions.get("-s")
        if wanted is None or subnet is None:
            return True
        return overlap(ipaddress.ip_network(wanted, strict=False), ipaddress.ip_network(subnet))


def _reached(chains: Mapping[str, Sequence[_Rule]]) -> list[_Rule]:
    waiting, seen, rules = [_START], {_START}, []
    while waiting:
        for rule in chains.get(waiting.pop(), ()):
            rules.append(rule)
            if rule.target in chains and rule.target not in seen:
                seen.add(rule.target)
                waiting.append(rule.target)
    return rules


def _parsed(line: str) -> _Rule | None:
    """One line of ``iptables -S``; None for what is no rule."""
    try:
        words = shlex.split(line)
    except ValueError:
        return None
    if words[:1] != ["-A"] or len(words) < 2:
        return None
    conditions: dict[str, str] = {}
    option = ""
    for word in words[2:]:
        if word == "!":
            option = "! "
        elif word.startswith("-"):
            option = f"! {word}" if option == "! " else word
            conditions.setdefault(option, "")
        elif option:
            conditions[option] = word
    return _Rule(words[1], conditions.pop("-j", conditions.pop("-g", "")), conditions)
