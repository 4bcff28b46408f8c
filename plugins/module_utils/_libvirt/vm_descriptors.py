# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Places in the domain's XML that are more than a text: how each is read, and written into what is there."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

from .._model.vm_parts import Boot, Graphics
from .._model.xml_text import checked_text
from .xml import Bytes, Element, Flag, Group, Integer, Path, Table, Text

AGENT = "org.qemu.guest_agent.0"
_LOCAL = "127.0.0.1"


class Blank:
    """Text that is ``""`` where it is not there; ``""`` takes it away."""

    def __init__(self, path: str) -> None:
        self._text = Text(path)

    def read(self, element: Element) -> str:
        return self._text.read(element) or ""

    def write(self, element: Element, value: str | None) -> None:
        self._text.write(element, value or None)


class Count:
    """A number that is 0 where it is not there; 0 takes it away."""

    def __init__(self, path: str) -> None:
        self._number = Integer(path)

    def read(self, element: Element) -> int:
        return self._number.read(element) or 0

    def write(self, element: Element, value: int | None) -> None:
        self._number.write(element, value or None)


class CurrentMemory:
    """What the guest has now; all of it where nothing else is said."""

    _now, _all = Bytes("./currentMemory"), Bytes("./memory")

    def read(self, element: Element) -> int | None:
        now = self._now.read(element)
        return self._all.read(element) if now is None else now

    def write(self, element: Element, value: int | None) -> None:
        self._now.write(element, value)


class Firmware:
    """``efi`` where libvirt chooses an EFI or has one; the variables' file is libvirt's own to make."""

    def read(self, element: Element) -> str:
        loader = element.find("./os/loader")
        pflash = loader is not None and loader.get("type") == "pflash"
        return "efi" if pflash or Text("./os/@firmware").read(element) == "efi" else "bios"

    def write(self, element: Element, value: str | None) -> None:
        os = Path("./os").make(element)
        if value == self.read(element):
            return
        for tag in ("loader", "nvram", "firmware"):
            Text(f"./{tag}").write(os, None)
        Text("./@firmware").write(os, "efi" if value == "efi" else None)


class SecureBoot:
    """Whether the firmware starts only what is signed: asked of libvirt's choice, or of the loader that it chose."""

    def read(self, element: Element) -> bool:
        secure = "./os/firmware/feature[@name='secure-boot']/@enabled"
        return Text("./os/loader/@secure").read(element) == "yes" or Text(secure).read(element) == "yes"

    def write(self, element: Element, value: object) -> None:
        os = Path("./os").make(element)
        chosen = os.find("loader") is not None and bool(value) == self.read(element)
        if value is None or chosen or Firmware().read(element) == "bios":
            return
        for tag in ("loader", "nvram", "firmware"):
            Text(f"./{tag}").write(os, None)
        for name in ("secure-boot", "enrolled-keys"):
            Flag(f"./firmware/feature[@name='{name}']/@enabled").write(os, bool(value))


class BootOrder:
    """The kinds of devices to boot from, in order, as they are listed once for all."""

    def read(self, element: Element) -> tuple[str, ...]:
        return tuple(boot.get("dev", "") for boot in element.findall("boot"))

    def write(self, element: Element, value: tuple[str, ...] | None) -> None:
        for stale in element.findall("boot"):
            element.remove(stale)
        for device in value or ():
            ET.SubElement(element, "boot", {"dev": device})


class BootPart(Group[Boot]):
    """How the vm boots; ``""`` for what is not there. An order that is numbered at the devices is read, too."""

    _NUMBERED = ("disk", "interface", "hostdev", "redirdev")

    def __init__(self) -> None:
        table: Table = {
            "order": BootOrder(),
            "kernel": Blank("./kernel"),
            "initrd": Blank("./initrd"),
            "cmdline": Blank("./cmdline"),
        }
        super().__init__("./os", table, Boot)

    def read(self, element: Element) -> Boot | None:
        boot = super().read(element)
        if boot is None or boot.order:
            return boot
        numbers: dict[int, str] = {}
        for device in self._devices(element):
            number = Integer("./boot/@order").read(device)
            if number is not None:
                numbers[number] = _boot_name(device)
        return dataclasses.replace(boot, order=tuple(dict.fromkeys(numbers[n] for n in sorted(numbers))))

    def write(self, element: Element, value: Boot | None) -> None:
        super().write(element, value)
        if value is not None and value.order is not None:
            for device in self._devices(element):
                Text("./boot").write(device, None)

    def _devices(self, element: Element) -> list[Element]:
        return [device for tag in self._NUMBERED for device in element.findall(f"./devices/{tag}")]


def _boot_name(device: Element) -> str:
    if device.tag == "interface":
        return "network"
    return "cdrom" if device.get("device") == "cdrom" else "hd"


class Screen:
    """The first screen of the vm; ``none`` where it has none."""

    def read(self, element: Element) -> Graphics:
        screen = element.find("./devices/graphics")
        return Graphics("none") if screen is None else self._says(screen)

    def _says(self, screen: Element) -> Graphics:
        port = int(screen.get("port") or -1)
        listen = screen.get("listen") or Text("./listen[@type='address']/@address").read(screen)
        return Graphics(screen.get("type"), listen, port if port > 0 else None, screen.get("passwd", ""))

    def write(self, element: Element, value: Graphics | None) -> None:
        devices = Path("./devices").make(element)
        screens = devices.findall("graphics")
        if value is None or value.type == "none":
            for stale in screens:
                devices.remove(stale)
            return
        self._change(self._of_type(value.type, devices), value)

    def _of_type(self, kind: str | None, devices: Element) -> Element:
        """The first screen, which is another where it was of another type."""
        screens = devices.findall("graphics")
        if screens and kind in (None, screens[0].get("type")):
            return screens[0]
        place = list(devices).index(screens[0]) if screens else len(devices)
        for stale in screens[:1]:
            devices.remove(stale)
        fitting = next((screen for screen in screens[1:] if screen.get("type") == kind), None)
        if fitting is not None:
            devices.remove(fitting)
        else:
            fitting = ET.Element(
                "graphics", {"type": kind or "vnc", "listen": _LOCAL, "port": "-1", "autoport": "yes"}
            )
        devices.insert(place, fitting)
        return fitting

    def _change(self, screen: Element, value: Graphics) -> None:
        """Writes what is asked for; where else it listens stays."""
        found = self._says(screen)
        if value.listen not in (None, found.listen):
            for stale in screen.findall("listen"):
                screen.remove(stale)
            screen.set("listen", value.listen or _LOCAL)
        if value.port not in (None, found.port):
            screen.set("port", str(value.port))
            screen.set("autoport", "no")
        if value.password is not None:
            Text("./@passwd").write(screen, value.password or None)


class Video:
    """The model of the first video adapter; ``none`` keeps libvirt from adding one."""

    def read(self, element: Element) -> str:
        return Text("./devices/video/model/@type").read(element) or "none"

    def write(self, element: Element, value: str | None) -> None:
        video = Path("./devices/video").make(element)
        for stale in [*video.findall("model"), *video.findall("address")]:
            video.remove(stale)
        ET.SubElement(video, "model", {"type": value or "none"})


class SerialConsole:
    """A serial console. Its log is the host's to choose, when the vm is made."""

    def read(self, element: Element) -> bool:
        return element.find("./devices/serial") is not None

    def write(self, element: Element, value: object) -> None:
        devices = Path("./devices").make(element)
        if not value:
            for stale in [*devices.findall("serial"), *devices.findall("console")]:
                devices.remove(stale)
        elif not self.read(element):
            ET.SubElement(ET.SubElement(devices, "serial", {"type": "pty"}), "target", {"port": "0"})
            console = ET.SubElement(devices, "console", {"type": "pty"})
            ET.SubElement(console, "target", {"type": "serial", "port": "0"})


class AgentChannel:
    """The channel of the guest agent."""

    def find(self, element: Element) -> Element | None:
        channels = element.findall("./devices/channel")
        return next((c for c in channels if Text("./target/@name").read(c) == AGENT), None)

    def read(self, element: Element) -> bool:
        return self.find(element) is not None

    def write(self, element: Element, value: object) -> None:
        present = self.find(element)
        devices = Path("./devices").make(element)
        if value and present is None:
            channel = ET.SubElement(devices, "channel", {"type": "unix"})
            ET.SubElement(channel, "target", {"type": "virtio", "name": AGENT})
        elif not value and present is not None:
            devices.remove(present)


class Randomness:
    """A source of randomness for the guest."""

    def read(self, element: Element) -> bool:
        return element.find("./devices/rng") is not None

    def write(self, element: Element, value: object) -> None:
        devices = Path("./devices").make(element)
        if not value:
            for stale in devices.findall("rng"):
                devices.remove(stale)
        elif not self.read(element):
            rng = ET.SubElement(devices, "rng", {"model": "virtio"})
            ET.SubElement(rng, "backend", {"model": "random"}).text = "/dev/urandom"


class Pairs:
    """A mapping, as like elements with a name and a value each."""

    def __init__(self, path: str, value: str) -> None:
        parent, _slash, self._tag = path.rpartition("/")
        self._parent = Path(parent)
        self._value = value

    def read(self, element: Element) -> dict[str, str]:
        parent = self._parent.find(element)
        children = [] if parent is None else parent.findall(self._tag)
        return {child.get("name", ""): child.get(self._value, "") for child in children}

    def write(self, element: Element, value: dict[str, str] | None) -> None:
        parent = self._parent.make(element)
        for stale in parent.findall(self._tag):
            parent.remove(stale)
        for name, text in (value or {}).items():
            texts = {"name": name, self._value: text}
            ET.SubElement(parent, self._tag, {key: checked_text(t, name) for key, t in texts.items()})
        if not (len(parent) or parent.attrib):
            self._parent.clear(element)
