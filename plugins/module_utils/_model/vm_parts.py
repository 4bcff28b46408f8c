# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The smaller parts of a vm: boot, screen, and what to wait for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field
from .disk_attachment import absolute
from .nic import Nic
from .quantity import duration

WAIT_SECONDS = 300.0


@dataclasses.dataclass(frozen=True)
class Boot:
    """``order`` of hd, cdrom, network; or a kernel of the host, booted directly. ``""`` takes one away, a kernel with
    what belongs to it.

    An order is for the next start by its nature, so that it costs nothing.
    """

    order: tuple[str, ...] | None = field(Disruption.NONE, Compare.LIST)
    kernel: str | None = field(Disruption.RESTART)
    initrd: str | None = field(Disruption.RESTART)
    cmdline: str | None = field(Disruption.RESTART)


@dataclasses.dataclass(frozen=True)
class Graphics:
    """A screen over the network: ``type`` vnc, spice or none. A new one is vnc, on a port that libvirt chooses."""

    type: str | None = field(Disruption.RESTART)
    listen: str | None = field(Disruption.RESTART)
    port: int | None = field(Disruption.RESTART)
    password: str | None = field(Disruption.LIVE, secret=True)


@dataclasses.dataclass(frozen=True)
class WaitFor:
    """What to wait for, at most ``timeout`` seconds in all."""

    agent: bool | None = None
    ip: bool | None = None
    port: int | None = None
    timeout: float = WAIT_SECONDS

    @property
    def conditions(self) -> tuple[str, ...]:
        """In the order in which they come true."""
        wanted = [("ip", self.ip), ("agent", self.agent), (f"port:{self.port}", self.port)]
        return tuple(name for name, asked in wanted if asked)

    def check(self, nics: Sequence[Nic], *, agent: bool | None) -> None:
        """Raises ``InvalidSpec`` where it is for what a guest with these interfaces alone never shows."""
        if self.port and nics and all(nic.user for nic in nics):
            raise InvalidSpec(
                "wait_for: no port of a guest behind QEMU's own NAT is reached from the host",
                hint="Wait for its agent, or give it an interface on a network.",
            )
        if self.ip and agent is False and nics and all(nic.user or nic.direct for nic in nics):
            raise InvalidSpec(
                "wait_for: the ip of a guest on direct or user is told by its agent alone, and guest_agent is false",
                hint="Set guest_agent: true, or give it an interface on a network.",
            )


def boot_from_params(params: Mapping[str, Any] | None) -> Boot | None:
    if params is None:
        return None
    order, kernel, initrd, cmdline = (params.get(name) for name in ("order", "kernel", "initrd", "cmdline"))
    if not kernel and (initrd or cmdline):
        raise InvalidSpec("boot: initrd and cmdline belong to a kernel", hint="Write boot.kernel too.")
    if kernel == "":
        initrd = cmdline = ""
    return Boot(
        order=tuple(order) if order is not None else None,
        kernel=absolute(kernel) if kernel else kernel,
        initrd=absolute(initrd) if initrd else initrd,
        cmdline=cmdline,
    )


def graphics_from_params(params: Mapping[str, Any] | None) -> Graphics | None:
    if params is None:
        return None
    kind = params.get("type")
    if kind == "none" and any(params.get(name) for name in ("listen", "port", "password")):
        raise InvalidSpec("graphics: none has neither listen nor port nor password")
    return Graphics(kind, params.get("listen"), params.get("port"), params.get("password"))


def wait_for_from_params(params: Mapping[str, Any] | None) -> WaitFor | None:
    if params is None:
        return None
    port = params.get("port")
    if port is not None and not 1 <= port <= 65535:
        raise InvalidSpec(f"wait_for: {port} is not a port")
    seconds = duration(params.get("timeout"), "wait_for: timeout")
    return WaitFor(params.get("agent"), params.get("ip"), port, WAIT_SECONDS if seconds is None else seconds)
