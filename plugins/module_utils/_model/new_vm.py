# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a new vm gets where the spec says nothing."""

from __future__ import annotations

import dataclasses

from .disk_attachment import DiskAttachment
from .identity import nic_mac, vm_uuid
from .nic import Nic
from .os_preset import preset_of
from .vm import Vm
from .vm_host import VmHost
from .vm_parts import Boot, Cpu, Graphics

MEMORY = 1024**3
_PC = ("x86_64", "i686")


def completed(asked: Vm, host: VmHost) -> Vm:
    """The spec of a new vm, with all that a definition needs. What the user wrote stays."""
    preset = preset_of(asked.os)
    arch = asked.arch or host.architecture()
    virt_type = asked.virt_type or ("qemu" if arch != host.architecture() or host.why_no_kvm() else "kvm")
    graphics = asked.graphics or Graphics(preset.graphics)
    screen = graphics.type != "none"
    memory = asked.memory or asked.max_memory or MEMORY
    return dataclasses.replace(
        asked,
        uuid=asked.uuid or vm_uuid(host.machine_id(), asked.name),
        memory=memory,
        max_memory=asked.max_memory or memory,
        vcpus=asked.vcpus or 1,
        arch=arch,
        virt_type=virt_type,
        machine=asked.machine or _machine(arch, preset.machine),
        cpu=asked.cpu or _cpu(arch, virt_type),
        boot=_boot(asked),
        disks=tuple(disk.completed() for disk in asked.disks or ()),
        networks=tuple(completed_nic(nic, asked, host) for nic in asked.networks or ()),
        graphics=graphics,
        video=asked.video or (preset.video if preset.video != "none" else "virtio" if screen else "none"),
        guest_agent=preset.guest_agent if asked.guest_agent is None else asked.guest_agent,
        rng=preset.rng if asked.rng is None else asked.rng,
    )


def completed_nic(nic: Nic, vm: Vm, host: VmHost) -> Nic:
    """A new interface, with the MAC that it has on every run."""
    return dataclasses.replace(
        nic,
        mac=nic.mac or nic_mac(host.machine_id(), vm.name, nic.key),
        model=nic.model or preset_of(vm.os).nic_model,
    )


def seed_attachment(os: str | None, machine: str | None, path: str) -> DiskAttachment:
    """How a new seed is attached: where it is out of the way of the vm's own disks."""
    if preset_of(os).seed == "disk":
        return DiskAttachment("vdz", path, "disk", "virtio", "raw", readonly=True)
    ide = machine == "pc" or (machine or "").startswith("pc-i440fx")
    target, bus = ("hdd", "ide") if ide else ("sdz", "sata")
    return DiskAttachment(target, path, "cdrom", bus, "raw", readonly=True)


def _machine(arch: str, liked: str) -> str | None:
    if arch in _PC:
        return liked
    return "virt" if arch in ("aarch64", "armv7l", "riscv64") else None


def _cpu(arch: str, virt_type: str) -> Cpu | None:
    """All that the processor can do; emulated, all that QEMU can emulate, since systems of today ask for that."""
    if virt_type == "kvm":
        return Cpu("host-passthrough")
    return Cpu("maximum") if arch in (*_PC, "aarch64") else None


def _boot(asked: Vm) -> Boot:
    """From the disks, and from a CD-ROM where they hold no system yet."""
    boot = asked.boot or Boot()
    if boot.order is not None or boot.kernel:
        return boot
    drives = any(disk.device == "cdrom" for disk in asked.disks or ())
    return dataclasses.replace(boot, order=("hd", "cdrom") if drives else ("hd",))
