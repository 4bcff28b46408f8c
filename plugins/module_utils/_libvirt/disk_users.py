# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vms whose definitions name a file."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any

from . import xml
from .session import LibvirtFailed, Session
from .xml import Element


def disk_users(session: Session, paths: Collection[str]) -> dict[str, list[str]]:
    """By path, the vms that are defined with a disk there, by whatever name, running or not. Raises ``HostError``."""
    named = sorted(vm_files(session, "./source").items())
    vms = {vm: {os.path.realpath(file) for file in files if file.startswith("/")} for vm, files in named}
    return {path: [vm for vm, files in vms.items() if os.path.realpath(path) in files] for path in paths}


def vm_files(session: Session, sources: str = ".//source") -> dict[str, set[str]]:
    """By vm, the files and devices of its disks, as it is defined and as it runs, and what libvirt knows below them.

    A volume is where its pool says that it is.
    """
    return {
        name: {
            file
            for disk in disks
            for source in disk.findall(sources)
            for file in source_files(session, source)
        }
        for name, disks in vm_disks(session).items()
    }


def vm_disks(session: Session) -> dict[str, list[Element]]:
    """By vm, its disks, as it is defined and as it runs; of one that goes meanwhile, nothing."""
    domains = session.do("list the vms", lambda c: c.listAllDomains())
    texts = {domain.name(): _definitions(session, domain) for domain in domains}
    return {
        name: [disk for text in definitions for disk in xml.parse(text).findall("./devices/disk")]
        for name, definitions in texts.items()
        if definitions is not None
    }


def _definitions(session: Session, domain: Any) -> list[str] | None:
    inactive = session.constant("VIR_DOMAIN_XML_INACTIVE")
    return session.find(
        lambda _c: [domain.XMLDesc(flags) for flags in (inactive, 0)], "read the disks of a vm"
    )


def source_files(session: Session, source: Element) -> set[str]:
    """What a disk's source names, and where that is, if it is a volume."""
    volume = {_volume(session, source)} if source.get("pool") else set()
    return {*source.attrib.values(), *volume}


def _volume(session: Session, source: Element) -> str:
    """The path of a volume; ``""`` where it is not there, or its pool is not active."""

    def path(connection: Any) -> str:
        pool = connection.storagePoolLookupByName(source.get("pool"))
        return str(pool.storageVolLookupByName(source.get("volume")).path())

    try:
        return session.find(path, "look for a volume") or ""
    except LibvirtFailed:
        return ""
