# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes of storage pools: where each is and how big, and how one that nobody uses is made, grows and goes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any, NamedTuple

from .._model.disk_attachment import DiskAttachment
from . import xml
from .session import LibvirtFailed, Session
from .xml import Bytes, Text

# In these a volume is a file.
_FOLDERS = ("dir", "fs", "netfs")
# A large pool takes its time to be looked through.
_SECONDS = 600.0


class Place(NamedTuple):
    """A pool. Its ``folder`` is where its volumes are files of this very host; None where they are not."""

    kind: str
    active: bool
    folder: str | None

    @property
    def of_files(self) -> bool:
        return self.kind in _FOLDERS


def place_of(session: Session, pool: str) -> Place | None:
    """None where there is no such pool."""

    def ask(connection: Any) -> tuple[str, bool]:
        found = connection.storagePoolLookupByName(pool)
        return found.XMLDesc(0), bool(found.isActive())

    answer = session.find(ask, "read the pool")
    if answer is None:
        return None
    root = xml.parse(answer[0])
    kind = root.get("type", "")
    folder = Text("./target/path").read(root) if session.local and kind in _FOLDERS else None
    return Place(kind, answer[1], folder.rstrip("/") if folder else None)


def volume_size(session: Session, disk: DiskAttachment) -> int | None:
    """The bytes that a guest sees; None where the volume is not there, or its pool is not active."""
    try:
        return session.find(lambda c: int(_volume(c, disk).info()[1]), "read a volume")
    except LibvirtFailed:
        return None


def volume_path(session: Session, disk: DiskAttachment) -> str | None:
    """Where it is; None where it is not there, or its pool is not active."""
    try:
        return session.find(lambda c: str(_volume(c, disk).path()), "look for a volume")
    except LibvirtFailed:
        return None


def grow_volume(session: Session, disk: DiskAttachment, size: int) -> None:
    """Raises ``LibvirtFailed`` where the pool cannot do that."""
    session.do(f"grow {disk.medium}", lambda c: _volume(c, disk).resize(size))


def make_volume(session: Session, disk: DiskAttachment, place: Place) -> None:
    """A new, empty one, as libvirt makes it. Raises ``LibvirtFailed`` where the pool cannot do that."""
    root = ET.Element("volume")
    Text("./name").write(root, disk.volume)
    Bytes("./capacity").write(root, disk.size)
    if place.of_files:
        Bytes("./allocation").write(root, 0)
        Text("./target/format/@type").write(root, disk.completed().format)
    text = xml.render(root)
    session.do(
        f"make {disk.medium}", lambda c: c.storagePoolLookupByName(disk.pool).createXML(text, 0), _SECONDS
    )


def remove_volume(session: Session, disk: DiskAttachment) -> None:
    session.find(lambda c: _volume(c, disk).delete(0), f"remove {disk.medium}")


def refresh(session: Session, pool: str) -> None:
    """Has libvirt see what has come to a folder."""
    session.do(f"refresh {pool}", lambda c: c.storagePoolLookupByName(pool).refresh(0), _SECONDS)


def _volume(connection: Any, disk: DiskAttachment) -> Any:
    return connection.storagePoolLookupByName(disk.pool).storageVolLookupByName(disk.volume)
