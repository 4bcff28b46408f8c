# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Vms: what is asked of a libvirt domain, and the form in which one is found."""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field, hidden, reported
from .cloud_init import CloudInit, cloud_init_from_params
from .cpu import Cpu, CpuTune, Numa, cpu_from_params, cputune_from_params, numa_from_params
from .dependency import Dependency
from .disk_attachment import DiskAttachment, disks_from_params
from .names import checked_name
from .nic import Nic, nics_from_params
from .os_preset import preset_of
from .part import part
from .quantity import duration
from .unattend import Unattend, unattend_from_params
from .vm_amounts import memory_from_params, vcpus_from_params
from .vm_device import (
    Channel,
    Filesystem,
    HostDevice,
    channels_from_params,
    filesystems_from_params,
    host_devices_from_params,
)
from .vm_parts import (
    Boot,
    Graphics,
    WaitFor,
    boot_from_params,
    graphics_from_params,
    wait_for_from_params,
)
from .vm_platform import (
    Balloon,
    BlkioTune,
    Clock,
    Features,
    MemoryBacking,
    SecurityLabel,
    Smbios,
    Tpm,
    Watchdog,
    backing_from_params,
    clock_from_params,
    features_from_params,
    smbios_from_params,
    tpm_from_params,
)
from .xml_patch import Patch, patches_from_params
from .xml_text import check_texts

SHUTDOWN_SECONDS = 120.0
# The type of a system container, and the target of its root.
LXC, ROOT = "lxc", "/"
_LABEL = re.compile(r"[^\s\x00-\x1f]{1,253}")


@dataclasses.dataclass(frozen=True)
class Vm:
    """Sizes are bytes, times seconds. ``state``: running, paused, saved, stopped, present, absent.

    Costs are those for a running vm; ``_model/vm_cost.py`` knows where they are lower. Plain fields say how to act, not
    what the vm is to be. ``disks`` are without the seed of ``cloud_init`` and ``unattend``. ``managed`` says that the
    collection keeps it. ``fixed_vcpus`` cannot be taken away while it runs; ``cpu_vendor`` is named where libvirt chose
    the processor after the host's; ``seats`` are the targets of other disks; ``recorded`` says that libvirt has
    snapshots or checkpoints of it; ``new_volumes`` are to be made for it; ``definition`` is its XML, in which patches
    are looked up; ``running`` is the machine as it runs (or was saved), where it does.
    """

    name: str
    state: str = "running"
    title: str | None = field(Disruption.NONE)
    description: str | None = field(Disruption.NONE)
    memory: int | None = field(Disruption.RESTART)
    max_memory: int | None = field(Disruption.RESTART)
    vcpus: int | None = field(Disruption.RESTART)
    max_vcpus: int | None = field(Disruption.RESTART)
    iothreads: int | None = field(Disruption.LIVE)
    cpu: Cpu | None = field(Disruption.RESTART)
    cputune: CpuTune | None = field(Disruption.LIVE)
    blkiotune: BlkioTune | None = field(Disruption.LIVE)
    numa: Numa | None = field(Disruption.RESTART)
    memory_backing: MemoryBacking | None = field(Disruption.RESTART)
    virt_type: str | None = field(Disruption.REPLACE)
    arch: str | None = field(Disruption.REPLACE)
    machine: str | None = field(Disruption.REPLACE)
    init: str | None = field(Disruption.RESTART)
    init_args: tuple[str, ...] | None = field(Disruption.RESTART, Compare.LIST)
    firmware: str | None = field(Disruption.REPLACE)
    secure_boot: bool | None = field(Disruption.REPLACE)
    tpm: Tpm | None = field(Disruption.RESTART)
    boot: Boot | None = field(Disruption.RESTART)
    features: Features | None = field(Disruption.RESTART)
    clock: Clock | None = field(Disruption.RESTART)
    smbios: Smbios | None = field(Disruption.RESTART)
    on_poweroff: str | None = field(Disruption.LIVE)
    on_reboot: str | None = field(Disruption.LIVE)
    on_crash: str | None = field(Disruption.LIVE)
    security_label: SecurityLabel | None = field(Disruption.RESTART)
    disks: tuple[DiskAttachment, ...] | None = field(Disruption.LIVE, Compare.KEYED)
    networks: tuple[Nic, ...] | None = field(Disruption.LIVE, Compare.KEYED)
    host_devices: tuple[HostDevice, ...] | None = field(Disruption.LIVE, Compare.KEYED)
    filesystems: tuple[Filesystem, ...] | None = field(Disruption.RESTART, Compare.KEYED)
    channels: tuple[Channel, ...] | None = field(Disruption.LIVE, Compare.KEYED)
    cloud_init: CloudInit | None = field(Disruption.RESTART)
    unattend: Unattend | None = field(Disruption.RESTART)
    graphics: Graphics | None = field(Disruption.RESTART)
    video: str | None = field(Disruption.RESTART)
    console: bool | None = field(Disruption.RESTART)
    guest_agent: bool | None = field(Disruption.RESTART)
    rng: bool | None = field(Disruption.RESTART)
    watchdog: Watchdog | None = field(Disruption.RESTART)
    balloon: Balloon | None = field(Disruption.RESTART)
    xml_patch: tuple[Patch, ...] | None = field(Disruption.RESTART, Compare.KEYED_SUBSET)
    autostart: bool | None = field(Disruption.NONE)
    protection: bool | None = field(Disruption.NONE)
    labels: dict[str, str] | None = field(Disruption.NONE)
    owner: str | None = field(Disruption.NONE)
    managed: bool | None = field(Disruption.NONE)
    uuid: str | None = field(Disruption.REPLACE)
    addresses: tuple[str, ...] | None = reported()
    pending: tuple[str, ...] | None = reported()
    fixed_vcpus: int | None = hidden()
    cpu_vendor: str | None = hidden()
    seats: tuple[str, ...] | None = hidden()
    recorded: bool | None = hidden()
    new_volumes: tuple[str, ...] | None = hidden()
    definition: str | None = hidden()
    running: Vm | None = hidden()
    os: str | None = None
    delete_disks: str | None = None
    wait_for: WaitFor | None = None
    shutdown_timeout: float | None = None
    force_stop: bool | None = None
    power_cycle: str | None = None
    depends_on: tuple[Dependency, ...] | None = None

    @property
    def volumes(self) -> list[DiskAttachment]:
        """The disks whose volumes are to be made: before the host was looked at, all that say how."""
        pooled = [disk for disk in self.disks or () if disk.pool]
        if self.new_volumes is None:
            return [disk for disk in pooled if disk.size or disk.origin]
        return [disk for disk in pooled if disk.medium in self.new_volumes]

    @property
    def seed(self) -> dict[str, str] | None:
        """The documents of the seed that it is to have; None for no seed."""
        parts = [part for part in (self.cloud_init, self.unattend) if part is not None]
        return {name: text for part in parts for name, text in (part.documents or {}).items()} or None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Vm:
        """The spec of the options of ``hybrid.host.vm``. Raises ``InvalidSpec``, naming the vm."""
        name = str(params.get("name") or "")
        state = params.get("state") or "running"
        try:
            check_texts(params, besides=("name", "cloud_init", "unattend"))
            return _vm(checked_name("vm", name, state), state, params)
        except InvalidSpec as error:
            raise error.about("vm", name) from None


def _vm(name: str, state: str, params: Mapping[str, Any]) -> Vm:
    memory, max_memory = memory_from_params(params)
    if params.get("power_cycle") and state not in ("running", "present"):
        raise InvalidSpec(f"power_cycle: a vm that is to be {state} is not started again")
    vcpus, max_vcpus = vcpus_from_params(params)
    virt_type, firmware = params.get("virt_type"), params.get("firmware")
    if params.get("secure_boot") and firmware == "bios":
        raise InvalidSpec("secure_boot: a BIOS has none", hint="Write firmware: efi, or leave it out.")
    disks = disks_from_params(_disks(params), preset_of(params.get("os")))
    _check_threads(params.get("iothreads"), disks or ())
    vm = Vm(
        name=name,
        state=state,
        memory=memory,
        max_memory=max_memory,
        vcpus=vcpus,
        max_vcpus=max_vcpus,
        virt_type=None if virt_type == "auto" else virt_type,
        firmware="efi" if params.get("secure_boot") else firmware,
        disks=disks,
        cloud_init=cloud_init_from_params(params.get("cloud_init"), name),
        unattend=unattend_from_params(params.get("unattend"), params),
        managed=True,
        shutdown_timeout=duration(params.get("shutdown_timeout"), "shutdown_timeout"),
        depends_on=tuple(Dependency.from_params(entry) for entry in params.get("depends_on") or ()) or None,
        **{option: params.get(option) for option in _PLAIN},
        **{option: make(params.get(option)) for option, make in _PARTS.items()},
    )
    if vm.wait_for is not None and not vm.host_devices:
        vm.wait_for.check(vm.networks or (), agent=vm.guest_agent)
    return vm


def _disks(params: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | None:
    """Those that are listed, and the disc of drivers that Setup is to find."""
    listed, drivers = params.get("disks"), (params.get("unattend") or {}).get("drivers")
    if not drivers:
        return listed
    if listed is None:
        raise InvalidSpec("unattend: drivers are a disc beside the disks", hint="List the disks, too.")
    return [*listed, {"device": "cdrom", "source": drivers}]


def _check_threads(count: int | None, disks: Sequence[DiskAttachment]) -> None:
    for disk in disks:
        if count is not None and (disk.iothread or 0) > count:
            raise InvalidSpec(
                f"disks[{disk.target}].iothread: iothreads: {count} has no number {disk.iothread}"
            )


def _init(value: str | None) -> str | None:
    if value is not None and not value.startswith("/"):
        raise InvalidSpec(f"init: {value!r} is not a path from the root of the system container")
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


# Options that need no more than Ansible's own look at them.
_PLAIN = (
    *("title", "description", "iothreads", "arch", "machine", "secure_boot", "video", "console"),
    *("guest_agent", "rng", "on_poweroff", "on_reboot", "on_crash", "autostart", "protection", "owner", "os"),
    *("delete_disks", "force_stop", "power_cycle"),
)
_PARTS: Mapping[str, Callable[[Any], Any]] = {
    "init": _init,
    "init_args": lambda value: None if value is None else tuple(value),
    "cpu": cpu_from_params,
    "cputune": cputune_from_params,
    "blkiotune": lambda value: part(BlkioTune, value),
    "numa": numa_from_params,
    "memory_backing": backing_from_params,
    "tpm": tpm_from_params,
    "boot": boot_from_params,
    "features": features_from_params,
    "clock": clock_from_params,
    "smbios": smbios_from_params,
    "security_label": lambda value: part(SecurityLabel, value),
    "networks": nics_from_params,
    "host_devices": host_devices_from_params,
    "filesystems": filesystems_from_params,
    "channels": channels_from_params,
    "graphics": graphics_from_params,
    "watchdog": lambda value: part(Watchdog, value),
    "balloon": lambda value: part(Balloon, value),
    "xml_patch": patches_from_params,
    "labels": _labels,
    "uuid": _uuid,
    "wait_for": wait_for_from_params,
}
