# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the machine itself has: processors, memory, file systems and routes; and its firewall."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterable, Mapping

from .._core.errors import HostError
from .._model.host import Machine, Storage, Survey
from .._model.subnets import Occupied
from . import links
from .firewall_reading import host_firewall
from .machine import text_or_nothing

_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "libvirt": ("libvirtd", "virtqemud"),
    "docker": ("dockerd",),
    "podman": ("podman",),
}
_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


def machine(no_kvm: str, surveys: Iterable[Survey]) -> Machine:
    """The machine, as far as it concerns these engines. The firewall is read where one that sets it was met."""
    surveys = list(surveys)
    memory = _memory()
    met = {survey.engine.name for survey in surveys if survey.engine.reachable}
    return Machine(
        architecture=platform.machine(),
        cpus=os.cpu_count() or 1,
        memory=memory.get("MemTotal", 0),
        available=memory.get("MemAvailable", 0),
        no_kvm=no_kvm,
        installed=frozenset(_installed()),
        storage=tuple(_storage(surveys)),
        firewall=host_firewall(with_rules=bool(met & {"docker", "libvirt"})),
        routes=_routes(),
    )


def _installed() -> Iterable[str]:
    """The engines whose programs the host has."""
    path = f"{os.environ.get('PATH', '')}:{_SBIN}"
    for engine, programs in _PROGRAMS.items():
        if any(shutil.which(program, path=path) for program in programs):
            yield engine


def _storage(surveys: Iterable[Survey]) -> Iterable[Storage]:
    for survey in surveys:
        path = survey.root
        if path and survey.engine.reachable and os.path.isdir(path):
            free = os.statvfs(path)
            unit = free.f_frsize
            yield Storage(path, survey.engine.name, free.f_blocks * unit, free.f_bavail * unit)


def _memory() -> dict[str, int]:
    """Bytes, by the kernel's own names."""
    found: dict[str, int] = {}
    for line in text_or_nothing("/proc/meminfo").splitlines():
        name, _colon, value = line.partition(":")
        number, _space, unit = value.strip().partition(" ")
        if unit == "kB":
            found[name] = int(number) * 1024
    return found


def _routes() -> tuple[Occupied, ...]:
    try:
        return tuple(links.routed_subnets())
    except HostError:
        return ()
