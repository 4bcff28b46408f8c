# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks as a container engine has them, and the two halves of one that vms and containers share."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable

from .._core.errors import EngineUnreachable, HostError, InvalidSpec
from .._core.field import Compare, Disruption, field, policies, reported
from . import subnets
from .network import Network

HALVES = ("vms", "containers")


@dataclasses.dataclass(frozen=True)
class ContainerNetwork:
    """A network as the container engine has it; ``bridge`` is the vms' one where both are on it.

    ``parent`` is the interface of the host that macvlan and ipvlan are on. ``hands_off`` keeps the engine from giving
    the bridge the gateway's address. ``options`` are those of the driver besides. ``waits`` says that the engine starts
    with the host when libvirt has made the bridge.

    Engines change nothing of a network once it is there: every other field costs a replacement. ``workloads`` are the
    containers on it, ``detached`` those of them that run and have fallen off the bridge.
    """

    name: str
    state: str = "present"
    driver: str | None = field(Disruption.REPLACE)
    parent: str | None = field(Disruption.REPLACE)
    subnet: str | None = field(Disruption.REPLACE)
    gateway: str | None = field(Disruption.REPLACE)
    subnet6: str | None = field(Disruption.REPLACE)
    gateway6: str | None = field(Disruption.REPLACE)
    ip_range: str | None = field(Disruption.REPLACE)
    bridge: str | None = field(Disruption.REPLACE)
    internal: bool | None = field(Disruption.REPLACE)
    masquerade: bool | None = field(Disruption.REPLACE)
    mtu: int | None = field(Disruption.REPLACE)
    hands_off: bool | None = field(Disruption.REPLACE)
    waits: bool | None = field(Disruption.LIVE)
    options: dict[str, str] | None = field(Disruption.REPLACE, Compare.SUBSET)
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
            if network.subnet is None and network.mode not in ("bridge", "direct"):
                raise InvalidSpec("containers: a range needs its subnet", hint="Write subnet too.")
            ip_range = subnets.covering(network.containers.start, network.containers.end, network.subnet)
        driver = _driver(network)
        shares, hands_off = driver in (None, "bridge"), driver == "bridge" and network.mode == "bridge"
        return cls(
            name=network.name,
            state=network.state,
            subnet=network.subnet,
            gateway=network.gateway,
            ip_range=ip_range,
            subnet6=network.subnet6,
            gateway6=network.gateway6,
            driver=driver,
            parent=None if shares else network.uplink if network.mode == "direct" else network.bridge,
            bridge=network.bridge if shares else None,
            internal=network.mode == "isolated" if network.mode and shares else None,
            masquerade=False if network.mode == "routed" or hands_off else None,
            hands_off=True if hands_off else None,
            mtu=network.mtu,
            options=network.driver_options,
            owner=network.owner,
        )

    def over(self, found: ContainerNetwork) -> ContainerNetwork:
        """With what is not managed as it was found, as far as it is the same driver's."""
        if self.driver not in (None, found.driver):
            return dataclasses.replace(self, labels={**(found.labels or {}), **(self.labels or {})})
        moved = {"ip_range", "gateway"} if self.subnet not in (None, found.subnet) else set()
        moved |= {"gateway6"} if self.subnet6 not in (None, found.subnet6) else set()
        values = {
            name: getattr(found, name)
            for name, policy in policies(ContainerNetwork).items()
            if getattr(self, name) is None and not policy.reported and name not in moved
        }
        merged = {
            name: {**(getattr(found, name) or {}), **(getattr(self, name) or {})}
            for name in ("options", "labels")
        }
        return dataclasses.replace(self, **{**values, **merged})


def _driver(network: Network) -> str | None:
    if network.container_driver is not None or network.mode is None:
        return network.container_driver
    # On a bridge of the host Docker's own bridge driver would cut all its other networks off from what is behind that.
    return {"direct": "macvlan", "bridge": "macvlan", "overlay": "overlay"}.get(network.mode, "bridge")


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
    wanted = network.attach if network.mode != "overlay" else ("containers",)
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
