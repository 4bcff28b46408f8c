# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who uses an image, and what must not be done to it then: nothing that would lose what it holds."""

from __future__ import annotations

from .._core.change import Address
from .._core.driver import Planning
from .._core.errors import Refused
from .._model.disk import Disk
from .._model.disk_jobs import DiskUser

_STOPS = ("delete", "stop")
_REST = "Stop what uses it, and run again."


def live_user(found: Disk) -> DiskUser | None:
    """The vm of this host's libvirt that runs on the image and is all that has it open; only then jobs can reach it."""
    running = [user for user in found.users or () if user.running]
    alone = len(running) == 1 and found.in_use_by == (f"vm/{running[0].vm}",)
    return running[0] if alone and running[0].topmost else None


def check_unused(found: Disk, planning: Planning) -> None:
    """Raises ``Refused`` while an overlay, a vm or a process that stays needs the image."""
    overlays = [path for path in found.overlays or () if not _goes(Address("disk", path), planning)]
    if overlays:
        raise Refused(
            f"it is the backing file of {', '.join(overlays)}",
            hint="Remove these first: without it they are lost.",
        )
    users = [user for user in found.in_use_by or () if not _goes(_workload(user), planning)]
    if users:
        raise Refused(f"it is in use by {', '.join(users)}", hint="Stop what uses it first.")
    vms = [f"vm/{user.vm}" for user in found.users or () if not planning.removes(Address("vm", user.vm))]
    stay = [vm for vm in vms if vm not in (found.in_use_by or ())]
    if stay:
        raise Refused(
            f"{', '.join(stay)} is defined with it"
            if len(stay) == 1
            else f"{', '.join(stay)} are defined with it",
            hint="Remove the vm, or take the disk from it, first.",
        )


def check_at_rest(found: Disk, what: str) -> None:
    """Raises ``Refused`` for what cannot be done while something has the image open."""
    if found.in_use_by:
        raise Refused(
            f"it is in use by {', '.join(found.in_use_by)}, and {what} now would damage it", hint=_REST
        )


def check_alone(found: Disk, what: str) -> None:
    """Raises ``Refused`` where something rests on the image, or uses it and cannot be asked to do it."""
    if found.overlays:
        raise Refused(
            f"it is the backing file of {', '.join(found.overlays)}, and {what} might spoil these",
            hint="Do it to what rests on it, or remove these first.",
        )
    live = live_user(found)
    if live is None:
        check_at_rest(found, what)
    below = [user.vm for user in found.users or () if not user.topmost]
    if below:
        raise Refused(
            f"it is below a disk of vm/{', vm/'.join(below)}, and {what} might spoil that",
            hint="Do it to the disk that the vm has.",
        )


def check_chain_is_free(found: Disk, what: str) -> None:
    """Raises ``Refused`` where a snapshot leans on what the image rests on now."""
    kept = [user.vm for user in found.users or () if user.snapshots]
    if kept:
        raise Refused(
            f"vm/{', vm/'.join(kept)} has snapshots, and {what} might spoil these",
            hint="Remove them with vm_snapshot first.",
        )
    check_empty_inside(found, what)


def check_empty_inside(found: Disk, what: str) -> None:
    """Raises ``Refused`` where the image holds more than what a guest sees, or does not open."""
    check_opens_at_rest(found)
    if found.inside:
        raise Refused(
            f"it holds {', '.join(found.inside)} inside, and {what} would lose that",
            hint="Remove these snapshots and bitmaps first (qemu-img snapshot -d, qemu-img bitmap --remove).",
        )


def check_opens_at_rest(found: Disk) -> None:
    """Raises ``Refused`` where what is asked for does not open an image; libvirt opens those of vms that run."""
    if live_user(found) is None:
        check_opens(found)


def check_opens(found: Disk) -> None:
    """Raises ``Refused`` where what is asked for does not open an image, so that it cannot be told what that holds."""
    if found.sealed is not None:
        what, cause, hint = found.sealed
        raise Refused(what, cause=cause, hint=hint)


def check_one_passphrase(found: Disk, what: str) -> None:
    """Raises ``Refused`` where an image that is written anew would open by fewer passphrases than it did."""
    if (found.passphrases or 0) > 1:
        raise Refused(
            f"{found.passphrases} passphrases open it, and {what} would leave but one",
            hint="Take the others from it first (qemu-img amend -o encrypt.keyslot=N,encrypt.state=inactive).",
        )


def _goes(address: Address, planning: Planning) -> bool:
    return any(change.action in _STOPS for change in planning.planned.get(address, ()))


def _workload(user: str) -> Address:
    kind, _slash, name = user.partition("/")
    return Address(kind, name)
