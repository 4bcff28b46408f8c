# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vm's processors: what the guest sees of them, where they run, and how they are grouped with memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field
from .cpuset import cpuset
from .part import part, size_of


@dataclasses.dataclass(frozen=True)
class Topology:
    """How the processors are arranged; the product is the most of them that the vm can have."""

    sockets: int | None = field(Disruption.RESTART)
    dies: int | None = field(Disruption.RESTART)
    cores: int | None = field(Disruption.RESTART)
    threads: int | None = field(Disruption.RESTART)

    @property
    def count(self) -> int:
        return (self.sockets or 1) * (self.dies or 1) * (self.cores or 1) * (self.threads or 1)


@dataclasses.dataclass(frozen=True)
class Cpu:
    """``mode`` host-passthrough, host-model, maximum or custom; ``model`` is that of custom.

    ``features`` are policies by name: force, require, optional, disable, forbid.
    """

    mode: str | None = field(Disruption.RESTART)
    model: str | None = field(Disruption.RESTART)
    topology: Topology | None = field(Disruption.RESTART)
    features: dict[str, str] | None = field(Disruption.RESTART, Compare.SUBSET)

    def as_written(self, written: Cpu, *, of_host: bool) -> Cpu:
        """That of a running machine, where it may be what QEMU made of the one that is written.

        libvirt before 10 tells what a model of the host came to (``of_host``), and whether what is optional is there.
        """
        if self.mode == "custom" and of_host:
            features = written.features if written.mode == "host-model" else self.features
            return dataclasses.replace(self, mode="host-model", model=None, features=features)
        chosen = {
            n: p
            for n, p in (written.features or {}).items()
            if p == "optional" and n in (self.features or {})
        }
        return dataclasses.replace(self, features={**(self.features or {}), **chosen})


@dataclasses.dataclass(frozen=True)
class CpuTune:
    """Where the processors run and how much of them: sets of the host's, a weight, microseconds."""

    shares: int | None = field(Disruption.LIVE)
    period: int | None = field(Disruption.LIVE)
    quota: int | None = field(Disruption.LIVE)
    emulatorpin: str | None = field(Disruption.LIVE)
    vcpupin: dict[str, str] | None = field(Disruption.LIVE, Compare.SUBSET)


@dataclasses.dataclass(frozen=True)
class NumaCell:
    """One node of the guest: its processors, its bytes of memory."""

    id: int
    cpus: str | None = field(Disruption.RESTART)
    memory: int | None = field(Disruption.RESTART)

    @property
    def key(self) -> int:
        return self.id


@dataclasses.dataclass(frozen=True)
class Numa:
    """The guest's ``cells``; its memory comes from ``nodeset`` of the host, as ``mode`` says."""

    cells: tuple[NumaCell, ...] | None = field(Disruption.RESTART, Compare.KEYED)
    mode: str | None = field(Disruption.RESTART)
    nodeset: str | None = field(Disruption.RESTART)


def cpu_from_params(params: Mapping[str, Any] | None) -> Cpu | None:
    """The processor. Raises ``InvalidSpec`` for a mode and a model that do not go together."""
    cpu = part(Cpu, params, {"topology": _topology, "features": dict})
    if cpu is None:
        return None
    if cpu.model and cpu.mode not in (None, "custom"):
        raise InvalidSpec(f"cpu: mode {cpu.mode} has no model", hint="Leave mode or model out.")
    if cpu.mode == "custom" and not cpu.model:
        raise InvalidSpec("cpu: mode custom needs a model")
    return dataclasses.replace(cpu, mode="custom" if cpu.model else cpu.mode)


def cputune_from_params(params: Mapping[str, Any] | None) -> CpuTune | None:
    return part(
        CpuTune,
        params,
        {"emulatorpin": lambda value: cpuset(value, "cputune.emulatorpin"), "vcpupin": _pins},
    )


def numa_from_params(params: Mapping[str, Any] | None) -> Numa | None:
    return part(
        Numa,
        params,
        {
            "cells": lambda cells: tuple(_cell(number, cell) for number, cell in enumerate(cells)),
            "nodeset": lambda value: cpuset(value, "numa.nodeset"),
        },
    )


def _cell(number: int, params: Mapping[str, Any]) -> NumaCell:
    where = f"numa.cells[{number}]"
    return NumaCell(
        id=number,
        cpus=cpuset(params["cpus"], f"{where}.cpus") if params.get("cpus") else None,
        memory=size_of(f"{where}.memory")(params.get("memory")),
    )


def _pins(value: Mapping[Any, Any]) -> dict[str, str]:
    for number in value:
        if not str(number).isdecimal():
            raise InvalidSpec(f"cputune.vcpupin: {number!r} is not the number of a processor of the vm")
    return {str(number): cpuset(pins, f"cputune.vcpupin[{number}]") for number, pins in value.items()}


def _topology(params: Any) -> Topology | None:
    """With the three that libvirt does not do without; what is left out counts as one."""
    needed = dict.fromkeys(("sockets", "cores", "threads"), 1)
    written = {name: value for name, value in (params or {}).items() if value is not None}
    return part(Topology, {**needed, **written} if written else None)
