# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds a vm that is asked for against one that is there: what differs, and what that costs this very vm."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from .._core.compare import Difference, compare
from .._core.field import Disruption
from .cloud_init import CloudInit
from .disk_attachment import DiskAttachment, targets
from .new_vm import PC
from .nic import Nic, paired
from .unattend import Unattend
from .vm import LXC, Vm

ACTIVE = ("running", "paused", "crashed", "saved")
# A machine's alias, and how the names of its versions begin: a newer QEMU does not make another machine of it.
MACHINES = {
    "q35": "pc-q35-",
    "pc": "pc-i440fx-",
    "virt": "virt-",
    "pseries": "pseries-",
    "s390-ccw-virtio": "s390-ccw-virtio-",
}
# What a running vm may lawfully have otherwise than it is written for the next start.
MOVING = (
    *(
        "memory",
        "autostart",
        "title",
        "description",
        "protection",
        "labels",
        "owner",
        "managed",
        "uuid",
        "machine",
    ),
)
_WRITTEN_ONLY = ("].ip", "boot.order")


def field_of(path: str) -> str:
    """The field of a vm that a difference belongs to: ``disks`` of ``disks[vda].cache``."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def differences(asked: Vm, found: Vm) -> tuple[Difference, ...]:
    """What differs in the definition, at the cost that it has for the vm as it is found: none where it does not run."""
    return _priced(*aligned(asked, found))


def _priced(asked: Vm, found: Vm) -> tuple[Difference, ...]:
    return tuple(
        dataclasses.replace(difference, disruption=_cost(difference, asked, found))
        for difference in compare(asked, found)
    )


def drift(asked: Vm, found: Vm) -> tuple[Difference, ...]:
    """What differs in the machine that runs and not in its definition."""
    if found.running is None:
        return ()
    running = _comparable(found, found.running)
    moved = {name: getattr(found, name) for name in (*MOVING, "state")}
    if found.state == "running" and (running.memory or 0) < (found.memory or 0):
        # A guest may be slow to give memory back, or unable to: that it has more than it is to have is no drift.
        moved["memory"] = running.memory
    running = dataclasses.replace(running, **moved)
    asked = aligned(asked, found)[0]
    drifted = [
        difference
        for difference in _priced(*_worded(asked, running))
        if not difference.path.endswith(_WRITTEN_ONLY)
    ]
    written = {difference.path for difference in differences(asked, found)} if drifted else set()
    return tuple(difference for difference in drifted if difference.path not in written)


def aligned(asked: Vm, found: Vm) -> tuple[Vm, Vm]:
    """Both, in the same words: machines by alias, disks by source, interfaces by MAC, labels by model, and so on.

    What is written is what was aligned. The interfaces of a machine that runs have been named after those defined.
    """
    if asked.networks is not None:
        running = found.running.networks if found.running is not None else ()
        nics = paired(asked.networks, found.networks or (), running or ())
        asked = dataclasses.replace(asked, networks=nics)
    return _worded(asked, found)


def _worded(asked: Vm, found: Vm) -> tuple[Vm, Vm]:
    if asked.machine in MACHINES and (found.machine or "").startswith(MACHINES[asked.machine]):
        asked = dataclasses.replace(asked, machine=found.machine)
    # A q35 has one in its chipset: libvirt gives it back to a machine that is to have none.
    if [dog.model if dog else None for dog in (asked.watchdog, found.watchdog)] == ["none", "itco"]:
        asked = dataclasses.replace(asked, watchdog=None)
    if asked.security_label is not None and found.security_label is not None:
        label = found.security_label.of(asked.security_label.model)
        found = dataclasses.replace(found, security_label=label)
    if asked.cloud_init is not None:
        asked = dataclasses.replace(asked, cloud_init=asked.cloud_init.following(found.cloud_init))
        found = dataclasses.replace(found, cloud_init=found.cloud_init or CloudInit({}))
    if asked.unattend is not None:
        found = dataclasses.replace(found, unattend=found.unattend or Unattend({}))
    if asked.disks is not None:
        disks = _measured(_on_top(asked.disks, found.disks or ()), found.disks or ())
        asked = dataclasses.replace(asked, disks=_seated(disks, found.disks or (), found.seats or ()))
    return asked, found


def _on_top(asked: Sequence[DiskAttachment], found: Sequence[DiskAttachment]) -> tuple[DiskAttachment, ...]:
    """A disk of which there are external snapshots is the file in which the vm goes on writing."""
    tops = {file: disk for disk in found for file in disk.below or ()}
    return tuple(_replaced(disk, tops.get(disk.source or "")) for disk in asked)


def _replaced(disk: DiskAttachment, top: DiskAttachment | None) -> DiskAttachment:
    if top is None:
        return disk
    image_format = top.format if disk.format else None
    return dataclasses.replace(disk, source=top.source, format=image_format, encryption=None)


def _measured(asked: Sequence[DiskAttachment], found: Sequence[DiskAttachment]) -> tuple[DiskAttachment, ...]:
    """A size that cannot be told, as of a volume whose pool is stopped, is no other than the one that is asked for."""
    unknown = {disk.medium for disk in found if disk.size is None and disk.pool}
    return tuple(dataclasses.replace(d, size=None) if d.medium in unknown else d for d in asked)


def _seated(
    asked: Sequence[DiskAttachment], found: Sequence[DiskAttachment], others: Sequence[str]
) -> tuple[DiskAttachment, ...]:
    """A disk for which the user chose no target is the one with its source, whatever bus that is on.

    A drive is any that is there and has no medium that is asked for. ``others`` are targets that are not free.
    """
    chosen = {disk.target for disk in asked if disk.chosen}
    wanted = {disk.medium for disk in asked if disk.medium and not disk.chosen}
    seated = [disk for disk in found if disk.medium in wanted and disk.target not in chosen]
    there = {disk.medium: disk for disk in reversed(seated)}
    kept = {*(disk.target for disk in there.values()), *chosen, *others}
    drives = [disk for disk in found if disk.device == "cdrom" and disk.target not in kept]
    result = []
    for disk in asked:
        present = None if disk.chosen or not disk.medium else there.pop(disk.medium, None)
        if present is None and not disk.chosen:
            present = _drive(disk, drives)
        target = disk.target
        if present is not None:
            target = present.target
        elif not disk.chosen and target in kept:
            target = _next(target, kept)
        kept.add(target)
        result.append(dataclasses.replace(disk, target=target))
    return tuple(result)


def _drive(disk: DiskAttachment, drives: list[DiskAttachment]) -> DiskAttachment | None:
    """The drive for a disc, which nobody else gets: that of its target rather than another."""
    fitting = [d for d in drives if disk.device == d.device and disk.bus in (None, d.bus)]
    drive = next(iter(sorted(fitting, key=lambda d: d.target != disk.target)), None)
    if drive is not None:
        drives.remove(drive)
    return drive


def _next(target: str, taken: set[str]) -> str:
    return next(name for name in targets(target[:2]) if name not in taken)


def _cost(difference: Difference, asked: Vm, found: Vm) -> Disruption:
    if difference.disruption is Disruption.REPLACE:
        return Disruption.REPLACE
    if found.state not in ACTIVE:
        return Disruption.NONE
    cost = _cost_running(difference, asked, found)
    # Nothing reaches a machine whose memory is on a disk.
    return Disruption.RESTART if found.state == "saved" and cost is Disruption.LIVE else cost


def _cost_running(difference: Difference, asked: Vm, found: Vm) -> Disruption:
    item = difference.after if difference.after is not None else difference.before
    if isinstance(item, DiskAttachment):
        there = item if difference.before is None else difference.before
        return Disruption.LIVE if there.hotplugged else Disruption.RESTART
    if found.virt_type == LXC and field_of(difference.path) == "networks":
        # Its driver changes none while it runs, and its init knows those only that it starts with.
        return Disruption.NONE if difference.disruption is Disruption.NONE else Disruption.RESTART
    if isinstance(item, Nic):
        return Disruption.LIVE
    if difference.path.endswith("].size"):
        return Disruption.LIVE if _is_in_use(difference.path, asked, found) else Disruption.NONE
    if _is_to_come(difference.path, found):
        return Disruption.RESTART
    if difference.path.endswith(MEDIUM):
        return Disruption.LIVE if _is_drive(difference.path, found) else Disruption.RESTART
    if difference.path in _LIVE_WHERE:
        return Disruption.LIVE if _LIVE_WHERE[difference.path](asked, found) else Disruption.RESTART
    return difference.disruption


def _stays_below(asked: Vm, found: Vm) -> bool:
    """Whether another amount of memory leaves the maximum as it is, and the running machine has that already."""
    if (asked.memory or 0) > ((found.running or found).max_memory or 0):
        return False
    if asked.max_memory is not None:
        return asked.max_memory == found.max_memory
    return has_room(asked.memory, found.memory, found.max_memory)


def _stays_within(asked: Vm, found: Vm) -> bool:
    """Whether another number of processors leaves the most as it is, and takes none away that is fixed.

    Without KVM QEMU (7.2 and 10.0 were seen) takes a processor out and never tells libvirt.
    """
    wanted, running = asked.vcpus or 0, found.running or found
    less = wanted < (found.vcpus or 0)
    if wanted < (found.fixed_vcpus or 0) or (less and found.virt_type == "qemu"):
        return False
    if wanted > (running.max_vcpus or 0):
        return False
    if asked.max_vcpus is not None:
        return asked.max_vcpus == found.max_vcpus
    return has_room(asked.vcpus, found.vcpus, found.max_vcpus)


def _stays_locked(asked: Vm, found: Vm) -> bool:
    """Whether the screen has a password and keeps one: QEMU gives none to a screen that it opened without."""
    screen = (found.running or found).graphics
    return bool(asked.graphics and asked.graphics.password and screen and screen.password)


_LIVE_WHERE = {"memory": _stays_below, "vcpus": _stays_within, "graphics.password": _stays_locked}
MEDIUM = ("].source", "].pool", "].volume")


def has_room(wanted: int | None, now: int | None, maximum: int | None) -> bool:
    """Whether a vm has a maximum of its own, other than what it has now, that takes the amount that is wanted."""
    return (now or 0) < (maximum or 0) and (wanted or 0) <= (maximum or 0)


def _is_to_come(path: str, found: Vm) -> bool:
    """Whether it is about a device that the running machine does not have yet."""
    if found.running is None or "]." not in path:
        return False
    key = path[path.index("[") + 1 : path.rindex("].")]
    items = getattr(found.running, field_of(path), None)
    return isinstance(items, tuple) and key not in {item.key for item in items}


def _is_in_use(path: str, asked: Vm, found: Vm) -> bool:
    """Whether the running machine has the medium that is asked for in the place of that path."""
    target = path.partition("[")[2].partition("]")[0]
    media = {disk.medium for disk in (found.running or found).disks or ()}
    return any(disk.target == target and disk.medium in media for disk in asked.disks or ())


def _is_drive(path: str, found: Vm) -> bool:
    target = path.partition("[")[2].partition("]")[0]
    return any(disk.target == target and disk.device == "cdrom" for disk in found.disks or ())


def waiting(written: Vm, live: Vm) -> tuple[str, ...]:
    """The fields that are written otherwise than they run: they wait for a restart."""
    paths = (difference.path for difference in compare(written, _comparable(written, live)))
    counted = [p for p in paths if field_of(p) not in MOVING and not p.endswith(_WRITTEN_ONLY)]
    # Of memory, what it was started with counts: the guest may have given some back.
    started_with = {"max_memory": "memory"} if written.max_memory == written.memory else {}
    if written.max_vcpus == written.vcpus:
        started_with["max_vcpus"] = "vcpus"
    return tuple(dict.fromkeys(started_with.get(path, path) for path in counted))


def _of_host(written: Vm, live: Vm) -> bool:
    """Whether libvirt may have chosen the processor after the host's: of those for a PC it names the vendor."""
    if (written.arch or PC[0]) in PC:
        return bool(live.cpu_vendor) and not written.cpu_vendor
    return written.cpu is not None and written.cpu.mode == "host-model"


def _comparable(written: Vm, live: Vm) -> Vm:
    """The running machine without what its start has chosen: the port of a screen, the model of a processor."""
    if written.cpu is not None and live.cpu is not None:
        live = dataclasses.replace(
            live, cpu=live.cpu.as_written(written.cpu, of_host=_of_host(written, live))
        )
    if written.graphics is None or written.graphics.port is not None or live.graphics is None:
        return live
    return dataclasses.replace(live, graphics=dataclasses.replace(live.graphics, port=None))
