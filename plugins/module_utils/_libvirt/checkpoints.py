# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checkpoints of a domain: the moments since which its disks keep bitmaps of what has changed."""

from __future__ import annotations

from . import xml
from .session import LibvirtFailed, Session


class Checkpoints:
    """Those of one domain; no such domain has none."""

    def __init__(self, session: Session, vm: str) -> None:
        self._session = session
        self._vm = vm

    def names(self) -> list[str]:
        found = self._session.find(
            lambda c: [point.getName() for point in c.lookupByName(self._vm).listAllCheckpoints(0)],
            "list the checkpoints",
        )
        return found or []

    def trouble(self, name: str) -> str | None:
        """Why a backup cannot go on from one; None where it can. A disk whose bitmap is lost has no size."""
        size = self._session.constant("VIR_DOMAIN_CHECKPOINT_XML_SIZE")
        no_domain = self._session.constant("VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN")
        try:
            told = self._session.find(
                lambda c: c.lookupByName(self._vm).checkpointLookupByName(name).getXMLDesc(size | no_domain),
                "look at the checkpoint",
            )
        except LibvirtFailed as error:
            return f"its checkpoint {name} is of no use ({error.cause})"
        if told is None:
            return f"its checkpoint {name} is gone"
        kept = xml.parse(told).findall("./disks/disk[@checkpoint='bitmap']")
        lost = [disk.get("name", "") for disk in kept if disk.get("size") is None]
        return f"the bitmap of {', '.join(lost)} is lost" if lost else None

    def remove(self, name: str) -> None:
        """With its bitmaps, where the vm runs; libvirt cannot take these from images that no QEMU has open."""
        self._remove(name, 0)

    def forget(self) -> None:
        """What libvirt knows of all of them; the images are others by now."""
        metadata = self._session.constant("VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY")
        for name in self.names():
            self._remove(name, metadata)

    def _remove(self, name: str, flags: int) -> None:
        self._session.find(
            lambda c: c.lookupByName(self._vm).checkpointLookupByName(name).delete(flags),
            f"remove the checkpoint {name}",
        )
