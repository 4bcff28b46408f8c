# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vm's processors in the domain's XML: their number and kind, where they run, how they are grouped with memory."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from .._model.cpu import Cpu, CpuTune, Numa, NumaCell, Topology
from .._model.cpuset import cpuset
from .._model.xml_text import checked_text
from .xml import Bytes, Element, Integer, Part, Path, Scalar, Text


class CpuSet(Scalar[str]):
    """A set of processors, in its shortest form."""

    def decode(self, text: str) -> str:
        return cpuset(text, self.path.text)

    def encode(self, value: str) -> str:
        return value


class Vcpus:
    """The number that the guest starts with. What it has room for beyond is listed, so that it can come and go."""

    def read(self, element: Element) -> int | None:
        vcpu = element.find("vcpu")
        return None if vcpu is None else int(vcpu.get("current") or vcpu.text or 1)

    def write(self, element: Element, value: int | None) -> None:
        vcpu = Path("./vcpu").make(element)
        most = max(int(vcpu.text or 1), value or 1)
        _list_vcpus(element, value or 1, most)


class MaxVcpus:
    """The most processors that the running vm can have."""

    def read(self, element: Element) -> int | None:
        return Integer("./vcpu").read(element)

    def write(self, element: Element, value: int | None) -> None:
        now = Vcpus().read(element)
        _list_vcpus(element, min(now or 1, value or 1), value or 1)


def _list_vcpus(element: Element, now: int, most: int) -> None:
    """All but the first can be taken away again: libvirt lets go of none that it was not told so of."""
    vcpu = Path("./vcpu").make(element)
    vcpu.text = str(most)
    vcpu.attrib.pop("current", None)
    for stale in element.findall("vcpus"):
        element.remove(stale)
    if now == most:
        return
    vcpu.set("current", str(now))
    vcpus = ET.SubElement(element, "vcpus")
    for number in range(most):
        enabled, loose = ("yes" if number < now else "no"), ("yes" if number else "no")
        ET.SubElement(vcpus, "vcpu", {"id": str(number), "enabled": enabled, "hotpluggable": loose})


def fixed_vcpus(element: Element) -> int:
    """How many processors a running vm keeps: those that it was started with, unless they are listed otherwise."""
    listed = element.findall("./vcpus/vcpu")
    if not listed:
        return Vcpus().read(element) or 1
    return sum(v.get("enabled") == "yes" and v.get("hotpluggable") != "yes" for v in listed)


# Of a model that libvirt chose after the host's.
VENDOR = Text("./cpu/vendor")


class Processor:
    """The processor; another mode or model leaves behind what belonged to the former, and keeps the topology."""

    _topology = Part(
        "./topology",
        {name: Integer(f"./@{name}") for name in ("sockets", "dies", "cores", "threads")},
        Topology,
    )

    def read(self, element: Element) -> Cpu | None:
        cpu = element.find("cpu")
        if cpu is None:
            return None
        mode = cpu.get("mode") or ("custom" if cpu.find("model") is not None else None)
        return Cpu(
            mode,
            Text("./model").read(cpu) if mode == "custom" else None,
            self._topology.read(cpu),
            {f.get("name", ""): f.get("policy", "require") for f in cpu.findall("feature")},
        )

    def write(self, element: Element, value: Cpu | None) -> None:
        cpu = Path("./cpu").make(element)
        if value is None:
            return
        present = self.read(element) or Cpu()
        if value.mode and (value.mode, value.model) != (present.mode, present.model):
            for child in [child for child in cpu if child.tag not in ("topology", "numa")]:
                cpu.remove(child)
            cpu.attrib.clear()
            cpu.set("mode", value.mode)
            Text("./model").write(cpu, value.model)
        if value.topology is not None:
            self._topology.write(cpu, value.topology)
        for name, policy in (value.features or {}).items():
            feature = next((f for f in cpu.findall("feature") if f.get("name") == name), None)
            if feature is None:
                feature = ET.SubElement(cpu, "feature", {"name": checked_text(name, "cpu.features")})
            feature.set("policy", policy)


class Pins:
    """On which of the host's processors each of the vm's runs."""

    def read(self, element: Element) -> dict[str, str]:
        pins = element.findall("vcpupin")
        return {pin.get("vcpu", ""): cpuset(pin.get("cpuset", ""), "vcpupin") for pin in pins}

    def write(self, element: Element, value: dict[str, str] | None) -> None:
        for number, text in (value or {}).items():
            Text(f"./vcpupin[@vcpu='{number}']/@cpuset").write(element, text)


CPU_TUNE: Part[CpuTune] = Part(
    "./cputune",
    {
        "shares": Integer("./shares"),
        "period": Integer("./period"),
        "quota": Integer("./quota"),
        "emulatorpin": CpuSet("./emulatorpin/@cpuset"),
        "vcpupin": Pins(),
    },
    CpuTune,
)


class NumaNodes:
    """The guest's nodes, and where on the host their memory is to come from."""

    _mode, _nodeset = Text("./numatune/memory/@mode"), CpuSet("./numatune/memory/@nodeset")
    _cpus = CpuSet("./@cpus")

    def read(self, element: Element) -> Numa:
        cells = enumerate(element.findall("./cpu/numa/cell"))
        return Numa(
            tuple(
                NumaCell(int(c.get("id") or number), self._cpus.read(c), _memory(c)) for number, c in cells
            ),
            self._mode.read(element),
            self._nodeset.read(element),
        )

    def write(self, element: Element, value: Numa | None) -> None:
        if value is None:
            return
        if value.mode is not None:
            self._mode.write(element, value.mode)
        if value.nodeset is not None:
            self._nodeset.write(element, value.nodeset)
        if value.cells is not None:
            Path("./cpu/numa").clear(element)
        for cell in value.cells or ():
            child = ET.SubElement(Path("./cpu/numa").make(element), "cell", {"id": str(cell.id)})
            self._cpus.write(child, cell.cpus)
            child.attrib.update({"memory": str((cell.memory or 0) // 1024), "unit": "KiB"})


def _memory(cell: Element) -> int | None:
    size = ET.Element("cell")
    size.append(memory := ET.Element("memory", {"unit": cell.get("unit", "KiB")}))
    memory.text = cell.get("memory")
    return Bytes("./memory").read(size)
