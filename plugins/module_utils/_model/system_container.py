# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""System containers: vms of libvirt's LXC driver, which run an init of their own on the host's kernel."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import policies
from .vm import LXC, ROOT, Vm

_QEMU = "Leave it out, or make a vm of QEMU's of it (libvirt_uri: qemu:///system)."
# The fields that the driver heeds, but for these parts of them: of others it would take no notice, or fail on its way.
_HEEDED = frozenset(
    (
        *("title", "description", "labels", "owner", "managed", "uuid", "autostart", "protection"),
        *("memory", "max_memory", "cputune", "blkiotune", "security_label"),
        *("virt_type", "init", "init_args", "networks", "filesystems", "xml_patch"),
    )
)
_UNHEEDED = {
    "cputune": ("emulatorpin", "vcpupin"),
    "networks": ("user", "model", "queues", "mtu", "link_state"),
    "filesystems": ("driver", "accessmode"),
    "wait_for": ("agent",),
}


def on_driver(asked: Vm, *, lxc: bool) -> Vm:
    """The vm on the driver that libvirt was connected to with. Raises ``InvalidSpec`` where that is not its own."""
    if lxc and asked.virt_type not in (None, LXC):
        raise InvalidSpec(f"virt_type: libvirt's LXC driver does not know {asked.virt_type}", hint=_QEMU)
    if asked.virt_type == LXC and not lxc:
        raise InvalidSpec(
            "virt_type: lxc is known to libvirt's LXC driver alone", hint="Set libvirt_uri: lxc:///system."
        )
    return dataclasses.replace(asked, virt_type=LXC) if lxc else asked


def check_kind(asked: Vm, found: Vm | None) -> None:
    """Raises ``InvalidSpec``, naming the options, for what one kind of vm has and this is of the other."""
    if asked.virt_type != LXC:
        if asked.init is not None or asked.init_args is not None:
            raise InvalidSpec(
                "init: a vm of QEMU's boots what is on its disks",
                hint="Leave it out, or make a system container of it (libvirt_uri: lxc:///system).",
            )
        return
    unheeded = list(_unheeded(asked))
    if unheeded:
        raise InvalidSpec(f"{', '.join(unheeded)}: a system container has no such thing", hint=_QEMU)
    rooted = any(filesystem.target == ROOT for filesystem in asked.filesystems or ())
    if not rooted and (found is None or asked.filesystems is not None):
        raise InvalidSpec(
            "filesystems: a system container has its root among them",
            hint=f"List one with target: {ROOT}; without it libvirt would give it the host's own.",
        )


def _unheeded(asked: Vm) -> Iterator[str]:
    for name, policy in policies(Vm).items():
        if name not in _HEEDED and not policy.reported and getattr(asked, name) not in (None, ()):
            yield name
    for name, parts in _UNHEEDED.items():
        value = getattr(asked, name)
        for item in value if isinstance(value, tuple) else (value,):
            place = f"{name}[{item.key}]" if isinstance(value, tuple) else name
            yield from (f"{place}.{part}" for part in parts if _is_asked(item, part))
    if asked.state == "saved":
        yield "state: saved"
    if asked.power_cycle == "reset":
        yield "power_cycle: reset"


def _is_asked(item: Any, part: str) -> bool:
    return getattr(item, part, None) is not None
