# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks as a container engine has them, and the two halves of one that vms and containers share."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable

from .._core.errors import EngineUnreachable, HostError, InvalidSpec
from .._core.field import Compare, Disruption, field, reported
from . import subnets
from .network import Network

HALVES = ("vms", "containers")


@dataclasses.dataclass(frozen=True)
class ContainerNetwork:
    """A network as the container engine has it; ``bridge`` is the vms' one where both are on it.

    Engines change nothing of a network once it is there: every field costs a replacement. ``workloads`` are the
    containers on it, ``detached`` those of them that run and have fallen off the bridge.
    """

    name: str
    state: str = "present"
    subnet: str | None = field(Disruption.REPLACE)
    gateway: str | None = field(Disruption.REPLACE)
    ip_range: str | None = field(Disruption.REPLACE)
    bridge: str | None = field(Disruption.REPLACE)
    internal: bool | None = field(Disruption.REPLACE)
    masquerade: bool | None = field(Disruption.REPLACE)
    mtu: int | None = field(Disruption.REPLACE)
    labels: dict[str, str] | None = field(Disruption.REPLACE, Compare.SUBSET)
    owner: str | None = field(Disruption.REPLACE)
    network_id: str | None = reported()
    workloads: tuple[str, ...] | None = reported()
    detached: tuple[str, ...] | None = reported()

    @classmethod
    def of(cls, network: Network) -> ContainerNetwork:
        """The container engine's half of a network. Raises ``InvalidSpec`` for what no container engine gives."""
        ip_range = None
        if network.containers is not None:
            if network.subnet is None:
                raise InvalidSpec("containers: a range needs its subnet", hint="Write subnet too.")
            ip_range = subnets.covering(network.containers.start, network.containers.end, network.subnet)
        return cls(
            name=network.name,
            state=network.state,
            subnet=network.subnet,
            gateway=network.gateway,
            ip_range=ip_range,
            bridge=network.bridge,
            internal=None if network.mode is None else network.mode == "isolated",
            mtu=network.mtu,
            owner=network.owner,
        )


def default_bridge(name: str) -> str:
    """The bridge of a network that names none: at most 15 characters, for one name always the same."""
    readable = f"hv-{name}"
    if len(readable) <= 15 and "." not in name:
        return readable
    return f"hv-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def halves(
    network: Network, has_libvirt: Callable[[], bool], has_containers: Callable[[], bool]
) -> tuple[Network | None, ContainerNetwork | None]:
    """The halves that ``attach`` asks for or, where it is left out, those whose engine the host has.

    Raises ``InvalidSpec`` for what these cannot give, and ``EngineUnreachable`` where the host has no engine at all.
    """
    wanted = network.attach
    if wanted is None:
        there = zip(HALVES, (has_libvirt(), has_containers()))
        wanted = tuple(half for half, present in there if present)
        if not wanted:
            raise EngineUnreachable(
                "found neither libvirt nor a container engine",
                hint="Install one, with its Python library, and see that it runs.",
            ).about("network", network.name)
    elif not wanted:
        raise InvalidSpec("attach: is empty", hint="Write vms, containers or both.").about(
            "network", network.name
        )
    if "vms" not in wanted:
        _check_containers_only(network)
    try:
        half = ContainerNetwork.of(network) if "containers" in wanted else None
    except HostError as error:
        raise error.about("network", network.name) from None
    return network if "vms" in wanted else None, half


def _check_containers_only(network: Network) -> None:
    given = [option for option in ("dhcp", "reservations", "dns") if getattr(network, option) is not None]
    if given:
        raise InvalidSpec(
            f"{', '.join(given)}: without libvirt there is nothing on this network to serve it",
            hint="Attach vms too, or take it out.",
        ).about("network", network.name)
