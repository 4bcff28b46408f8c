# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nft reads: tables, chains and sets as text. Names come checked; no text of a user's stands in it otherwise."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from .subnets import AnySubnet

_OWNER = "hybrid.host/stack="
_COUNTED = re.compile(r"counter packets (\d+) bytes \d+")
_OWNED = re.compile(rf'comment "{re.escape(_OWNER)}([^"]+)"')
_NAMED = re.compile(r'comment "([^"]+)"$')
Name = tuple[str, str]


def table(family: str, name: str, owner: str | None, chains: Sequence[str]) -> str:
    """One table, marked as its owner's."""
    mark = [f'    comment "{_OWNER}{owner}"'] if owner else []
    return "\n".join([f"table {family} {name} {{", *mark, *chains, "}"])


def chain(name: str, lines: Sequence[str]) -> str:
    return "\n".join([f"    chain {name} {{", *(f"        {line}" for line in lines), "    }"])


def replacing(what: str, names: Sequence[Name], tables: Sequence[str]) -> str:
    """A file that puts tables in place of those that are there, in one transaction."""
    head = f"# Made by hybrid.host: {what}. Changes made here are undone by its next run."
    return "\n".join([head, *removal(names), *tables, ""])


def removal(names: Sequence[Name]) -> list[str]:
    """The lines that remove tables, be they there or not: only one that is there can be deleted."""
    return [f"{verb}table {family} {name}" for family, name in names for verb in ("", "delete ")]


def merged(subnets: Sequence[AnySubnet]) -> list[AnySubnet]:
    """The fewest that are the same addresses."""
    if len(subnets) < 2:
        return list(subnets)
    fours = [subnet for subnet in subnets if isinstance(subnet, ipaddress.IPv4Network)]
    sixes = [subnet for subnet in subnets if isinstance(subnet, ipaddress.IPv6Network)]
    return [*ipaddress.collapse_addresses(fours), *ipaddress.collapse_addresses(sixes)]


def short(subnet: AnySubnet) -> str:
    """A single address without its length, as nft writes it."""
    return str(subnet.network_address if subnet.num_addresses == 1 else subnet)


def owner_in(text: str) -> str | None:
    """Whose mark is in a table."""
    match = _OWNED.search(text)
    return match[1] if match else None


def uncounted(text: str) -> tuple[str, ...]:
    """The lines of a listing, without what its counters have counted."""
    return tuple(_COUNTED.sub("counter", line) for line in text.splitlines())


def counted(text: str) -> dict[str, int]:
    """By the name of a rule, the packets that it has seen, wherever it stands."""
    packets: dict[str, int] = {}
    for line in text.splitlines():
        count, name = _COUNTED.search(line), _NAMED.search(line)
        if count and name:
            packets[name[1]] = packets.get(name[1], 0) + int(count[1])
    return packets
