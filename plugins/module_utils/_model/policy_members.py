# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is on the network of a policy, and with which addresses for certain."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .._core.change import Address
from .._core.driver import Driver
from .._core.errors import InvalidSpec
from .._core.order import Target
from .attachment import made_mac
from .bystanders import WORKLOADS, others_on
from .container_network import ContainerNetwork
from .identity import nic_mac
from .network import Network
from .network_mode import OWN
from .policy_table import Member, PolicyTable

Found = Mapping[Address, Any]


@dataclasses.dataclass(frozen=True)
class PolicyMembers:
    """``drivers``, by kind, observe workloads that are on a network and no part of the run."""

    machine_id: Callable[[], str]
    drivers: Mapping[str, Driver]

    def policy(self, asked: PolicyTable, targets: Sequence[Target], found: Found) -> PolicyTable:
        """The policy with its network's subnets, bridge and members. Raises ``InvalidSpec`` where it has no bridge."""
        halves = [t for t in targets if t.address.kind in WORKLOADS and t.asked.name == asked.name]
        present = {half.address.kind: found[half.address] for half in halves if half.address in found}
        specs = [*(half.asked for half in halves), *present.values()]
        _check_bridged(specs)
        subnet, subnet6, bridge = (
            next(filter(None, (getattr(spec, name) for spec in specs)), None)
            for name in ("subnet", "subnet6", "bridge")
        )
        return dataclasses.replace(
            asked,
            subnets=tuple(filter(None, (subnet, subnet6))),
            bridge=bridge,
            halves=tuple(half.address.kind for half in halves),
            members=tuple(
                self._member(spec, before, asked.name, subnet6)
                for spec, before in self._workloads(asked.name, targets, found)
            ),
        )

    def _workloads(
        self, network: str, targets: Sequence[Target], found: Found
    ) -> Iterator[tuple[Any, Any | None]]:
        """Those on the network: as they are asked for, with what there is of them, and all others as they are."""
        for target in targets:
            present = found.get(target.address)
            wanted = target.address.kind in WORKLOADS.values() and not target.absent
            if wanted and _is_on(network, target.asked, present):
                yield target.asked, present
        for other in others_on(network, targets, found, self.drivers):
            yield other, None

    def _member(self, spec: Any, before: Any | None, network: str, subnet6: str | None) -> Member:
        specs = [item for item in (spec, before) if item is not None]
        labels: Mapping[str, str] = next((item.labels for item in specs if item.labels is not None), {})
        places = [place for item in specs for place in _places(network, item)]
        kind = "vm" if hasattr(spec, "vcpus") else "container"
        if kind == "container":
            fixed = next(filter(None, (place.ipv4_address for place in places)), None)
            mac = places[0].mac_address or made_mac(fixed)
            sixes = [next(filter(None, (place.ipv6_address for place in places)), None)]
        else:
            fixed = next(filter(None, (place.ip for place in places)), None)
            mac = next(filter(None, (place.mac for place in places)), None)
            mac, sixes = mac or nic_mac(self.machine_id(), spec.name, network), []
        # What is told of the subnet by the network's router has an address of its own choice besides.
        sixes.append(_own_address(mac, subnet6))
        return Member(Address(kind, spec.name), labels, tuple(filter(None, (fixed, *sixes))))


def _check_bridged(specs: Sequence[Any]) -> None:
    for spec in specs:
        mode = spec.mode if isinstance(spec, Network) else _mode(spec)
        if mode not in (None, *OWN):
            raise InvalidSpec(
                f"policy: mode {mode} has no bridge of its own to hold one",
                hint=f"policy is for: {', '.join(OWN)}.",
            )


def _mode(half: ContainerNetwork) -> str | None:
    if half.driver in (None, "bridge"):
        return "bridge" if half.hands_off else None
    return "overlay" if half.driver == "overlay" else "direct"


def _is_on(network: str, asked: Any, present: Any | None) -> bool:
    """What is asked for decides, where it says anything of networks."""
    return bool(_places(network, asked if asked.networks is not None or present is None else present))


def _places(network: str, spec: Any) -> list[Any]:
    """Its first interface on the network, or its place there."""
    found = (n for n in spec.networks or () if getattr(n, "network", getattr(n, "name", None)) == network)
    return list(found)[:1]


def _own_address(mac: str | None, subnet6: str | None) -> str | None:
    """The address that a workload chooses in a /64 by its MAC (RFC 4291, appendix A)."""
    if subnet6 is None or mac is None:
        return None
    octets = [int(octet, 16) for octet in mac.split(":")]
    own = [octets[0] ^ 2, *octets[1:3], 0xFF, 0xFE, *octets[3:]]
    prefix = ipaddress.IPv6Network(subnet6).network_address
    return str(prefix + int.from_bytes(bytes(own), "big"))
