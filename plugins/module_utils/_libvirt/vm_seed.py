# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The disc on which a vm finds its documents: those of cloud-init, and Windows Setup's answers."""

from __future__ import annotations

from collections.abc import Mapping

from .._core.errors import Refused
from .._core.undo import Undo
from .._model.cloud_init import digests
from .._model.disk_attachment import DIRECTORY
from .._model.new_vm import seed_attachment
from .._model.unattend import ANSWER_FILE
from .._model.vm import Vm
from .._model.vm_host import VmHost
from .disk_users import disk_users
from .session import Session
from .vm_disks import DISKS
from .vm_identity import coming_name
from .vm_tables import SEED_DIGESTS, SEED_INSTANCE, SEED_PATH, TABLE
from .xml import Element


def seed_path(vm: str) -> str:
    """Where the seed of a vm is kept."""
    return f"{DIRECTORY}/{vm}-seed.img"


def seed_documents(root: Element, asked: Vm, host: VmHost) -> dict[str, str]:
    """What the seed is to hold: what is asked for, and what it has of the kind that nobody asks about."""
    path = SEED_PATH.read(root)
    there = (host.read_seed(path) if path else None) or {}
    kept = {
        name: text
        for name, text in there.items()
        if (asked.unattend if name == ANSWER_FILE else asked.cloud_init) is None
    }
    return {**kept, **(asked.seed or {})}


def write_seed(root: Element, asked: Vm, documents: Mapping[str, str]) -> None:
    """Attaches the seed, or detaches it where it is to hold nothing, and notes the digests of its documents.

    Its path stays noted, so that the file goes with the vm at the latest.
    """
    path = SEED_PATH.read(root) or seed_path(asked.name)
    there = next((disk for disk in DISKS.read(root) if disk.source == path), None)
    wanted = seed_attachment(asked.os, TABLE["machine"].read(root), path, documents)
    if there is not None and (not documents or (wanted.device == "cdrom" and there.device != "cdrom")):
        DISKS.drop(root, there.key)
        there = None
    if there is None and documents:
        DISKS.put(root, wanted)
    SEED_PATH.write(root, path)
    if asked.cloud_init is not None:
        SEED_INSTANCE.write(root, asked.cloud_init.instance)
    SEED_DIGESTS.write(root, digests(documents))


def check_new_seed(session: Session, asked: Vm, found: Vm | None, host: VmHost) -> None:
    """Raises ``Refused`` where a vm that has no seed is to get one, and there is a file in its place, of anybody's."""
    path = seed_path(asked.name)
    has = found is not None and (found.cloud_init or found.unattend) is not None
    # A file, or a libvirt, that is still to come has nobody's.
    if has or asked.seed is None or host.read_seed(path) is None:
        return
    own = (asked.name, coming_name(asked.name))
    named = disk_users(session, [path])[path] if session.present() else ()
    users = [vm for vm in named if vm not in own]
    if users or not host.is_seed(path):
        whose = f"is a disk of vm/{', vm/'.join(users)}" if users else "was not made by this collection"
        raise Refused(
            f"its seed is to be {path}, and the file there {whose}",
            hint="Give that another name, or remove it.",
        )


def build_seed(host: VmHost, path: str, documents: Mapping[str, str], undo: Undo) -> None:
    """Writes the file anew; the way back is the one that was there."""
    before = host.contents(path)
    if before is None:
        undo.push("remove its seed", lambda: host.remove(path))
    else:
        undo.push("put its seed back", lambda: host.write(path, before))
    host.build_seed(path, documents)
