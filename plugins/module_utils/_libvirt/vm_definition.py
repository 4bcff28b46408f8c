# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes specs into domain XML: a new definition, or the changed fields of one that is there."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from .._core.compare import Difference
from .._model.cloud_init import CloudInit
from .._model.disk_attachment import DIRECTORY
from .._model.new_vm import completed_nic, seed_attachment
from .._model.vm import Vm
from .._model.vm_cost import field_of, has_room
from .._model.vm_host import VmHost
from .._model.xml_text import checked_text
from . import xml
from .vm_devices import DISKS, NICS
from .vm_tables import SEED_DIGESTS, SEED_PATH, TABLE
from .xml import Element, Text

CONSOLE_LOGS = "/var/log/libvirt/qemu"
_SPARE_PORTS = 6
_TIMERS = (("rtc", "tickpolicy", "catchup"), ("pit", "tickpolicy", "delay"), ("hpet", "present", "no"))


def seed_path(vm: str) -> str:
    """Where the cloud-init seed of a vm is kept."""
    return f"{DIRECTORY}/{vm}-seed.img"


def new_definition(spec: Vm, *, log_console: bool) -> Element:
    """The definition of a vm that is complete (``new_vm.completed``)."""
    root = ET.Element("domain", {"type": spec.virt_type or "qemu"})
    ET.SubElement(root, "name").text = checked_text(spec.name, "name")
    ET.SubElement(ET.SubElement(root, "os"), "type").text = "hvm"
    pc = spec.arch in ("x86_64", "i686")
    features = ET.SubElement(root, "features")
    for name in ("acpi", "apic") if pc else ():
        ET.SubElement(features, name)
    clock = ET.SubElement(root, "clock", {"offset": "utc"})
    for name, attribute, value in _TIMERS if pc else ():
        ET.SubElement(clock, "timer", {"name": name, attribute: value})
    devices = ET.SubElement(root, "devices")
    xml.write(TABLE, root, spec)
    _add_console(devices, f"{CONSOLE_LOGS}/{spec.name}-console.log" if log_console else None)
    if (spec.machine or "").startswith(("q35", "pc-q35")):
        _add_spare_ports(devices)
    if spec.graphics is not None and spec.graphics.type != "none" and pc:
        ET.SubElement(devices, "input", {"type": "tablet", "bus": "usb"})
    if spec.cloud_init is not None:
        write_seed(root, spec, spec.cloud_init)
    return root


def _add_console(devices: Element, log: str | None) -> None:
    """A serial console, with a log to look into when the guest does not come up."""
    serial = ET.SubElement(devices, "serial", {"type": "pty"})
    ET.SubElement(serial, "target", {"port": "0"})
    if log is not None:
        ET.SubElement(serial, "log", {"file": log, "append": "off"})
    console = ET.SubElement(devices, "console", {"type": "pty"})
    ET.SubElement(console, "target", {"type": "serial", "port": "0"})


def _add_spare_ports(devices: Element) -> None:
    """PCI Express takes a device into a running machine only where a port is free; USB without polling."""
    ET.SubElement(devices, "controller", {"type": "usb", "model": "qemu-xhci"})
    ET.SubElement(devices, "controller", {"type": "pci", "index": "0", "model": "pcie-root"})
    for _port in range(_SPARE_PORTS):
        ET.SubElement(devices, "controller", {"type": "pci", "model": "pcie-root-port"})


def write_seed(root: Element, vm: Vm, cloud_init: CloudInit) -> None:
    """Attaches the seed, unless it is, and notes the digests of its documents."""
    path = SEED_PATH.read(root) or seed_path(vm.name)
    attached = [disk for disk in DISKS.read(root) if disk.source == path]
    if not attached:
        DISKS.put(root, seed_attachment(vm.os, TABLE["machine"].read(root), path))
    SEED_PATH.write(root, path)
    SEED_DIGESTS.write(root, cloud_init.digests)


def write_changes(root: Element, asked: Vm, differences: Iterable[Difference], host: VmHost) -> None:
    """Writes the fields that differ into a definition, and nothing else."""
    whole: dict[str, None] = {}
    for difference in differences:
        field = field_of(difference.path)
        if field == "disks":
            _write_disk(root, difference, asked)
        elif field == "networks":
            _write_nic(root, difference, asked, host)
        else:
            whole[field] = None
    if "memory" in whole and asked.max_memory is None:
        memory, maximum = (TABLE[field].read(root) for field in ("memory", "max_memory"))
        if not has_room(asked.memory, memory, maximum):
            TABLE["max_memory"].write(root, asked.memory)
    xml.write(TABLE, root, asked, [field for field in whole if field in TABLE])
    if "cloud_init" in whole and asked.cloud_init is not None:
        write_seed(root, asked, asked.cloud_init)


def keyed(path: str) -> str:
    """The key in ``disks[vda].cache``."""
    return path[path.index("[") + 1 : path.rindex("]")]


def _write_disk(root: Element, difference: Difference, asked: Vm) -> None:
    key = keyed(difference.path)
    wanted = next((disk for disk in asked.disks or () if disk.key == key), None)
    if wanted is None:
        DISKS.drop(root, key)
    elif key in DISKS.elements(root):
        DISKS.put(root, wanted)
    else:
        DISKS.put(root, wanted.completed())


def _write_nic(root: Element, difference: Difference, asked: Vm, host: VmHost) -> None:
    key = keyed(difference.path)
    wanted = next((nic for nic in asked.networks or () if nic.key == key), None)
    if wanted is None:
        NICS.drop(root, key)
    elif key in NICS.elements(root):
        NICS.put(root, wanted)
    else:
        NICS.put(root, completed_nic(wanted, asked, host))


def for_another_machine(root: Element) -> None:
    """Takes out what belongs to one machine only, for libvirt to lay out anew: controllers and seats, no disk."""
    devices = root.find("devices")
    if devices is None:
        return
    for controller in devices.findall("controller"):
        devices.remove(controller)
    for device in devices:
        for address in [
            a for a in device.findall("address") if a.get("type") in ("pci", "drive", "usb", "isa")
        ]:
            device.remove(address)
    # libvirt gives a q35 its watchdog by itself, and takes it on no other machine.
    for stale in [*devices.findall("emulator"), *devices.findall("watchdog[@model='itco']")]:
        devices.remove(stale)
    Text("./os/loader").write(root, None)
