# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The XML of libvirt's snapshots, read and written."""

from __future__ import annotations

import datetime
import xml.etree.ElementTree as ET
from collections.abc import Iterable

from .._model.vm_snapshot import VmSnapshot
from .._model.xml_text import checked_text
from .vm_descriptors import Blank
from .xml import Element, Integer, Text

_KEPT = ("internal", "external")
_STATE, _TAKEN = Text("./state"), Integer("./creationTime")
_PARENT = Text("./parent/name")
_MEMORY, _MEMORY_FILE = Text("./memory/@snapshot"), Text("./memory/@file")
_FILE = Text("./source/@file")
_WORDS = {"shutoff": "stopped", "disk-snapshot": "running"}
DESCRIPTION = Blank("./description")


def new_snapshot(spec: VmSnapshot, disks: Iterable[str], memory_file: str) -> Element:
    """Of a spec that is complete (``completed_snapshot``); ``disks`` are the targets of all that the vm has."""
    root = ET.Element("domainsnapshot")
    ET.SubElement(root, "name").text = checked_text(spec.label, "name")
    DESCRIPTION.write(root, spec.description)
    memory = ET.SubElement(root, "memory", {"snapshot": spec.type or "" if spec.memory else "no"})
    if spec.memory and spec.type == "external":
        memory.set("file", memory_file)
    listed = ET.SubElement(root, "disks")
    for target in disks:
        kept = spec.type or "" if target in (spec.disks or ()) else "no"
        ET.SubElement(listed, "disk", {"name": target, "snapshot": kept})
    return root


def read_snapshot(root: Element, vm: str, current: str | None) -> VmSnapshot:
    """One snapshot of a vm; ``current`` is the name of that vm's current one."""
    label = Text("./name").read(root) or ""
    memory = _MEMORY.read(root)
    disks = {
        disk.get("name", ""): disk
        for disk in root.findall("./disks/disk")
        if disk.get("snapshot", "") in _KEPT
    }
    external = "external" in (memory, *(disk.get("snapshot") for disk in disks.values()))
    state = _STATE.read(root) or ""
    taken = _TAKEN.read(root)
    added = [_FILE.read(disk) for disk in disks.values() if disk.get("snapshot") == "external"]
    return VmSnapshot(
        name=f"{vm}/{label}",
        vm=vm,
        description=DESCRIPTION.read(root),
        type="external" if external else "internal",
        memory=memory in _KEPT,
        disks=tuple(disks),
        created=None if taken is None else _utc(taken),
        was=_WORDS.get(state, state),
        parent=_PARENT.read(root),
        current=label == current,
        memory_file=_MEMORY_FILE.read(root),
        files=tuple(file for file in added if file) or None,
    )


def _utc(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
