# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks and CD-ROM drives in a domain's XML."""

from __future__ import annotations

import dataclasses
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from .._model.disk_attachment import DiskAttachment, IoTune
from .._model.encryption import Encryption
from .._model.xml_text import checked_text
from .device_list import Devices, Slot
from .vm_descriptors import Count
from .xml import Element, Integer, Part, Presence, Table, Text

_FORMAT = Text("./driver/@type")


class Source:
    """The file or block device of a disk; ``""`` for a drive without a medium, None for what is neither."""

    def read(self, element: Element) -> str | None:
        if element.get("type", "file") not in ("file", "block"):
            return None
        source = element.find("source")
        return "" if source is None else source.get("file") or source.get("dev") or ""

    def write(self, element: Element, value: str | None) -> None:
        if self.read(element) == value:
            return
        _empty(element)
        kind, attribute = ("block", "dev") if (value or "").startswith("/dev/") else ("file", "file")
        element.set("type", kind)
        if value:
            ET.SubElement(element, "source", {attribute: checked_text(value, "disks: source")})


class Volume:
    """The pool of a disk that is a volume, or the volume's name there."""

    def __init__(self, attribute: str) -> None:
        self._text = Text(f"./source/@{attribute}")

    def read(self, element: Element) -> str | None:
        return self._text.read(element) if element.get("type") == "volume" else None

    def write(self, element: Element, value: str | None) -> None:
        if self.read(element) == value:
            return
        if element.get("type") != "volume":
            _empty(element)
            element.set("type", "volume")
        self._text.write(element, value)


class Encrypted:
    """How what a disk holds is encrypted, and the secret that libvirt opens it with: by itself that of its file."""

    def read(self, element: Element) -> Encryption | None:
        encryption = element.find("./source/encryption")
        if encryption is not None:
            secret = encryption.find("secret[@uuid]")
            return Encryption("luks", secret=None if secret is None else secret.get("uuid"))
        return Encryption("none") if _FORMAT.read(element) == "qcow2" else None

    def write(self, element: Element, value: Encryption) -> None:
        source, present = element.find("source"), self.read(element) or Encryption("none")
        if source is None or (present.format == value.format and (present.secret or value.format == "none")):
            return
        for stale in source.findall("encryption"):
            source.remove(stale)
        if value.format == "luks":
            encryption = ET.SubElement(source, "encryption", {"format": "luks"})
            name = secret_of(source.get("file") or source.get("dev") or "")
            ET.SubElement(encryption, "secret", {"type": "passphrase", "uuid": name})


def secret_of(path: str) -> str:
    """The UUID of the secret which opens a file, where the collection made it."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:hybrid:host:secret:{path}"))


def _empty(disk: Element) -> None:
    for stale in [*disk.findall("source"), *disk.findall("backingStore")]:
        disk.remove(stale)


DISK: Table = {
    "target": Text("./target/@dev"),
    "bus": Slot("./target/@bus"),
    "device": Text("./@device", "disk"),
    "source": Source(),
    "pool": Volume("pool"),
    "volume": Volume("volume"),
    "format": _FORMAT,
    "encryption": Encrypted(),
    "cache": Text("./driver/@cache", "default"),
    "io": Text("./driver/@io"),
    "discard": Text("./driver/@discard"),
    "detect_zeroes": Text("./driver/@detect_zeroes"),
    "iothread": Count("./driver/@iothread"),
    "iotune": Part(
        "./iotune", {f.name: Integer(f"./{f.name}", 0) for f in dataclasses.fields(IoTune)}, IoTune
    ),
    "serial": Text("./serial"),
    "readonly": Presence("./readonly"),
    "shareable": Presence("./shareable"),
}


class Disks(Devices[DiskAttachment]):
    def __init__(self) -> None:
        super().__init__("disk", DISK, _disk)

    def _blank(self, item: DiskAttachment) -> Element:
        element = ET.Element("disk", {"type": "file", "device": item.device or "disk"})
        ET.SubElement(element, "driver", {"name": "qemu"})
        ET.SubElement(element, "target", {"dev": item.target})
        return element


def _disk(values: Mapping[str, Any]) -> DiskAttachment | None:
    medium = values["source"] is not None or values["pool"]
    known = medium and values["device"] in ("disk", "cdrom") and values["target"]
    if not known:
        return None
    disk = DiskAttachment(**values)
    # libvirt drops the format of a drive without a medium as it starts the vm.
    return disk if disk.medium else dataclasses.replace(disk, format=None)


def new_scsi_controller(root: Element) -> Element | None:
    """What a domain with a disk on scsi lacks: libvirt's own choice is one that systems of today have no driver for."""
    buses = {disk.bus for disk in DISKS.read(root)}
    if "scsi" not in buses or root.find("./devices/controller[@type='scsi']") is not None:
        return None
    return ET.Element("controller", {"type": "scsi", "index": "0", "model": "virtio-scsi"})


DISKS = Disks()
