# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is planned for an image that exists, and what is refused: nothing that would lose what it holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from .._core.change import Address, Change
from .._core.compare import Difference, compare
from .._core.errors import Refused
from .._core.field import Disruption
from .._model.disk import Disk
from .disk_form import check_form
from .disk_use import (
    check_alone,
    check_at_rest,
    check_chain_is_free,
    check_empty_inside,
    check_one_passphrase,
    check_opens,
    check_opens_at_rest,
    live_user,
)


def plan_changes(asked: Disk, found: Disk) -> list[Change]:
    """In the order in which they are made: what is damaged is repaired before it is changed."""
    _check_sound(asked, found)
    changes = [*_repair(asked, found), *_commit(asked, found), *_rebase(asked, found), *_update(asked, found)]
    if not any(change.action == "commit" for change in changes):
        changes += _compact(asked, found)
    return changes


def check_link(found: Disk, changes: Iterable[Change]) -> None:
    """Raises ``Refused`` where a symbolic link would be replaced or removed, and not the image."""
    if found.link is not None and any(map(_takes_name, changes)):
        raise Refused(
            f"it is a symbolic link, to {found.link}, and the image would be left there",
            hint="Name the file itself.",
        )


def _takes_name(change: Change) -> bool:
    """Whether its name goes to another file, or goes; all else is done to the image in place."""
    asked, found = change.asked, change.found
    return (
        change.action in ("delete", "commit", "compact")
        or (change.action == "flatten" and live_user(found) is None)
        or (change.action == "rebase" and asked.upkeep.rebase == "safe")
        or (change.action == "repair" and asked.upkeep.repair == "all")
        or (change.touches("size") and asked.size < found.size and found.format != "raw")
    )


def _change(action: str, asked: Disk, found: Disk, *differences: Difference) -> Change:
    live = live_user(found) is not None and action in ("update", "commit", "flatten")
    cost = Disruption.LIVE if live and not _only_access(differences) else Disruption.NONE
    return Change(action, Address("disk", asked.name), cost, differences, asked, found)


def _only_access(differences: tuple[Difference, ...]) -> bool:
    return not any(d.path in ("size", "held", "backing_file") for d in differences)


def _difference(path: str, before: object, after: object) -> Difference:
    return Difference(path, before, after, Disruption.NONE)


def _check_sound(asked: Disk, found: Disk) -> None:
    """Raises ``Refused`` where QEMU's check finds damage that is not to be repaired, or could not look."""
    check = found.checked or {}
    if not asked.upkeep.checks or found.in_use_by:
        return
    check_opens(found)
    if not check.get("done") and found.format == "qcow2":
        raise Refused(
            "it cannot be checked", cause=str(check.get("cause", "")), hint="Leave check and repair out."
        )
    damage = check.get("corruptions", 0) + check.get("check_errors", 0)
    if (damage or found.corrupt) and asked.upkeep.repair != "all":
        raise Refused(
            f"QEMU's check finds errors in it ({damage})" if damage else "QEMU has marked it as corrupt",
            hint="Bring it back from a backup, or set repair: all, which may lose what cannot be read.",
        )


def _repair(asked: Disk, found: Disk) -> Iterator[Change]:
    check = found.checked or {}
    names = {"leaks": ("leaks",), "all": ("leaks", "corruptions", "check_errors")}.get(
        asked.upkeep.repair or "", ()
    )
    wrong = [_difference(f"checked.{name}", check[name], 0) for name in names if check.get(name)]
    if found.corrupt and asked.upkeep.repair == "all":
        wrong.append(_difference("corrupt", found.corrupt, None))
    if wrong:
        check_at_rest(found, "repairing it")
        yield _change("repair", asked, found, *wrong)


def _commit(asked: Disk, found: Disk) -> Iterator[Change]:
    if asked.upkeep.commit:
        check_opens(found)
    if not asked.upkeep.commit or not found.laid_over:
        return
    if found.backing_file is None:
        raise Refused("commit: it rests on nothing", hint="Leave commit out: what it holds is only here.")
    if not is_left(found):
        check_alone(found, "committing it")
        check_chain_is_free(found, "committing it")
        check_one_passphrase(found, "committing it")
        _check_commit(found)
    yield _change("commit", asked, found, _difference("held", found.laid_over, 0))


def is_left(found: Disk) -> bool:
    """Whether a run that was killed has brought its vm to go on with the image below: there is all that it holds."""
    return f"vm/{found.committing}" in (found.beside or ()) and not found.users


def _check_commit(found: Disk) -> None:
    if found.committing and not found.users:
        raise Refused(
            f"it was being committed while vm/{found.committing} ran, and how far that came cannot be told",
            hint=f"Remove it where the vm went on with {found.backing_file}; else bring the vm back.",
        )
    if found.beside:
        raise Refused(
            f"{', '.join(found.beside)} rests on {found.backing_file} too, and what is committed would spoil that",
            hint="Flatten it with backing_file: '' instead, or remove these first.",
        )


def _rebase(asked: Disk, found: Disk) -> Iterator[Change]:
    if not rebases(asked, found):
        return
    difference = _difference("backing_file", found.backing_file, asked.backing_file)
    if asked.backing_file:
        if found.format == "raw":
            raise Refused("backing_file: it is raw, and a raw image has none", hint="Leave backing_file out.")
        check_at_rest(found, "rebasing it")
        check_alone(found, "rebasing it")
        check_opens(found)
        if asked.upkeep.rebase == "safe":
            check_chain_is_free(found, "rebasing it")
        yield _change("rebase", asked, found, difference)
    else:
        check_alone(found, "flattening it")
        check_chain_is_free(found, "flattening it")
        yield _change("flatten", asked, found, difference)


def rebases(asked: Disk, found: Disk) -> bool:
    """Whether the image is to rest on another image than it does, or on none."""
    return asked.backing_file is not None and asked.backing_file != (found.backing_file or "")


def _update(asked: Disk, found: Disk) -> Iterator[Change]:
    if found.in_use_by:
        # While a vm runs its images belong to QEMU's user: libvirt gives them to it, and takes them back.
        asked = dataclasses.replace(asked, file_owner=None, file_group=None, selinux_context=None)
    differences = compare(dataclasses.replace(asked, backing_file=None), found)
    if not differences:
        return
    _check_fixed(differences)
    if check_form(differences, asked, found):
        check_at_rest(found, "amending it")
        check_alone(found, "amending it")
        check_opens(found)
    if any(d.path == "size" for d in differences):
        _check_size(asked, found)
    yield _change("update", asked, found, *differences)


def _check_fixed(differences: tuple[Difference, ...]) -> None:
    """Raises ``Refused`` for what an image is made with once and for all."""
    fixed = [d for d in differences if d.disruption is Disruption.REPLACE]
    if fixed:
        words = "; ".join(f"{d.path} is {d.before}, not {d.after}" for d in fixed)
        raise Refused(
            f"{words}, and an image that exists is never made anew",
            hint="Ask for what it is, choose another path, or remove it first if its data may go.",
        )


def _check_size(asked: Disk, found: Disk) -> None:
    if (asked.size or 0) < (found.size or 0):
        _check_shrinking(asked, found)
    elif found.overlays:
        raise Refused(
            f"it is the backing file of {', '.join(found.overlays)}, and writing to it would spoil what rests on it",
            hint="Grow what rests on it instead.",
        )
    else:
        check_alone(found, "growing it")
        check_opens_at_rest(found)


def _check_shrinking(asked: Disk, found: Disk) -> None:
    if not asked.upkeep.allow_shrink:
        raise Refused(
            f"a size is never shrunk: it has {found.size} bytes, and {asked.size} are asked for",
            hint=f"Ask for size: {found.size} or more, or leave size out; or set allow_shrink: true.",
        )
    check_at_rest(found, "shrinking it")
    check_alone(found, "shrinking it")
    check_opens(found)
    if found.lost is None:
        raise Refused("what it would lose by shrinking cannot be told", hint="Leave size out.")
    if found.lost:
        raise Refused(
            f"{found.lost} bytes of its content are beyond {asked.size}, and would be lost by shrinking",
            hint="Shrink its file systems in the guest and have the rest trimmed (blkdiscard) first.",
        )
    check_empty_inside(found, "shrinking it")


def _compact(asked: Disk, found: Disk) -> Iterator[Change]:
    if not asked.upkeep.compact:
        return
    if found.format == "raw":
        raise Refused(
            "compact: it is raw, and QEMU knows nothing of what it wastes", hint="Leave compact out."
        )
    check_opens(found)
    if found.reclaimable is None or found.allocated is None:
        raise Refused("compact: what it wastes cannot be told", hint="Leave compact out.")
    if found.reclaimable < asked.upkeep.threshold.of(found.allocated):
        return
    check_at_rest(found, "compacting it")
    check_alone(found, "compacting it")
    check_empty_inside(found, "compacting it")
    check_one_passphrase(found, "compacting it")
    expected = found.allocated - found.reclaimable
    yield _change("compact", asked, found, _difference("allocated", found.allocated, expected))
