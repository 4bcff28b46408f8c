# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is amiss on a host, as far as it is certain from what was seen. Pure: a host comes in, findings come out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from .firewall_findings import FIREWALL_CHECKS
from .host import ACTIVE, Finding, Host, HostNetwork

_GIB = 1024**3
LOW_BYTES, LOW_SHARE = 20 * _GIB, 0.10
FULL_BYTES = _GIB
_RANK = {"error": 0, "warning": 1, "info": 2}


def findings(host: Host) -> list[Finding]:
    """All of them, the worst first."""
    checks = (_engines, _kvm, _memory, *FIREWALL_CHECKS, _subnets, _routes, _autostart, _storage)
    return by_severity(finding for check in checks for finding in check(host))


def by_severity(found: Iterable[Finding]) -> list[Finding]:
    """The worst first, and those of a kind together."""
    return sorted(found, key=lambda f: (_RANK[f.severity], f.code, f.message))


def _engines(host: Host) -> Iterator[Finding]:
    for engine in host.engines:
        if engine.present and not engine.reachable:
            yield Finding(
                "engine-unreachable", "warning", f"{engine.name}: {engine.cause}", engine.hint or ""
            )
        if engine.name == "libvirt" and engine.reachable and engine.hypervisor is None:
            yield Finding(
                "hypervisor-missing",
                "warning",
                "libvirt runs and finds no hypervisor",
                "Install QEMU: the package qemu-system-x86 (Debian) or qemu-kvm (Fedora).",
            )


def _has_libvirt(host: Host) -> bool:
    return any(engine.name == "libvirt" and engine.present for engine in host.engines)


def _kvm(host: Host) -> Iterator[Finding]:
    if host.machine.no_kvm and _has_libvirt(host):
        yield Finding(
            "kvm-unusable",
            "warning",
            f"vms run without KVM, which is slow: {host.machine.no_kvm}",
            "Turn on virtualization in the firmware, or nested virtualization in the hypervisor that runs this host.",
        )


def _memory(host: Host) -> Iterator[Finding]:
    allotted = sum(w.memory or 0 for w in host.workloads if w.kind == "vm" and w.state in ACTIVE)
    if allotted > host.machine.memory:
        yield Finding(
            "memory-overcommitted",
            "warning",
            f"running vms were allotted {allotted} bytes of memory, and the host has {host.machine.memory}",
            "Give vms less memory, or stop some.",
        )


def _subnets(host: Host) -> Iterator[Finding]:
    for one, other in itertools.combinations(host.networks, 2):
        if one.range and other.range and one.range.overlaps(other.range):
            yield Finding(
                "subnets-overlap",
                "error" if one.active and other.active else "warning",
                f"subnet {one.subnet} of network {_named(one)} overlaps {other.subnet} of network {_named(other)}",
                "Give one of them another subnet.",
            )


def _named(network: HostNetwork) -> str:
    return f"{network.name} ({', '.join(network.names)})"


def _routes(host: Host) -> Iterator[Finding]:
    """Routes through interfaces that are no network's. Where an engine hides a bridge, its route is left alone."""
    bridges = {network.bridge for network in host.networks}
    hidden = {network.range for network in host.networks if network.bridge is None}
    for network in host.networks:
        for route in host.machine.routes:
            mine = route.bridge in bridges or route.subnet in hidden or route.bridge is None
            if not mine and network.active and network.range and network.range.overlaps(route.subnet):
                yield Finding(
                    "route-overlaps",
                    "warning",
                    f"subnet {network.subnet} of network {_named(network)} overlaps {route.subnet}, which the host "
                    f"reaches through {route.bridge}",
                    "Give the network another subnet.",
                )


def _autostart(host: Host) -> Iterator[Finding]:
    for network in host.networks:
        if network.active and network.autostart is False:
            yield Finding(
                "network-without-autostart",
                "warning",
                f"network {network.name} runs, and does not come back when the host starts again",
                "Set autostart: true on the network.",
            )


def _storage(host: Host) -> Iterator[Finding]:
    for storage in host.machine.storage:
        if storage.free >= LOW_BYTES or storage.free >= storage.total * LOW_SHARE:
            continue
        yield Finding(
            "storage-low",
            "error" if storage.free < FULL_BYTES else "warning",
            f"{storage.path} of {storage.engine} has {storage.free} bytes left of {storage.total}",
            "Remove what is not needed, or give it a larger file system.",
        )
