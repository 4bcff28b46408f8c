# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vms whose definitions name a file."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from . import xml
from .session import LibvirtFailed, Session
from .xml import Element


def disk_users(session: Session, paths: Collection[str]) -> dict[str, list[str]]:
    """By path, the vms that are defined with a disk there, running or not. Raises ``HostError``."""
    users: dict[str, list[str]] = {path: [] for path in paths}
    for name, files in sorted(vm_files(session, "./devices/disk/source").items()):
        for path in sorted(files & set(users)):
            users[path].append(name)
    return users


def vm_files(session: Session, sources: str = "./devices/disk//source") -> dict[str, set[str]]:
    """By vm, the files and devices of its disks, as it is defined and as it runs, and what libvirt knows below them.

    A volume is where its pool says that it is.
    """
    inactive = session.constant("VIR_DOMAIN_XML_INACTIVE")
    texts = session.do(
        "list the vms",
        lambda c: [(d.name(), [d.XMLDesc(flags) for flags in (inactive, 0)]) for d in c.listAllDomains()],
    )
    found: dict[str, set[str]] = {}
    for name, definitions in texts:
        elements = [element for text in definitions for element in xml.parse(text).findall(sources)]
        volumes = {_volume(session, element) for element in elements if element.get("pool")}
        found[name] = {value for element in elements for value in element.attrib.values()} | volumes
    return found


def _volume(session: Session, source: Element) -> str:
    """The path of a volume; ``""`` where it is not there, or its pool is not active."""

    def path(connection: Any) -> str:
        pool = connection.storagePoolLookupByName(source.get("pool"))
        return str(pool.storageVolLookupByName(source.get("volume")).path())

    try:
        return session.find(path, "look for a volume") or ""
    except LibvirtFailed:
        return ""
