# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What libvirt has: its version, its vms, its networks and its pools."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import Any

from .._core.errors import HostError
from .._model.host import EngineState, HostNetwork, HostPool, Place, Survey, Workload, utc_of
from .._model.host_links import HostLinks
from .._model.network import Network
from .._model.nic import Nic
from .._model.pool import Pool
from .._model.pool_host import PoolHost
from .._model.vm import Vm
from .._model.vm_host import VmHost
from .network import NetworkDriver
from .pool import PoolDriver
from .session import LibvirtFailed, Session
from .vm import VmDriver
from .vm_addresses import ARP, LEASE, Addresses
from .vm_snapshot import read_snapshots

# Where virt-manager and virt-install say which system a vm runs.
_OSINFO = "http://libosinfo.org/xmlns/libvirt/domain/1.0"
# libvirt writes it as it starts the vm, and not again.
_PID_FILE = "/run/libvirt/qemu/{name}.pid"
_IMAGES = "/var/lib/libvirt/images"
_MODES = {
    "route": "routed",
    "private": "direct",
    "vepa": "direct",
    "passthrough": "direct",
    "hostdev": "direct",
}


class LibvirtSurvey:
    """Looks at one libvirt."""

    def __init__(self, session: Session, host: VmHost, links: HostLinks, folders: PoolHost) -> None:
        self._session = session
        self._host = host
        self._links = links
        self._folders = folders

    def survey(self) -> Survey:
        """What libvirt has; one that is not there, or does not answer, is an answer too."""
        state = EngineState("libvirt", self._session.uri, self._session.present())
        try:
            version = self._session.do("ask for its version", lambda c: _dotted(c.getLibVersion()))
            workloads, networks = tuple(self._workloads()), tuple(self._networks())
            pools = tuple(self._pools())
            state = state.answered(version, self._hypervisor())
            return Survey(state, workloads, networks, _IMAGES if self._session.local else None, pools)
        except HostError as error:
            return Survey(state.failed(error))

    def _hypervisor(self) -> str | None:
        try:
            return self._session.do(
                "ask for the hypervisor", lambda c: f"{c.getType()} {_dotted(c.getVersion())}"
            )
        except LibvirtFailed:
            return None

    def _workloads(self) -> Iterable[Workload]:
        domains = self._session.do("list the vms", lambda c: {d.name(): d for d in c.listAllDomains()})
        found: dict[str, Vm] = VmDriver(self._session, self._host).observe(domains)
        return [self._workload(vm, domains[name]) for name, vm in found.items()]

    def _workload(self, vm: Vm, domain: Any) -> Workload:
        running = vm.state not in ("stopped", "saved")
        seen = self._addresses(vm.name) if running else {}
        places = [(_place(nic), seen.get(nic.mac or "", [])) for nic in vm.networks or ()]
        return Workload(
            kind="vm",
            name=vm.name,
            engine="libvirt",
            state=vm.state,
            started=utc_of(self._started(vm.name)) if running else None,
            addresses=tuple(dict.fromkeys(address for _place, given in places for address in given)),
            networks=tuple(
                dataclasses.replace(place, address=given[0] if given else None) if running else place
                for place, given in places
            ),
            stack=vm.owner,
            os=self._os(domain),
            memory=vm.memory,
            cpus=vm.vcpus,
            restart_required=vm.pending or (),
            snapshots=tuple(read_snapshots(self._session, vm.name)),
        )

    def _addresses(self, name: str) -> dict[str, list[str]]:
        """By MAC: the addresses that DHCP gave, else those that the host has seen in use there."""
        addresses = Addresses(self._session, self._host, name)
        return {**addresses.by_mac(ARP), **addresses.by_mac(LEASE)}

    def _started(self, name: str) -> float | None:
        if not self._session.local or not self._session.uri.endswith("/system"):
            return None
        return self._host.written(_PID_FILE.format(name=name))

    def _os(self, domain: Any) -> str | None:
        kind = self._session.constant("VIR_DOMAIN_METADATA_ELEMENT")
        text = self._session.find(lambda _c: domain.metadata(kind, _OSINFO, 0), "read what the vm runs")
        element = ET.fromstring(text).find(f"{{{_OSINFO}}}os") if text else None
        return None if element is None else element.get("id")

    def _networks(self) -> Iterable[HostNetwork]:
        names = self._session.do("list the networks", lambda c: [n.name() for n in c.listAllNetworks()])
        found: dict[str, Network] = NetworkDriver(self._session, self._links).observe(names)
        return [_network(spec) for spec in found.values()]

    def _pools(self) -> Iterable[HostPool]:
        names = self._session.do("list the pools", lambda c: [p.name() for p in c.listAllStoragePools()])
        found: dict[str, Pool] = PoolDriver(self._session, self._folders).observe(names)
        return [_pool(spec) for spec in found.values()]


def _pool(spec: Pool) -> HostPool:
    return HostPool(
        name=spec.name,
        type=spec.type,
        path=(spec.live or spec).path,
        active=spec.state == "active",
        autostart=spec.autostart,
        capacity=spec.capacity,
        allocation=spec.allocation,
        available=spec.available,
        volumes=spec.volumes or (),
        workloads=spec.workloads or (),
        stack=spec.owner,
    )


def _network(spec: Network) -> HostNetwork:
    return HostNetwork(
        name=spec.name,
        names={"libvirt": spec.name},
        mode=_MODES.get(spec.mode or "", spec.mode),
        bridge=spec.bridge,
        subnet=spec.subnet,
        subnet6=spec.subnet6,
        gateway=spec.gateway,
        domain=spec.dns.domain if spec.dns else None,
        active=spec.state == "present",
        autostart=bool(spec.autostart),
        stack=spec.owner,
    )


def _place(nic: Nic) -> Place:
    return Place(nic.network or nic.bridge or "", nic.ip, nic.mac)


def _dotted(number: int) -> str:
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"
