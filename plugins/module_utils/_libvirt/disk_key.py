# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of encrypted disks: a disk names a secret, and libvirt keeps what that is where only root reads it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import Any

from .._core.undo import Undo
from .._model.disk_attachment import DiskAttachment
from .._model.encryption import Encryption
from .._model.vm import Vm
from . import xml
from .disk_users import vm_disks
from .session import Session
from .vm_disks import DISKS, secret_of
from .xml import Element


def passphrase_of(session: Session, secret: str) -> str | None:
    """What libvirt keeps by that UUID; None where that is nothing."""
    kept = session.find(lambda c: c.secretLookupByUUIDString(secret).value(), "read a secret")
    return None if kept is None else bytes(kept).decode("utf-8", "replace")


def key_of(session: Session, disk: DiskAttachment) -> Encryption | None:
    """With the passphrase that libvirt opens the disk of a definition by."""
    secret = disk.encryption.secret if disk.encryption is not None else None
    return Encryption("luks", passphrase_of(session, secret)) if secret else None


def give_keys(session: Session, root: Element, asked: Iterable[DiskAttachment], undo: Undo) -> None:
    """Has libvirt know the passphrases of the disks of a definition, as they are asked for."""
    wanted = {disk.source: disk.passphrase for disk in asked if disk.passphrase is not None}
    for disk in DISKS.read(root):
        secret = disk.encryption.secret if disk.encryption is not None else None
        if secret and disk.source in wanted:
            _give(session, (secret, disk.source or ""), wanted[disk.source] or "", undo)


def forget_keys(session: Session, found: Vm, undo: Undo, *, gone: bool = False) -> None:
    """Has libvirt forget those that the collection gave it for the vm as it was found, and that no disk needs any more.

    ``gone``: the vm itself is about to go.
    """
    texts = [vm.definition for vm in (found, found.running) if vm is not None and vm.definition]
    had = {name: path for text in texts for name, path in _named([xml.parse(text)]).items()}
    ours = {name: path for name, path in had.items() if name == secret_of(path)}
    if not ours:
        return
    others = {vm: disks for vm, disks in vm_disks(session).items() if not (gone and vm == found.name)}
    needed = {name for disks in others.values() for name in _named(disks)}
    for secret, path in ours.items():
        if secret not in needed:
            _take(session, (secret, path), undo)


def _named(elements: Iterable[Element]) -> dict[str, str]:
    """The secrets that disks name, each with its file."""
    return {
        secret.get("uuid", ""): source.get("file") or source.get("dev") or ""
        for element in elements
        for source in element.iter("source")
        for secret in source.findall("./encryption/secret")
    }


def _give(session: Session, secret: tuple[str, str], passphrase: str, undo: Undo) -> None:
    former = passphrase_of(session, secret[0])
    if former == passphrase:
        return
    if former is None:
        undo.push(f"forget the secret of {secret[1]}", lambda: _forget(session, secret[0]))
    else:
        undo.push(f"keep the former secret of {secret[1]}", lambda: _set(session, secret, former))
    _set(session, secret, passphrase)


def _take(session: Session, secret: tuple[str, str], undo: Undo) -> None:
    former = passphrase_of(session, secret[0])
    _forget(session, secret[0])
    if former is not None:
        undo.push(f"keep the secret of {secret[1]} again", lambda: _set(session, secret, former))


def _set(session: Session, secret: tuple[str, str], passphrase: str) -> None:
    """Kept on the host's disk, since a vm that starts with its host needs it then."""
    name, path = secret
    known = session.find(lambda c: c.secretLookupByUUIDString(name), "look for a secret")
    root = ET.Element("secret", {"ephemeral": "no", "private": "no"})
    ET.SubElement(root, "uuid").text = name
    ET.SubElement(ET.SubElement(root, "usage", {"type": "volume"}), "volume").text = path

    def keep(connection: Any) -> None:
        (known or connection.secretDefineXML(xml.render(root))).setValue(passphrase.encode())

    session.do(f"keep the secret of {path}", keep)


def _forget(session: Session, secret: str) -> None:
    session.find(lambda c: c.secretLookupByUUIDString(secret).undefine(), "forget a secret")
