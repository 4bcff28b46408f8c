# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Vms: domains of one libvirt."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from .._core.change import Address, Change
from .._core.compare import Difference
from .._core.driver import Claim, Driver, Planning, Reference, Remarks, Space
from .._core.errors import Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.disk import Disk
from .._model.new_vm import with_likely_macs
from .._model.system_container import check_kind, on_driver
from .._model.vm import Vm
from .._model.vm_cost import ACTIVE, aligned, differences, drift
from .._model.vm_files import check_files, check_grown, check_sizes, check_start
from .._model.vm_host import VmHost
from .session import Session
from .vm_change import VmChange
from .vm_patch import check_patches, read_patches
from .vm_reading import VmReader
from .vm_removal import sparing
from .vm_seed import check_new_seed
from .vm_volumes import VmVolumes, allocation, coming_folders
from .vm_wait import Waiter

_STARTING = ("start", "restart", "replace")


class VmDriver(Driver):
    """Vms. Their disks, networks and kernels are others' to make: they are only referred to.

    ``kept`` are the images that are asked for beside them.
    """

    kind = "vm"
    created_as = "stopped"
    power: ClassVar[Mapping[tuple[str, str], str]] = {
        ("stopped", "running"): "start",
        ("stopped", "paused"): "start",
        ("saved", "running"): "start",
        ("saved", "paused"): "start",
        ("running", "stopped"): "stop",
        ("paused", "stopped"): "stop",
        ("saved", "stopped"): "stop",
        ("running", "saved"): "save",
        ("paused", "saved"): "save",
        ("crashed", "stopped"): "stop",
        ("running", "paused"): "pause",
        ("paused", "running"): "resume",
        **dict.fromkeys((("crashed", "running"), ("crashed", "paused"), ("crashed", "saved")), "restart"),
    }

    def __init__(self, session: Session, host: VmHost, kept: Sequence[Disk] = ()) -> None:
        self._session = session
        self._host = host
        self._kept = kept
        self._notes: dict[str, list[str]] = {}
        self._coming: dict[str, str] = {}
        self._wanted: dict[str, Vm] = {}

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        return VmReader(self._session, self._host).read(names, owner)

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state == "absent":
            return asked
        asked = on_driver(asked, lxc=self._session.lxc)
        return VmVolumes(self._session, self._host).seen(asked, found)

    def files(self, spec: Any) -> Sequence[str]:
        return [disk.origin for disk in spec.disks or () if (disk.origin or "").startswith("/")]

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        """As every driver's; files are looked for, since that they are there is not libvirt's to observe."""
        if asked.state == "absent":
            if found is not None and found.protection and asked.protection is not False:
                raise Refused(
                    "is protected from removal", hint="Set protection: false together with state: absent."
                )
            return super().plan(asked, found, planning)
        self._wanted[asked.name] = asked
        check_kind(asked, found)
        check_patches(asked.xml_patch or ())
        check_files(asked, found, planning, self._host)
        check_new_seed(self._session, asked, found, self._host)
        VmVolumes(self._session, self._host).check_pools(asked, planning)
        self._coming.update(coming_folders(asked, planning))
        changes = list(super().plan(asked, found, planning))
        restart = next((change for change in changes if change.action == "restart"), None)
        if restart is not None:
            changes = [c for c in changes if c.action not in ("start", "restart") or c is restart]
        if asked.state == "saved" and (found is None or found.state == "crashed"):
            steps = ("start", "save") if found is None else ("save",)
            changes += [Change(step, Address(self.kind, asked.name), asked=asked) for step in steps]
        cycles = asked.power_cycle and found is not None and found.state in ACTIVE
        if cycles and not any(change.action in ("restart", "replace") for change in changes):
            address = Address(self.kind, asked.name)
            changes.append(
                Change(asked.power_cycle, address, asked=asked, found=found, guarded=False, once=True)
            )
        if any(change.action in _STARTING for change in changes):
            check_start(asked, found, planning, self._host)
            VmVolumes(self._session, self._host).check_start(asked, found)
        return (*allocation(asked, found), *changes)

    def plan_fields(self, asked: Any, found: Any, planning: Planning) -> list[Change]:
        """An update; on a running vm what costs a restart is only written where that is not allowed."""
        address = Address(self.kind, asked.name)
        asked, found = aligned(with_likely_macs(asked, self._host), _patched(asked, found))
        written, drifted = differences(asked, found), drift(asked, found)
        check_sizes((*written, *drifted))
        check_grown(asked, (*written, *drifted), self._host)
        cost = max((d.disruption for d in written), default=Disruption.NONE)
        if cost is Disruption.REPLACE:
            _check_replacement(asked, found, written)
            return [Change("replace", address, cost, written, asked, found)]
        changes = []
        differing = (*written, *(d for d in drifted if d.disruption < Disruption.RESTART))
        if differing:
            at_once = [d.disruption for d in differing if d.disruption < Disruption.RESTART]
            costs = max(at_once, default=Disruption.NONE)
            changes.append(Change("update", address, costs, differing, asked, found))
        waiting = [d for d in differing if d.disruption is Disruption.RESTART]
        waiting += _pending(asked, found, drifted, {d.path for d in differing})
        stays = found.state in ACTIVE and asked.state not in ("stopped", "saved")
        if waiting and stays and not planning.allow < Disruption.RESTART:
            changes.append(Change("restart", address, Disruption.RESTART, tuple(waiting), asked, found))
        return changes

    def references(self, spec: Any) -> Sequence[Reference]:
        names = [nic.network for nic in spec.networks or () if nic.network]
        networks = [Reference(Address("network", name)) for name in names]
        networks += [Reference(Address("policy", name), must_exist=False, order_only=True) for name in names]
        disks = [
            Reference(Address("disk", path), must_exist=False)
            for disk in spec.disks or ()
            for path in (disk.source, disk.origin)
            if path and path.startswith("/")
        ]
        pools = dict.fromkeys(disk.pool for disk in spec.disks or () if disk.pool)
        pooled = [Reference(Address("pool", pool)) for pool in pools]
        return [*networks, *disks, *pooled, *(needed.reference() for needed in spec.depends_on or ())]

    def claims(self, spec: Any) -> Sequence[Claim]:
        nics = spec.networks or ()
        return [
            *(Claim("MAC", nic.mac) for nic in nics if nic.mac),
            *(Claim(f"address on network {nic.network}", nic.ip) for nic in nics if nic.ip),
            *(Claim("disk", disk.medium) for disk in spec.disks or () if disk.exclusive),
        ]

    def takes(self, change: Change) -> Sequence[Space]:
        return VmVolumes(self._session, self._host).takes(change, self._coming)

    def apply(self, change: Change, undo: Undo) -> None:
        if change.action == "allocate":
            VmVolumes(self._session, self._host).allocate(change, undo)
            return
        if change.action == "delete":
            found = sparing(self._session, change.found, self._wanted.values(), self._kept)
            change = dataclasses.replace(change, found=found)
        applied = VmChange(self._session, self._host, change, undo)
        applied.apply()
        self._notes.setdefault(change.address.name, []).extend(applied.notes)

    def wait(self, spec: Any, condition: str | None) -> None:
        if condition is not None:
            Waiter(self._session, self._host, spec).wait([condition])
        elif spec.wait_for is not None and spec.state == "running":
            Waiter(self._session, self._host, spec).wait(spec.wait_for.conditions)

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        if found is None:
            return Remarks()
        asked, found = with_likely_macs(asked, self._host), _patched(asked, found)
        waits = tuple(d.path for d in _pending(asked, found, drift(asked, found), set()))
        slow: tuple[str, ...] = ()
        if asked.virt_type is None and found.virt_type == "qemu" and not asked.arch:
            why = self._host.why_no_kvm()
            slow = (f"runs without KVM, which is slow: {why}",) if why else ()
        return Remarks(warnings=(*slow, *self._notes.get(asked.name, ())), restart_required=waits)


def _check_replacement(asked: Vm, found: Vm, written: Sequence[Difference]) -> None:
    """Raises ``Refused`` for a vm that is protected, or that would lose what libvirt keeps by its UUID."""
    if found.protection and asked.protection is not False:
        raise Refused(
            "is protected from replacement",
            hint="Set protection: false in the same run, or leave the fields.",
        )
    if not any(difference.path == "uuid" for difference in written):
        return
    tpms = [vm.tpm.type if vm.tpm is not None else None for vm in (found, asked)]
    kept = [
        *(["the state of its TPM"] if tpms[0] == "emulator" and tpms[1] in (None, "emulator") else []),
        *(["its snapshots and checkpoints"] if found.recorded else []),
    ]
    if kept:
        raise Refused(
            f"uuid: with another one libvirt would forget {' and '.join(kept)}",
            hint="Leave uuid out; or take away first what is to be forgotten (tpm: {type: none}, vm_snapshot).",
        )


def _patched(asked: Vm, found: Vm) -> Vm:
    """What is found, with what it has at the paths of the patches that are asked for."""
    if not asked.xml_patch:
        return found
    running = found.running
    if running is not None:
        running = dataclasses.replace(running, xml_patch=read_patches(running.definition, asked.xml_patch))
    return dataclasses.replace(
        found, xml_patch=read_patches(found.definition, asked.xml_patch), running=running
    )


def _pending(asked: Vm, found: Vm, drifted: Sequence[Difference], besides: set[str]) -> list[Difference]:
    """What was written before and waits for a restart, of the fields that are managed.

    Of memory, what it was started with is compared when the vm is read.
    """
    memory = ["memory"] if asked.memory is not None and "memory" in (found.pending or ()) else []
    waiting = [d.path for d in drifted if not d.disruption < Disruption.RESTART]
    return [
        Difference(path, "as it was started", "as it is defined", Disruption.RESTART)
        for path in dict.fromkeys((*memory, *waiting))
        if path not in besides
    ]
