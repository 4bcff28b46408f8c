# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices and folders of the host, and channels to it, in a domain's XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from .._model.vm_device import Channel, Filesystem, HostDevice
from .device_list import Devices
from .vm_descriptors import AGENT
from .xml import Element, Flag, Presence, Table, Text

_PCI_PARTS = ("domain", "bus", "slot", "function")
_PCI_WIDTHS = (4, 2, 2, 1)


class HostAddress:
    """The address of a host's device of one kind, in the words of the spec; None for one of another kind."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def read(self, element: Element) -> str | None:
        source = element.find("source")
        if element.get("type") != self._kind or source is None:
            return None
        address = source.find("address")
        vendor, product = source.find("vendor"), source.find("product")
        if self._kind == "usb" and vendor is not None and product is not None:
            return f"{int(vendor.get('id', '0'), 16):04x}:{int(product.get('id', '0'), 16):04x}"
        if address is None:
            return None
        if self._kind == "mdev":
            return address.get("uuid")
        if self._kind == "usb":
            return f"{address.get('bus')}.{address.get('device')}"
        numbers = (int(address.get(part, "0"), 0) for part in _PCI_PARTS)
        domain, bus, slot, function = (f"{n:0{w}x}" for n, w in zip(numbers, _PCI_WIDTHS))
        return f"{domain}:{bus}:{slot}.{function}"

    def write(self, element: Element, value: str | None) -> None:
        """It was made so."""


def _blank_host_device(device: HostDevice) -> Element:
    kind = "pci" if device.pci else "usb" if device.usb else "mdev"
    element = ET.Element("hostdev", {"mode": "subsystem", "type": kind})
    if kind == "pci":
        element.set("managed", "yes")
    if kind == "mdev":
        element.set("model", "vfio-pci")
    source = ET.SubElement(element, "source")
    if device.usb and ":" in device.usb:
        for tag, number in zip(("vendor", "product"), device.usb.split(":")):
            ET.SubElement(source, tag, {"id": f"0x{number}"})
    elif device.usb:
        ET.SubElement(source, "address", dict(zip(("bus", "device"), device.usb.split("."))))
    elif device.mdev:
        ET.SubElement(source, "address", {"uuid": device.mdev})
    elif device.pci:
        numbers = device.pci.replace(".", ":").split(":")
        ET.SubElement(source, "address", {p: f"0x{n}" for p, n in zip(_PCI_PARTS, numbers)})
    return element


class SharedBy:
    """What shares a folder: ``virtiofs`` or ``9p``."""

    def read(self, element: Element) -> str:
        driver = element.find("driver")
        return "virtiofs" if driver is not None and driver.get("type") == "virtiofs" else "9p"

    def write(self, element: Element, value: str | None) -> None:
        if value == self.read(element):
            return
        for stale in element.findall("driver"):
            element.remove(stale)
        if value == "virtiofs":
            ET.SubElement(element, "driver", {"type": "virtiofs"})


HOST_DEVICE: Table = {
    "pci": HostAddress("pci"),
    "usb": HostAddress("usb"),
    "mdev": HostAddress("mdev"),
    "managed": Flag("./@managed"),
}
FILESYSTEM: Table = {
    "target": Text("./target/@dir"),
    "source": Text("./source/@dir"),
    "driver": SharedBy(),
    "accessmode": Text("./@accessmode"),
    "readonly": Presence("./readonly"),
}
CHANNEL: Table = {
    "name": Text("./target/@name"),
    "type": Text("./@type"),
    "path": Text("./source/@path"),
}


class HostDevices(Devices[HostDevice]):
    def __init__(self) -> None:
        super().__init__("hostdev", HOST_DEVICE, _host_device)

    def _blank(self, item: HostDevice) -> Element:
        return _blank_host_device(item)


class Filesystems(Devices[Filesystem]):
    def __init__(self) -> None:
        super().__init__("filesystem", FILESYSTEM, _filesystem)

    def _blank(self, item: Filesystem) -> Element:
        mapped = item.driver == "9p" and item.accessmode is None
        return ET.Element(
            "filesystem", {"type": "mount", "accessmode": "mapped" if mapped else "passthrough"}
        )


class Channels(Devices[Channel]):
    """The channels by virtio, but for that of the agent."""

    def __init__(self) -> None:
        super().__init__("channel", CHANNEL, _channel)

    def _blank(self, item: Channel) -> Element:
        element = ET.Element("channel", {"type": item.type or "unix"})
        if item.path:
            ET.SubElement(element, "source", {"mode": "bind"})
        ET.SubElement(element, "target", {"type": "virtio"})
        return element


def _host_device(values: Mapping[str, Any]) -> HostDevice | None:
    device = HostDevice(**values)
    return device if device.key else None


def _filesystem(values: Mapping[str, Any]) -> Filesystem | None:
    return Filesystem(**values) if values["target"] and values["source"] else None


def _channel(values: Mapping[str, Any]) -> Channel | None:
    return Channel(**values) if values["name"] and values["name"] != AGENT else None


HOST_DEVICES = HostDevices()
FILESYSTEMS = Filesystems()
CHANNELS = Channels()
