# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine around a vm's processors in the domain's XML: features, clock, TPM, watchdog, balloon, SMBIOS, labels."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any, ClassVar

from .._model.vm_platform import (
    Balloon,
    BlkioTune,
    Clock,
    Features,
    MemoryBacking,
    SecurityLabel,
    Smbios,
    Timer,
    Tpm,
    Watchdog,
)
from .._model.xml_text import checked_text
from .xml import Children, Element, Flag, Integer, Part, Path, Presence, Table, Text, read, write

# What a device is where the spec does not say.
_KINDS = {"watchdog": {"model": "i6300esb"}, "memballoon": {"model": "virtio"}}
_VALUED = {"spinlocks": "retries", "vendor_id": "value"}


class Enlightenments:
    """Hyper-V's enlightenments by name: on, off, or the value of those that have one."""

    _all = Path("./hyperv")

    def read(self, element: Element) -> dict[str, str]:
        place = self._all.find(element)
        return {} if place is None else {child.tag: self._word(child) for child in place}

    def write(self, element: Element, value: dict[str, str] | None) -> None:
        for name, word in (value or {}).items():
            child = Path(f"./{name}").make(self._all.make(element))
            child.set("state", "off" if word == "off" else "on")
            if word not in ("on", "off"):
                child.set(_VALUED.get(name, "value"), checked_text(word, f"features.hyperv.{name}"))

    def _word(self, child: Element) -> str:
        state = child.get("state", "on")
        return child.get(_VALUED[child.tag], state) if child.tag in _VALUED and state == "on" else state


FEATURES: Part[Features] = Part(
    "./features",
    {
        "acpi": Presence("./acpi"),
        "apic": Presence("./apic"),
        "pae": Presence("./pae"),
        "smm": Flag("./smm/@state", "on", "off"),
        "vmport": Flag("./vmport/@state", "on", "off"),
        "kvm_hidden": Flag("./kvm/hidden/@state", "on", "off"),
        "hyperv": Enlightenments(),
    },
    Features,
)


class Offset(Text):
    """What the clock follows; another leaves behind what belonged to the former."""

    def write(self, element: Element, value: str | None) -> None:
        if value != self.read(element):
            element.attrib.clear()
        super().write(element, value)


class Timers(Children[Timer]):
    """The timers that are named; others stay."""

    def write(self, element: Element, value: Any) -> None:
        for timer in value or ():
            self.put(element, timer)


CLOCK: Part[Clock] = Part(
    "./clock",
    {
        "offset": Offset("./@offset"),
        "timezone": Text("./@timezone"),
        "timers": Timers(
            "./timer",
            {
                "name": Text("./@name"),
                "present": Flag("./@present"),
                "tickpolicy": Text("./@tickpolicy"),
                "track": Text("./@track"),
            },
            Timer,
        ),
    },
    Clock,
)


class Device:
    """The one device of its kind; ``none`` is that there is no such device. ``word`` is the field that says so."""

    def __init__(self, tag: str, word: str, table: Table, make: Callable[..., Any]) -> None:
        self._tag, self._word, self._table, self._make = tag, word, table, make

    def find(self, element: Element) -> Element | None:
        return element.find(f"./devices/{self._tag}")

    def read(self, element: Element) -> Any:
        device = self.find(element)
        return self._make(**{self._word: "none"} if device is None else read(self._table, device))

    def write(self, element: Element, value: Any) -> None:
        devices = Path("./devices").make(element)
        device = self.find(element)
        if value is None:
            return
        if getattr(value, self._word) == "none":
            if device is not None:
                devices.remove(device)
            return
        if device is None:
            device = ET.SubElement(devices, self._tag, _KINDS.get(self._tag, {}))
        elif getattr(value, self._word) not in (None, getattr(self.read(element), self._word)):
            # Another kind of device sits elsewhere.
            for stale in device.findall("address"):
                device.remove(stale)
        write(self._table, device, value)


class TpmDevice(Device):
    """A new emulated one is of version 2.0, where libvirt would make it 1.2."""

    def write(self, element: Element, value: Any) -> None:
        if value is not None and value.type == "emulator" != self.read(element).type:
            value = dataclasses.replace(value, version=value.version or "2.0")
        super().write(element, value)


class BalloonDevice(Device):
    """libvirt gives one to every machine that does not say that it is to have none."""

    def write(self, element: Element, value: Any) -> None:
        super().write(element, value)
        if value is not None and value.model == "none":
            ET.SubElement(Path("./devices").make(element), "memballoon", {"model": "none"})


class WatchdogDevice(Device):
    """The watchdog that somebody chose, before the one that libvirt gives every q35 by itself."""

    def find(self, element: Element) -> Element | None:
        dogs = element.findall("./devices/watchdog")
        chosen = [dog for dog in dogs if dog.get("model") != "itco"]
        return next(iter([*chosen, *dogs]), None)


class SystemInformation:
    """One block of what SMBIOS tells, by the names of its entries."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def read(self, element: Element) -> dict[str, str]:
        block = self._path.find(element)
        return {} if block is None else {e.get("name", ""): e.text or "" for e in block.findall("entry")}

    def write(self, element: Element, value: dict[str, str] | None) -> None:
        block = self._path.make(element)
        for name, text in (value or {}).items():
            entry = next((e for e in block.findall("entry") if e.get("name") == name), None)
            if entry is None:
                entry = ET.SubElement(block, "entry", {"name": checked_text(name, "smbios")})
            entry.text = checked_text(text, f"smbios: {name}")


class OemStrings:
    """Texts of the maker, in their order."""

    def read(self, element: Element) -> tuple[str, ...]:
        return tuple(entry.text or "" for entry in element.findall("./oemStrings/entry"))

    def write(self, element: Element, value: tuple[str, ...] | None) -> None:
        Path("./oemStrings").clear(element)
        for text in value or ():
            ET.SubElement(Path("./oemStrings").make(element), "entry").text = checked_text(text, "smbios")


class SmbiosPart(Part[Smbios]):
    """The blocks, which the guest sees only where the firmware is told to show them."""

    def write(self, element: Element, value: Smbios | None) -> None:
        if value is not None:
            super().write(element, value)
            Text("./os/smbios/@mode").write(element, "sysinfo")


SMBIOS = SmbiosPart(
    "./sysinfo[@type='smbios']",
    {
        "bios": SystemInformation("./bios"),
        "system": SystemInformation("./system"),
        "base_board": SystemInformation("./baseBoard"),
        "chassis": SystemInformation("./chassis"),
        "oem_strings": OemStrings(),
    },
    Smbios,
)
TPM = TpmDevice(
    "tpm",
    "type",
    {
        "type": Text("./backend/@type"),
        "model": Text("./@model"),
        "version": Text("./backend/@version"),
        "device": Text("./backend/device/@path"),
    },
    Tpm,
)
WATCHDOG = WatchdogDevice(
    "watchdog", "model", {"model": Text("./@model"), "action": Text("./@action")}, Watchdog
)
BALLOON = BalloonDevice(
    "memballoon",
    "model",
    {
        "model": Text("./@model", "virtio"),
        "autodeflate": Flag("./@autodeflate", "on", "off"),
        "free_page_reporting": Flag("./@freePageReporting", "on", "off"),
        "stats_period": Integer("./stats/@period", 0),
    },
    Balloon,
)


class PageSize:
    """The size of the huge pages, in bytes."""

    _page = Path("./hugepages/page")

    def read(self, element: Element) -> int | None:
        page = self._page.find(element)
        return None if page is None else int(page.get("size", 0)) * 1024

    def write(self, element: Element, value: int | None) -> None:
        self._page.make(element).attrib.update({"size": str((value or 0) // 1024), "unit": "KiB"})


MEMORY_BACKING: Part[MemoryBacking] = Part(
    "./memoryBacking",
    {
        "hugepages": Presence("./hugepages"),
        "page_size": PageSize(),
        "locked": Presence("./locked"),
        "nosharepages": Presence("./nosharepages"),
        "source": Text("./source/@type"),
        "access": Text("./access/@mode"),
        "discard": Presence("./discard"),
    },
    MemoryBacking,
)
BLKIO_TUNE: Part[BlkioTune] = Part("./blkiotune", {"weight": Integer("./weight")}, BlkioTune)


class SecurityLabels:
    """The label that is asked for, by its model; without one, the first."""

    _table: ClassVar[Table] = {
        "type": Text("./@type"),
        "model": Text("./@model"),
        "label": Text("./label"),
        "relabel": Flag("./@relabel"),
    }

    def read(self, element: Element) -> SecurityLabel:
        labels = [SecurityLabel(**read(self._table, place)) for place in element.findall("./seclabel")]
        first = labels[0] if labels else SecurityLabel()
        return dataclasses.replace(first, others=tuple(labels[1:]) or None)

    def write(self, element: Element, value: SecurityLabel | None) -> None:
        places = element.findall("./seclabel")
        if value is None:
            return
        if value.model is not None:
            places = [place for place in places if place.get("model") == value.model]
        write(self._table, places[0] if places else ET.SubElement(element, "seclabel"), value)


SECURITY_LABEL = SecurityLabels()
