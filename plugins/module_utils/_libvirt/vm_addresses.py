# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses that a guest has: as its agent tells, as DHCP gave them, as the host's neighbours are known."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .._model.vm_host import VmHost
from .session import LibvirtFailed, Session
from .vm_nics import NICS
from .xml import Element, Text

AGENT, LEASE, ARP, ANSWER = "agent", "lease", "ARP", "answer"
_ANSWER_SECONDS = 0.5
_MAC, _BRIDGE = Text("./mac/@address"), Text("./source/@bridge")


class Addresses:
    """Those of one domain, by MAC; link-local ones and those of the loopback do not count."""

    def __init__(self, session: Session, host: VmHost, name: str) -> None:
        self._session = session
        self._host = host
        self._name = name

    def by_mac(self, source: str) -> dict[str, list[str]]:
        """What one source (``agent``, ``lease`` or ``ARP``) tells; nothing where it cannot.

        The table of ARP is the host's own: libvirt 9.0 fails to read it where the kernel is newer than it.
        """
        if source == ARP:
            return self._host.neighbours()
        number = self._session.constant(f"VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_{source.upper()}")
        try:
            nics = self._session.find(
                lambda c: c.lookupByName(self._name).interfaceAddresses(number, 0), "look for addresses"
            )
        except LibvirtFailed:
            return {}
        found = {
            str(nic.get("hwaddr") or "").lower(): [
                str(entry["addr"]) for entry in nic.get("addrs") or () if _counts(entry["addr"])
            ]
            for nic in (nics or {}).values()
        }
        return {mac: addresses for mac, addresses in found.items() if addresses}

    def held(self, root: Element, fixed: Mapping[str, str]) -> dict[str, str]:
        """The addresses that the guest has now, each with the source that tells so.

        The agent is believed. A lease, the host's table of neighbours and what is ``fixed`` (by MAC) outlive the guest
        that had the address: there the guest itself is asked, on its bridge, where it is on one.
        """
        bridges = _bridges(root)
        seen: dict[str, str] = {}
        for source in (AGENT, LEASE, ARP):
            told = self.by_mac(source) or (self._leased(bridges) if source == LEASE else {})
            pairs = [(mac, address) for mac, addresses in told.items() for address in addresses]
            if source != AGENT:
                pairs = [
                    pair
                    for pair in pairs
                    if pair[0] in bridges and self._answers(bridges, *pair) is not False
                ]
            seen = {address: source for _mac, address in pairs}
            if seen:
                break
        for mac, address in fixed.items():
            if address not in seen and self._answers(bridges, mac, address):
                seen[address] = ANSWER
        return seen

    def _leased(self, bridges: Mapping[str, str]) -> dict[str, list[str]]:
        """What the networks whose bridges these are gave to interfaces that are on the bridge alone."""
        active = self._session.constant("VIR_CONNECT_LIST_NETWORKS_ACTIVE")
        found: dict[str, list[str]] = {}
        for network in self._session.do("list the networks", lambda c: c.listAllNetworks(active)):
            for lease in self._leases(network, bridges.values()):
                mac = str(lease["mac"] or "").lower()
                if mac in bridges:
                    found.setdefault(mac, []).append(str(lease["ipaddr"]))
        return found

    def _leases(self, network: Any, bridges: Collection[str]) -> Sequence[Mapping[str, Any]]:
        """None of a network without a bridge, or one that goes just now."""
        try:
            return self._session.do(
                "look for addresses",
                lambda _c: network.DHCPLeases() if network.bridgeName() in bridges else [],
            )
        except LibvirtFailed:
            return ()

    def _answers(self, bridges: Mapping[str, str], mac: str, address: str) -> bool | None:
        """Whether the guest answers for the address; None where it cannot be asked."""
        bridge = bridges.get(mac)
        return self._host.has_address(bridge, mac, address, _ANSWER_SECONDS) if bridge else None


def _bridges(root: Element) -> dict[str, str]:
    """By MAC of the interfaces of a running machine, the bridge that each is on, be it by way of a network, or none."""
    nics = root.findall("./devices/interface")
    return {(_MAC.read(nic) or "").lower(): _BRIDGE.read(nic) or "" for nic in nics}


def unseen(root: Element) -> list[str]:
    """What those interfaces of a running machine are on that the host itself cannot see."""
    nics = [nic for element, nic in NICS.elements(root).values() if not _BRIDGE.read(element)]
    return list(dict.fromkeys(nic.place for nic in nics))


def _counts(address: str) -> bool:
    value = ipaddress.ip_address(address)
    return not (value.is_link_local or value.is_loopback)


def spoken(seen: Mapping[str, str], expected: Sequence[str] = ()) -> str:
    """In words: ``10.0.0.2 (lease), and not 10.0.0.3``."""
    words = ", ".join(f"{address} ({source})" for address, source in seen.items()) or "none"
    missing = [address for address in expected if address not in seen]
    return f"{words}, and not {', '.join(missing)}" if missing else words
