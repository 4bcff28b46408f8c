# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes specs into domain XML: a new definition, or the changed fields of one that is there."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence

from .._core.compare import Difference
from .._model.new_vm import PC, completed_device, refitted
from .._model.vm import LXC, Vm
from .._model.vm_cost import field_of, has_room
from .._model.vm_host import VmHost
from .._model.xml_text import checked_text
from . import xml
from .system_container import make_system_container
from .vm_devices import LISTS
from .vm_disks import new_scsi_controller
from .vm_patch import write_patches
from .vm_seed import seed_documents, write_seed
from .vm_tables import TABLE
from .xml import Element, Text

CONSOLE_LOGS = "/var/log/libvirt/qemu"
_SPARE_PORTS = 4
# What takes a port at most; the balloon, which libvirt adds by itself, and USB take one each, too.
_ON_PORTS = ("disk", "interface", "hostdev", "filesystem", "channel", "rng", "video", "controller")
_ALWAYS_BUSY = 2
_ON_BOARD = ("pci", "usb", "ide", "sata", "fdc")
_MAXIMA = (("memory", "max_memory"), ("vcpus", "max_vcpus"))


def console_log(vm: str) -> str:
    """Where libvirt keeps what a vm says on its console."""
    return f"{CONSOLE_LOGS}/{vm}-console.log"


def new_definition(spec: Vm, *, log_console: bool) -> Element:
    """The definition of a vm that is complete (``new_vm.completed``)."""
    root = ET.Element("domain", {"type": spec.virt_type or "qemu"})
    ET.SubElement(root, "name").text = checked_text(spec.name, "name")
    ET.SubElement(ET.SubElement(root, "os"), "type").text = "hvm"
    devices = ET.SubElement(root, "devices")
    xml.write(TABLE, root, spec)
    if spec.virt_type == LXC:
        make_system_container(root)
    serial = devices.find("serial")
    if serial is not None and log_console:
        ET.SubElement(serial, "log", {"file": console_log(spec.name), "append": "off"})
    if spec.graphics is not None and spec.graphics.type != "none" and spec.arch in PC:
        ET.SubElement(devices, "input", {"type": "tablet", "bus": "usb"})
    if spec.seed is not None:
        write_seed(root, spec, spec.seed)
    add_scsi_controller(root)
    if (spec.machine or "").startswith(("q35", "pc-q35")):
        _add_ports(devices)
    write_patches(root, spec.xml_patch or ())
    return root


def add_scsi_controller(root: Element) -> None:
    controller, devices = new_scsi_controller(root), root.find("devices")
    if controller is not None and devices is not None:
        devices.append(controller)


def _add_ports(devices: Element) -> None:
    """PCI Express takes a device into a running machine only where a port is free; USB without polling."""
    busy = sum(len(devices.findall(tag)) for tag in _ON_PORTS)
    ET.SubElement(devices, "controller", {"type": "usb", "model": "qemu-xhci"})
    ET.SubElement(devices, "controller", {"type": "pci", "index": "0", "model": "pcie-root"})
    for _port in range(busy + _ALWAYS_BUSY + _SPARE_PORTS):
        ET.SubElement(devices, "controller", {"type": "pci", "model": "pcie-root-port"})


def write_changes(root: Element, asked: Vm, differences: Sequence[Difference], host: VmHost) -> None:
    """Writes the fields that differ into a definition, and nothing else."""
    of_lists = [difference for difference in differences if field_of(difference.path) in LISTS]
    _write_devices(root, of_lists, asked, host)
    if any(field_of(difference.path) == "disks" for difference in of_lists):
        add_scsi_controller(root)
    whole = dict.fromkeys(field_of(d.path) for d in differences if d not in of_lists)
    for field, maximum in _MAXIMA:
        if field in whole and getattr(asked, maximum) is None:
            wanted, now, most = getattr(asked, field), TABLE[field].read(root), TABLE[maximum].read(root)
            if not has_room(wanted, now, most):
                TABLE[maximum].write(root, wanted)
    xml.write(TABLE, root, asked, [field for field in TABLE if field in whole])
    if not {"cloud_init", "unattend"}.isdisjoint(whole):
        write_seed(root, asked, seed_documents(root, asked, host))
    if "xml_patch" in whole:
        write_patches(root, asked.xml_patch or ())


def keyed(path: str) -> str:
    """The key in ``disks[vda].cache``."""
    return path[path.index("[") + 1 : path.rindex("]")]


def _write_devices(root: Element, differences: Iterable[Difference], asked: Vm, host: VmHost) -> None:
    """All are found before one is written: interfaces are counted, and one that goes moves those behind it."""
    there = {field: devices.elements(root) for field, devices in LISTS.items()}
    for difference in differences:
        field, key = field_of(difference.path), keyed(difference.path)
        devices, present = LISTS[field], there[field].get(key)
        item = next((item for item in getattr(asked, field) or () if item.key == key), None)
        if item is None:
            if present is not None:
                devices.remove(root, present[0])
        elif present is not None:
            devices.change(present[0], refitted(item, present[1]))
        else:
            devices.add(root, completed_device(item, asked, host))


def for_another_machine(root: Element) -> None:
    """Takes out what belongs to one machine only, for libvirt to lay out anew: its own controllers, seats, no disk."""
    devices = root.find("devices")
    if devices is None:
        return
    for controller in devices.findall("controller"):
        if controller.get("type") in _ON_BOARD:
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
    add_scsi_controller(root)
    if "q35" in (TABLE["machine"].read(root) or ""):
        _add_ports(devices)
