# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files in which a vm goes on writing after an external snapshot: each rests on one that stays as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from .._model.vm import Vm
from . import xml
from .session import Session
from .xml import Element, Text

_FILE = Text("./source/@file")


def snapshot_roots(session: Session, vm: str) -> list[Element]:
    """What libvirt keeps of the vm's snapshots, parents first; nothing where there is no such vm, or can be none."""
    if session.lxc:
        return []
    flag = session.constant("VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL")
    texts = session.find(
        lambda c: [s.getXMLDesc(0) for s in c.lookupByName(vm).listAllSnapshots(flag)], "read the snapshots"
    )
    return [xml.parse(text) for text in texts or ()]


def layers(session: Session, vm: str) -> dict[str, str]:
    """Of each file that was put over a disk by a snapshot, or by going back to one, the file below it."""
    below: dict[str, str] = {}
    for root in snapshot_roots(session, vm):
        then = {
            Text("./target/@dev").read(disk): _FILE.read(disk)
            for disk in root.findall("./domain/devices/disk")
        }
        for disk in [
            *root.findall("./disks/disk[@snapshot='external']"),
            *root.findall("./revertDisks/disk"),
        ]:
            layer, rests_on = _FILE.read(disk), then.get(disk.get("name"))
            if layer and rests_on:
                below[layer] = rests_on
    return below


def memory_files(session: Session, vm: str) -> list[str]:
    """The files in which snapshots keep the vm's memory."""
    files = (Text("./memory/@file").read(root) for root in snapshot_roots(session, vm))
    return [file for file in files if file]


def layered(vm: Vm, below: Mapping[str, str]) -> Vm:
    """The vm, whose disks know the files below them."""
    disks = tuple(
        dataclasses.replace(disk, below=_chain(disk.source, below) or None) for disk in vm.disks or ()
    )
    running = None if vm.running is None else layered(vm.running, below)
    return dataclasses.replace(vm, disks=disks, running=running)


def _chain(file: str | None, below: Mapping[str, str]) -> tuple[str, ...]:
    chain: list[str] = []
    under = below.get(file or "")
    while under and under not in chain:
        chain.append(under)
        under = below.get(under)
    return tuple(chain)
