# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a new vm gets where the spec says nothing."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection
from typing import Any

from .cpu import Cpu
from .disk_attachment import DiskAttachment
from .identity import nic_mac, vm_uuid
from .nic import Nic
from .os_preset import Preset, preset_of
from .unattend import ANSWER_FILE
from .vm import LXC, Vm
from .vm_device import Filesystem
from .vm_host import VmHost
from .vm_parts import Boot, Graphics
from .vm_platform import Clock, Features, MemoryBacking, Timer, Tpm

MEMORY = 1024**3
INIT = "/sbin/init"
PC = ("x86_64", "i686")


def completed(asked: Vm, host: VmHost) -> Vm:
    """The spec of a new vm, with all that a definition needs. What the user wrote stays."""
    if asked.virt_type == LXC:
        return _completed_container(asked, host)
    arch = asked.arch or host.architecture()
    virt_type = asked.virt_type or ("qemu" if arch != host.architecture() or host.why_no_kvm() else "kvm")
    preset = _possible(preset_of(asked.os), virt_type)
    graphics = asked.graphics or Graphics(preset.graphics)
    if graphics.type is None:
        graphics = dataclasses.replace(graphics, type=preset.graphics if preset.graphics != "none" else "vnc")
    screen = graphics.type != "none"
    memory = asked.memory or asked.max_memory or MEMORY
    topology = asked.cpu.topology if asked.cpu else None
    vcpus = asked.vcpus or (topology.count if topology else None) or 1
    secure_boot = asked.secure_boot
    if secure_boot is None and preset.secure_boot and asked.firmware != "bios":
        secure_boot = True
    tpm = asked.tpm or (Tpm("emulator", "tpm-crb", "2.0") if preset.tpm else None)
    return dataclasses.replace(
        asked,
        uuid=asked.uuid or vm_uuid(host.machine_id(), asked.name),
        memory=memory,
        max_memory=asked.max_memory or memory,
        vcpus=vcpus,
        max_vcpus=asked.max_vcpus or vcpus,
        iothreads=_iothreads(asked),
        arch=arch,
        virt_type=virt_type,
        machine=asked.machine or _machine(arch, preset.machine),
        cpu=_merged(asked.cpu, _cpu(arch, virt_type)),
        firmware=asked.firmware or ("efi" if secure_boot else preset.firmware),
        secure_boot=secure_boot,
        tpm=tpm,
        features=_merged(asked.features, _features(arch, preset, secure=bool(secure_boot))),
        clock=_clock(asked.clock, arch, preset),
        memory_backing=_merged(asked.memory_backing, _backing(asked)),
        boot=_boot(asked),
        disks=tuple(disk.completed() for disk in asked.disks or ()),
        networks=_completed_nics(asked, host),
        filesystems=tuple(filesystem.completed() for filesystem in asked.filesystems or ()),
        graphics=graphics,
        video=asked.video or (preset.video if preset.video != "none" else "virtio" if screen else "none"),
        console=True if asked.console is None else asked.console,
        guest_agent=preset.guest_agent if asked.guest_agent is None else asked.guest_agent,
        rng=preset.rng if asked.rng is None else asked.rng,
    )


def _completed_container(asked: Vm, host: VmHost) -> Vm:
    """A system container has no machine: nothing but memory, an init, and what it shares with the host."""
    memory = asked.memory or asked.max_memory or MEMORY
    return dataclasses.replace(
        asked,
        uuid=asked.uuid or vm_uuid(host.machine_id(), asked.name),
        memory=memory,
        max_memory=asked.max_memory or memory,
        init=asked.init or INIT,
        networks=_completed_nics(asked, host),
    )


def _completed_nics(asked: Vm, host: VmHost) -> tuple[Nic, ...]:
    return tuple(completed_nic(nic, asked, host) for nic in with_likely_macs(asked, host).networks or ())


def _possible(preset: Preset, virt_type: str) -> Preset:
    """What is possible without KVM: Hyper-V's enlightenments are its own."""
    return preset if virt_type == "kvm" else dataclasses.replace(preset, hyperv={})


def completed_device(item: Any, vm: Vm, host: VmHost) -> Any:
    """A new device of a vm that is there, with all that it needs."""
    if isinstance(item, DiskAttachment):
        return item.completed()
    if isinstance(item, Filesystem) and vm.virt_type != LXC:
        return item.completed()
    return completed_nic(item, vm, host) if isinstance(item, Nic) else item


def refitted(item: Any, present: Any) -> Any:
    """A device over the one that is there: another medium is not of the former's format."""
    if isinstance(item, DiskAttachment) and item.medium not in ("", present.medium):
        return dataclasses.replace(item, format=item.completed().format)
    return item


def completed_nic(nic: Nic, vm: Vm, host: VmHost) -> Nic:
    """A new interface, with the MAC that it has on every run."""
    return dataclasses.replace(
        nic,
        mac=nic.mac or nic.likely or nic_mac(host.machine_id(), vm.name, nic.key),
        model=None if vm.virt_type == LXC else nic.model or preset_of(vm.os).nic_model,
    )


def with_likely_macs(vm: Vm, host: VmHost) -> Vm:
    """The vm as it is asked for, whose interfaces know the MACs that they were made with."""
    taken = {nic.mac for nic in vm.networks or () if nic.mac}
    nics = []
    for nic in vm.networks or ():
        names = itertools.chain([nic.key], (f"{nic.place}#{number}" for number in itertools.count(2)))
        macs = (nic_mac(host.machine_id(), vm.name, name) for name in names)
        likely = nic.mac or next(mac for mac in macs if mac not in taken)
        taken.add(likely)
        nics.append(dataclasses.replace(nic, likely=likely))
    return vm if vm.networks is None else dataclasses.replace(vm, networks=tuple(nics))


def seed_attachment(
    os: str | None, machine: str | None, path: str, documents: Collection[str]
) -> DiskAttachment:
    """How a new seed is attached: where it is out of the way of the vm's own disks.

    Windows Setup finds its answers on a disc, whichever Windows it is.
    """
    if preset_of(os).seed == "disk" and ANSWER_FILE not in documents:
        return DiskAttachment("vdz", path, device="disk", bus="virtio", format="raw", readonly=True)
    ide = machine == "pc" or (machine or "").startswith("pc-i440fx")
    target, bus = ("hdd", "ide") if ide else ("sdz", "sata")
    return DiskAttachment(target, path, device="cdrom", bus=bus, format="raw", readonly=True)


def _machine(arch: str, liked: str) -> str | None:
    if arch in PC:
        return liked
    return "virt" if arch in ("aarch64", "armv7l", "riscv64") else None


def _cpu(arch: str, virt_type: str) -> Cpu | None:
    """All that the processor can do; emulated, all that QEMU can emulate, since systems of today ask for that."""
    if virt_type == "kvm":
        return Cpu("host-passthrough")
    return Cpu("maximum") if arch in (*PC, "aarch64") else None


def _features(arch: str, preset: Preset, *, secure: bool) -> Features:
    if arch not in PC:
        return Features()
    return Features(acpi=True, apic=True, smm=True if secure else None, hyperv=dict(preset.hyperv) or None)


def _clock(asked: Clock | None, arch: str, preset: Preset) -> Clock:
    """Timers as virt-install sets them: ticks that a busy host missed are caught up, and the HPET is not used."""
    clock: Clock = _merged(asked, Clock(preset.clock))
    if arch not in PC:
        return clock
    liked = (
        Timer("rtc", tickpolicy="catchup"),
        Timer("pit", tickpolicy="delay"),
        Timer("hpet", present=False),
        *((Timer("hypervclock", present=True),) if preset.hyperv else ()),
    )
    timers = {timer.key: timer for timer in (*liked, *(clock.timers or ()))}
    return dataclasses.replace(clock, timers=tuple(timers.values()))


def _iothreads(asked: Vm) -> int | None:
    """As many as the disks ask for, where nothing else is said."""
    if asked.iothreads is not None:
        return asked.iothreads
    return max((disk.iothread or 0 for disk in asked.disks or ()), default=0) or None


def _backing(asked: Vm) -> MemoryBacking | None:
    """virtiofs needs memory that its daemon can see."""
    shared = any(filesystem.completed().driver == "virtiofs" for filesystem in asked.filesystems or ())
    return MemoryBacking(source="memfd", access="shared") if shared else None


def _merged(asked: Any, liked: Any) -> Any:
    """A part as it is liked, with what is asked over it; None where there is neither."""
    if asked is None or liked is None:
        return liked if asked is None else asked
    over = {f.name: getattr(asked, f.name) for f in dataclasses.fields(asked)}
    over = {
        name: {**(getattr(liked, name) or {}), **value} if isinstance(value, dict) else value
        for name, value in over.items()
        if value is not None
    }
    return dataclasses.replace(liked, **over)


def _boot(asked: Vm) -> Boot:
    """From the disks, and from a CD-ROM where they hold no system yet."""
    boot = asked.boot or Boot()
    if boot.order is not None or boot.kernel:
        return boot
    drives = any(disk.device == "cdrom" for disk in asked.disks or ())
    return dataclasses.replace(boot, order=("hd", "cdrom") if drives else ("hd",))
