# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definition of a vm that comes back from a backup."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from .._model.identity import nic_mac, vm_uuid
from .._model.vm_backup import VmBackup
from .._model.vm_host import VmHost
from . import xml
from .vm_backup_xml import nvram_of, target_of
from .vm_tables import OWN, SEED_PATH
from .xml import HYBRID, Element, Path, Text

RESTORED = Text(f"{OWN}/{{{HYBRID}}}restored/@from")
_NAME, _UUID = Text("./name"), Text("./uuid")
_NVRAM, _NVRAM_SOURCE = Text("./os/nvram"), Text("./os/nvram/source/@file")
_DRIVER_FORMAT = Text("./driver/@type")
_OWNER, _SEED = Path(f"{OWN}/{{{HYBRID}}}stack"), Path(f"{OWN}/{{{HYBRID}}}seed")
_WITH_PASSWORD, _LOCAL = ("vnc", "spice"), ("localhost", "::1")
_PLACES = ("network", "bridge", "dev")


def restored_definition(
    backup: VmBackup, places: Mapping[str, str], host: VmHost
) -> tuple[Element, list[str]]:
    """The definition, with the disks where they are now; and what had to be left out of it, in words.

    A vm that gets another name gets another UUID and other MACs with it, and is no stack's.
    """
    root = xml.parse(backup.definition or "")
    left = _put_disks(root, backup, places, host.exists)
    seed = SEED_PATH.read(root)
    renamed = backup.restore.name if backup.restore and backup.restore.name != backup.vm else None
    if seed and (renamed or not host.exists(seed)):
        _SEED.clear(root)
    if renamed:
        _rename(root, backup.vm or "", renamed, host.machine_id())
    RESTORED.write(root, backup.name)
    return root, left


def put_passwords(root: Element, there: Element | None) -> list[str]:
    """A backup holds no passwords: each screen gets the one of the vm that it comes in the place of.

    Returns the types of those that come anew, without one, and that other hosts reach.
    """
    had = {} if there is None else {str(s.get("type")): s for s in there.findall("./devices/graphics")}
    open_ones = []
    for screen in root.findall("./devices/graphics"):
        kind = str(screen.get("type"))
        for name in ("passwd", "passwdValidTo"):
            Text(f"./@{name}").write(screen, had[kind].get(name) if kind in had else None)
        if kind in _WITH_PASSWORD and kind not in had and _is_reached(screen):
            open_ones.append(kind)
    return open_ones


def _is_reached(screen: Element) -> bool:
    places = [screen.get("listen")]
    places += [listen.get("address") or listen.get("network") for listen in screen.findall("listen")]
    return any(place and place not in _LOCAL and not place.startswith("127.") for place in places)


def _put_disks(
    root: Element, backup: VmBackup, places: Mapping[str, str], exists: Callable[[str], bool]
) -> list[str]:
    """Disks that are in the backup get their files. Of the others one that is written to is left out, as is the seed of
    another vm or one that is gone; a drive without its disc is empty.
    """
    formats = {disk.target: disk.format for disk in backup.disks or ()}
    seed = SEED_PATH.read(root)
    renamed = bool(backup.restore and backup.restore.name not in (None, backup.vm))
    devices = root.find("./devices")
    left: list[str] = []
    for disk in root.findall("./devices/disk"):
        target, source = target_of(disk), disk.find("source")
        if target in places:
            _put(disk, places[target], formats[target])
            continue
        file = None if source is None else source.get("file") or source.get("dev")
        if source is None or (file and exists(file) and _only_read(disk) and not (renamed and file == seed)):
            continue
        left.append(f"{target} ({file or 'a volume'})")
        if disk.get("device") in ("cdrom", "floppy"):
            disk.remove(source)
        elif devices is not None:
            devices.remove(disk)
    return left


def _put(disk: Element, path: str, image_format: str) -> None:
    for tag in ("source", "backingStore", "mirror"):
        for child in disk.findall(tag):
            disk.remove(child)
    disk.set("type", "file")
    _DRIVER_FORMAT.write(disk, image_format)
    Text("./source/@file").write(disk, path)


def _only_read(disk: Element) -> bool:
    return disk.find("readonly") is not None or disk.get("device") in ("cdrom", "floppy")


def _rename(root: Element, old: str, new: str, machine_id: str) -> None:
    _NAME.write(root, new)
    _UUID.write(root, vm_uuid(machine_id, new))
    _OWNER.clear(root)
    nvram = nvram_of(root)
    if nvram:
        path = os.path.join(os.path.dirname(nvram), f"{new}_VARS{os.path.splitext(nvram)[1] or '.fd'}")
        (_NVRAM if _NVRAM.read(root) else _NVRAM_SOURCE).write(root, path)
    seen: dict[str, int] = {}
    for nic in root.findall("./devices/interface"):
        source = nic.find("source")
        names = (source.get(name) for name in _PLACES) if source is not None else ()
        place = next((name for name in names if name), "user")
        seen[place] = seen.get(place, 0) + 1
        key = place if seen[place] == 1 else f"{place}#{seen[place]}"
        Text("./mac/@address").write(nic, nic_mac(machine_id, new, key))
    for log in root.findall("./devices/*/log"):
        folder, name = os.path.split(log.get("file", ""))
        if name.startswith(f"{old}-"):
            log.set("file", os.path.join(folder, f"{new}{name[len(old) :]}"))
