# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of vms: what is asked of one, and how a new one has to be taken."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec, Refused
from .._core.field import Compare, Disruption, field, reported
from .names import checked_name
from .xml_text import check_texts


@dataclasses.dataclass(frozen=True)
class VmSnapshot:
    """``name`` is that of the vm and that of the snapshot: ``erp/before-update``. ``state``: present, absent, reverted.

    ``type`` is internal (inside the qcow2 images) or external (in further files). ``disks`` are targets, those that it
    holds at least: as it goes back libvirt 11 takes in the others, too. What a snapshot holds cannot be changed, so
    that it costs a replacement. ``was`` is the vm's state when it was taken, ``files`` are those in which the vm went
    on writing then.
    """

    name: str
    state: str = "present"
    vm: str | None = None
    description: str | None = field(Disruption.NONE)
    type: str | None = field(Disruption.REPLACE)
    memory: bool | None = field(Disruption.REPLACE)
    disks: tuple[str, ...] | None = field(Disruption.REPLACE, Compare.SUBSET)
    created: str | None = reported()
    was: str | None = reported()
    parent: str | None = reported()
    current: bool | None = reported()
    memory_file: str | None = reported()
    files: tuple[str, ...] | None = reported()
    quiesce: bool | None = None

    @property
    def label(self) -> str:
        """Its name among the snapshots of its vm."""
        return self.name.rpartition("/")[2]

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> VmSnapshot:
        """The spec of the options of ``hybrid.host.vm_snapshot``. Raises ``InvalidSpec``, naming the snapshot."""
        state = params.get("state") or "present"
        vm = checked_name("vm", str(params.get("vm") or ""), "absent")
        name = f"{vm}/{checked_name('snapshot', str(params.get('name') or ''), state)}"
        disks = params.get("disks")
        try:
            check_texts(params, besides=("vm", "name"))
            if params.get("quiesce") and (params.get("memory") or params.get("type") == "internal"):
                raise InvalidSpec(
                    "quiesce is for an external snapshot without memory",
                    hint="Leave memory and type out, or quiesce.",
                )
        except InvalidSpec as error:
            raise error.about("snapshot", name) from None
        return cls(
            name=name,
            state=state,
            vm=vm,
            description=params.get("description"),
            type=None if params.get("type") == "auto" else params.get("type"),
            memory=params.get("memory"),
            disks=tuple(dict.fromkeys(disks)) if disks else None,
            quiesce=params.get("quiesce"),
        )


@dataclasses.dataclass(frozen=True)
class SnapshotGround:
    """What a snapshot depends on of its vm: whether it runs, and of each disk that it writes to the format.

    ``flash`` says that its EFI keeps variables in a file that cannot hold a snapshot, ``internal`` is the snapshot that
    it goes on from, where that is an internal one.
    """

    active: bool
    formats: Mapping[str, str]
    flash: bool = False
    internal: str | None = None


def completed_snapshot(asked: VmSnapshot, ground: SnapshotGround) -> VmSnapshot:
    """A new snapshot in full: of which type, of which disks, with the memory or without.

    Raises ``Refused`` where it cannot be taken of this vm.
    """
    strange = sorted(set(asked.disks or ()) - set(ground.formats))
    if strange:
        raise Refused(
            f"disks: the vm writes to no {', '.join(strange)}",
            hint=f"It writes to {', '.join(ground.formats) or 'none'}.",
        )
    disks = asked.disks or tuple(ground.formats)
    against = _against_internal(asked, ground, disks)
    if asked.type == "internal" and against:
        raise Refused(
            f"cannot be kept inside the disks: {'; '.join(against)}", hint="Leave type out, or take external."
        )
    if asked.memory and not ground.active:
        raise Refused("the vm does not run, so that there is no memory to keep", hint="Leave memory out.")
    memory = ground.active and not asked.quiesce if asked.memory is None else asked.memory
    if not disks and not memory:
        raise Refused("there is nothing to keep: the vm writes to no disk")
    kind = asked.type or ("external" if against else "internal")
    if kind == "external" and ground.internal:
        why = f" (it has to be external: {'; '.join(against)})" if against else ""
        raise Refused(
            f"libvirt could never merge an external snapshot on the internal snapshot {ground.internal}{why}",
            hint=f"Remove {ground.internal} first.",
        )
    return dataclasses.replace(asked, type=kind, memory=memory, disks=disks)


def _against_internal(asked: VmSnapshot, ground: SnapshotGround, disks: tuple[str, ...]) -> list[str]:
    others = sorted(target for target in disks if ground.formats[target] != "qcow2")
    reasons = {
        f"{', '.join(others)} cannot hold a snapshot, as qcow2 can": others,
        "its EFI keeps its variables in a file that cannot hold a snapshot": ground.flash,
        "not all disks that the vm writes to are asked for": len(disks) < len(ground.formats),
        "a running vm's memory would be kept, too": ground.active
        and (asked.memory is False or asked.quiesce),
    }
    return [reason for reason, holds in reasons.items() if holds]
