# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Vms: what is asked of a libvirt domain, and the form in which one is found."""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field, reported
from .cloud_init import CloudInit, cloud_init_from_params
from .dependency import Dependency
from .disk_attachment import DiskAttachment, disks_from_params
from .names import checked_name
from .nic import Nic, nics_from_params
from .os_preset import preset_of
from .quantity import duration, size
from .vm_parts import (
    Boot,
    Cpu,
    Graphics,
    WaitFor,
    boot_from_params,
    cpu_from_params,
    graphics_from_params,
    wait_for_from_params,
)
from .xml_text import check_texts

SHUTDOWN_SECONDS = 120.0
# QEMU gives memory in whole mebibytes.
_GRAIN = 1024 * 1024
_LABEL = re.compile(r"[^\s\x00-\x1f]{1,253}")


@dataclasses.dataclass(frozen=True)
class Vm:
    """Sizes are bytes, times seconds. ``state``: running, paused, stopped, present, absent.

    Costs are those for a running vm; ``_model/vm_cost.py`` knows where they are lower. Plain fields say how to act, not
    what the vm is to be. ``disks`` are without the seed that ``cloud_init`` makes.
    """

    name: str
    state: str = "running"
    title: str | None = field(Disruption.NONE)
    description: str | None = field(Disruption.NONE)
    memory: int | None = field(Disruption.RESTART)
    max_memory: int | None = field(Disruption.RESTART)
    vcpus: int | None = field(Disruption.RESTART)
    cpu: Cpu | None = field(Disruption.RESTART)
    virt_type: str | None = field(Disruption.REPLACE)
    arch: str | None = field(Disruption.REPLACE)
    machine: str | None = field(Disruption.REPLACE)
    firmware: str | None = field(Disruption.REPLACE)
    boot: Boot | None = field(Disruption.RESTART)
    disks: tuple[DiskAttachment, ...] | None = field(Disruption.LIVE, Compare.KEYED)
    networks: tuple[Nic, ...] | None = field(Disruption.LIVE, Compare.KEYED)
    cloud_init: CloudInit | None = field(Disruption.RESTART)
    graphics: Graphics | None = field(Disruption.RESTART)
    video: str | None = field(Disruption.RESTART)
    guest_agent: bool | None = field(Disruption.RESTART)
    rng: bool | None = field(Disruption.RESTART)
    autostart: bool | None = field(Disruption.NONE)
    protection: bool | None = field(Disruption.NONE)
    labels: dict[str, str] | None = field(Disruption.NONE)
    owner: str | None = field(Disruption.NONE)
    uuid: str | None = field(Disruption.REPLACE)
    addresses: tuple[str, ...] | None = reported()
    pending: tuple[str, ...] | None = reported()
    os: str | None = None
    delete_disks: str | None = None
    wait_for: WaitFor | None = None
    shutdown_timeout: float | None = None
    force_stop: bool | None = None
    depends_on: tuple[Dependency, ...] | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Vm:
        """The spec of the options of ``hybrid.host.vm``. Raises ``InvalidSpec``, naming the vm."""
        name = str(params.get("name") or "")
        state = params.get("state") or "running"
        try:
            check_texts(params, besides=("name", "cloud_init"))
            return _vm(checked_name("vm", name, state), state, params)
        except InvalidSpec as error:
            raise error.about("vm", name) from None


def _vm(name: str, state: str, params: Mapping[str, Any]) -> Vm:
    preset = preset_of(params.get("os"))
    memory, max_memory = _memory(params)
    copied = {
        key: params.get(key)
        for key in (
            *(
                "title",
                "description",
                "arch",
                "machine",
                "firmware",
                "video",
                "guest_agent",
                "rng",
                "autostart",
            ),
            *("protection", "owner", "os", "delete_disks", "force_stop"),
        )
    }
    return Vm(
        name=name,
        state=state,
        memory=memory,
        max_memory=max_memory,
        vcpus=_vcpus(params.get("vcpus")),
        cpu=cpu_from_params(params.get("cpu")),
        virt_type=None if params.get("virt_type") == "auto" else params.get("virt_type"),
        boot=boot_from_params(params.get("boot")),
        disks=disks_from_params(params.get("disks"), preset),
        networks=nics_from_params(params.get("networks")),
        cloud_init=cloud_init_from_params(params.get("cloud_init"), name),
        graphics=graphics_from_params(params.get("graphics")),
        labels=_labels(params.get("labels")),
        uuid=_uuid(params.get("uuid")),
        wait_for=wait_for_from_params(params.get("wait_for")),
        shutdown_timeout=duration(params.get("shutdown_timeout"), "shutdown_timeout"),
        depends_on=tuple(Dependency.from_params(entry) for entry in params.get("depends_on") or ()) or None,
        **copied,
    )


def _memory(params: Mapping[str, Any]) -> tuple[int | None, int | None]:
    memory, most = (_whole(size(params.get(option), option)) for option in ("memory", "max_memory"))
    if memory is not None and most is not None and most < memory:
        raise InvalidSpec("max_memory is below memory", hint="Leave max_memory out, or raise it.")
    return memory, most


def _whole(value: int | None) -> int | None:
    return value if value is None else -(-value // _GRAIN) * _GRAIN


def _vcpus(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= 4096:
        raise InvalidSpec(f"vcpus: {value} is out of range")
    return value


def _uuid(value: str | None) -> str | None:
    if not value:
        return None
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise InvalidSpec(f"uuid: {value!r} is not a UUID") from None


def _labels(value: Mapping[str, Any] | None) -> dict[str, str] | None:
    if value is None:
        return None
    for name in value:
        if not _LABEL.fullmatch(str(name)):
            raise InvalidSpec(f"labels: {name!r} is not a name for a label")
    return {str(name): str(text) for name, text in value.items()}
