# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The XML of libvirt's backups and checkpoints, and what a domain's says of the disks that it writes to."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import NamedTuple

from .._model.backup_plan import GroundDisk
from .._model.backup_store import HALF
from .._model.vm_backup import VmBackup
from .._model.xml_text import checked_text
from .vm_descriptors import AGENT
from .xml import Element

BITMAP = "changed"
SOCKET = "hybrid-backup.sock"


class Ends(NamedTuple):
    """Where a job ends: of a push the images by target; of a pull a socket, and where QEMU puts what it must keep."""

    images: Mapping[str, str]
    socket: str = ""


def new_backup(spec: VmBackup, checkpoint: str | None, ends: Ends) -> Element:
    """Of a spec that is complete (``completed_backup``). ``checkpoint`` is the one of its parent."""
    root = ET.Element("domainbackup", {"mode": spec.method or ""})
    if checkpoint:
        ET.SubElement(root, "incremental").text = checked_text(checkpoint, "checkpoint")
    if spec.method == "pull":
        ET.SubElement(root, "server", {"transport": "unix", "socket": checked_text(ends.socket, "socket")})
    listed = ET.SubElement(root, "disks")
    for held in spec.disks or ():
        disk = ET.SubElement(listed, "disk", {"name": held.target, "backup": "yes", "type": "file"})
        if checkpoint:
            disk.set("backupmode", "incremental" if held.parent else "full")
        if checkpoint and held.parent:
            disk.set("incremental", checkpoint)
        if spec.method == "push":
            ET.SubElement(disk, "driver", {"type": "qcow2"})
            ET.SubElement(disk, "target", {"file": checked_text(ends.images[held.target], "path")})
            continue
        disk.set("exportname", held.target)
        if held.parent:
            disk.set("exportbitmap", BITMAP)
        ET.SubElement(disk, "scratch", {"file": checked_text(ends.images[held.target], "path")})
    return root


def is_ours(job: Element) -> bool:
    """Whether a job that is under way is one of this collection's: it ends in a socket, or in folders, of its own."""
    server = job.find("./server")
    if server is not None:
        return os.path.basename(server.get("socket", "")) == SOCKET
    files = [target.get("file", "") for target in job.findall("./disks/disk/target")]
    return any(os.path.basename(os.path.dirname(file)).startswith(HALF) for file in files)


def new_checkpoint(name: str, spec: VmBackup) -> Element | None:
    """A checkpoint of the disks that can keep a bitmap; None where there are none."""
    root = ET.Element("domaincheckpoint")
    ET.SubElement(root, "name").text = checked_text(name, "name")
    listed = ET.SubElement(root, "disks")
    for disk in spec.disks or ():
        if disk.format == "qcow2":
            ET.SubElement(listed, "disk", {"name": disk.target, "checkpoint": "bitmap"})
    return root if len(listed) else None


def written_disks(root: Element) -> dict[str, tuple[GroundDisk, Element]]:
    """By target, the disks that a domain writes to, each with its source; their sizes are not in the XML."""
    found = {}
    for disk in root.findall("./devices/disk"):
        source = disk.find("source")
        if disk.get("device", "disk") != "disk" or disk.find("readonly") is not None:
            continue
        if source is None or not source.attrib:
            continue
        ground = GroundDisk(
            target=target_of(disk),
            format=_format(disk),
            path=source.get("file") or source.get("dev"),
            bars=_bars(disk),
        )
        found[ground.target] = (ground, source)
    return found


def target_of(disk: Element) -> str:
    target = disk.find("target")
    return "" if target is None else target.get("dev", "")


def agent_is_connected(root: Element) -> bool:
    """Whether the guest's agent has opened its end of the channel."""
    targets = root.findall("./devices/channel/target")
    return any(t.get("name") == AGENT and t.get("state") == "connected" for t in targets)


def nvram_of(root: Element) -> str | None:
    """The file in which an EFI keeps its variables."""
    nvram = root.find("./os/nvram")
    if nvram is None:
        return None
    source = nvram.find("source")
    return (nvram.text or "").strip() or (source.get("file") if source is not None else None)


def _format(disk: Element) -> str:
    driver = disk.find("driver")
    return "raw" if driver is None else driver.get("type", "raw")


def _bars(disk: Element) -> str | None:
    reasons = {
        "is shared, and what other vms write to it meanwhile cannot be held": disk.find("shareable"),
        "is given up whenever the vm stops (transient)": disk.find("transient"),
        "is encrypted, and a backup of it would not be": disk.find(".//encryption"),
    }
    return next((reason for reason, element in reasons.items() if element is not None), None)
