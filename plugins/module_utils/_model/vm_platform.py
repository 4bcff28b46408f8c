# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine of a vm around its processors: features, clock, TPM, watchdog, balloon, memory, SMBIOS, labels."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field, hidden
from .part import part, size_of
from .text_map import text_map

_ENLIGHTENMENT = re.compile(r"[a-z][a-z0-9_-]*")


@dataclasses.dataclass(frozen=True)
class Features:
    """``hyperv`` are enlightenments by name: on, off, or the value of those that have one."""

    acpi: bool | None = field(Disruption.RESTART)
    apic: bool | None = field(Disruption.RESTART)
    pae: bool | None = field(Disruption.RESTART)
    smm: bool | None = field(Disruption.RESTART)
    vmport: bool | None = field(Disruption.RESTART)
    kvm_hidden: bool | None = field(Disruption.RESTART)
    hyperv: dict[str, str] | None = field(Disruption.RESTART, Compare.SUBSET)


@dataclasses.dataclass(frozen=True)
class Timer:
    name: str
    present: bool | None = field(Disruption.RESTART)
    tickpolicy: str | None = field(Disruption.RESTART)
    track: str | None = field(Disruption.RESTART)

    @property
    def key(self) -> str:
        return self.name


@dataclasses.dataclass(frozen=True)
class Clock:
    """``offset`` utc, localtime, timezone (with ``timezone``); timers that are not named stay as they are."""

    offset: str | None = field(Disruption.RESTART)
    timezone: str | None = field(Disruption.RESTART)
    timers: tuple[Timer, ...] | None = field(Disruption.RESTART, Compare.KEYED_SUBSET)


@dataclasses.dataclass(frozen=True)
class Tpm:
    """``type`` emulator, passthrough or none."""

    type: str | None = field(Disruption.RESTART)
    model: str | None = field(Disruption.RESTART)
    version: str | None = field(Disruption.RESTART)
    device: str | None = field(Disruption.RESTART)


@dataclasses.dataclass(frozen=True)
class Watchdog:
    model: str | None = field(Disruption.RESTART)
    action: str | None = field(Disruption.RESTART)


@dataclasses.dataclass(frozen=True)
class Balloon:
    """``stats_period`` is in seconds."""

    model: str | None = field(Disruption.RESTART)
    autodeflate: bool | None = field(Disruption.RESTART)
    free_page_reporting: bool | None = field(Disruption.RESTART)
    stats_period: int | None = field(Disruption.LIVE)


@dataclasses.dataclass(frozen=True)
class MemoryBacking:
    """How the host holds the guest's memory; ``page_size`` in bytes."""

    hugepages: bool | None = field(Disruption.RESTART)
    page_size: int | None = field(Disruption.RESTART)
    locked: bool | None = field(Disruption.RESTART)
    nosharepages: bool | None = field(Disruption.RESTART)
    source: str | None = field(Disruption.RESTART)
    access: str | None = field(Disruption.RESTART)
    discard: bool | None = field(Disruption.RESTART)


@dataclasses.dataclass(frozen=True)
class BlkioTune:
    weight: int | None = field(Disruption.LIVE)


@dataclasses.dataclass(frozen=True)
class Smbios:
    """What the guest's firmware tells of the machine, by the names that libvirt has for it."""

    bios: dict[str, str] | None = field(Disruption.RESTART, Compare.SUBSET)
    system: dict[str, str] | None = field(Disruption.RESTART, Compare.SUBSET)
    base_board: dict[str, str] | None = field(Disruption.RESTART, Compare.SUBSET)
    chassis: dict[str, str] | None = field(Disruption.RESTART, Compare.SUBSET)
    oem_strings: tuple[str, ...] | None = field(Disruption.RESTART, Compare.LIST)


@dataclasses.dataclass(frozen=True)
class SecurityLabel:
    """``others`` are those of other models, behind it."""

    type: str | None = field(Disruption.RESTART)
    model: str | None = field(Disruption.RESTART)
    label: str | None = field(Disruption.RESTART)
    relabel: bool | None = field(Disruption.RESTART)
    others: tuple[SecurityLabel, ...] | None = hidden()

    def of(self, model: str | None) -> SecurityLabel:
        """That of the model, where one is named."""
        labels = (self, *(self.others or ()))
        return next((label for label in labels if model in (None, label.model)), SecurityLabel())


def features_from_params(params: Mapping[str, Any] | None) -> Features | None:
    return part(Features, params, {"hyperv": _hyperv})


def clock_from_params(params: Mapping[str, Any] | None) -> Clock | None:
    """The clock. Raises ``InvalidSpec`` for a timezone that has no use, or a timer that is named twice."""
    clock = part(Clock, params, {"timers": _timers})
    if clock is not None and (clock.timezone is None) == (clock.offset == "timezone"):
        raise InvalidSpec("clock: timezone goes with offset: timezone", hint="Write both or neither.")
    return clock


def tpm_from_params(params: Mapping[str, Any] | None) -> Tpm | None:
    """The TPM; an empty dictionary asks for an emulated one."""
    if params is None:
        return None
    tpm = part(Tpm, params) or Tpm()
    return dataclasses.replace(tpm, type=tpm.type or ("passthrough" if tpm.device else "emulator"))


def balloon_from_params(params: Mapping[str, Any] | None) -> Balloon | None:
    return part(Balloon, params)


def backing_from_params(params: Mapping[str, Any] | None) -> MemoryBacking | None:
    backing = part(MemoryBacking, params, {"page_size": size_of("memory_backing.page_size")})
    if backing is not None and backing.page_size is not None:
        return dataclasses.replace(backing, hugepages=True)
    return backing


def smbios_from_params(params: Mapping[str, Any] | None) -> Smbios | None:
    def block(name: str) -> Any:
        return lambda value: text_map(value, f"smbios.{name}")

    blocks = ("bios", "system", "base_board", "chassis")
    return part(Smbios, params, {**{name: block(name) for name in blocks}, "oem_strings": tuple})


def _hyperv(value: Mapping[str, Any]) -> dict[str, str]:
    for name in value:
        if not _ENLIGHTENMENT.fullmatch(str(name)):
            raise InvalidSpec(f"features.hyperv: {name!r} is not a name that libvirt has")
    words = {True: "on", False: "off"}
    return {str(name): words[item] if isinstance(item, bool) else str(item) for name, item in value.items()}


def _timers(entries: Sequence[Mapping[str, Any]]) -> tuple[Timer, ...]:
    names = [entry["name"] for entry in entries]
    if len(set(names)) < len(names):
        raise InvalidSpec("clock.timers: one is named twice")
    return tuple(Timer(e["name"], e.get("present"), e.get("tickpolicy"), e.get("track")) for e in entries)
