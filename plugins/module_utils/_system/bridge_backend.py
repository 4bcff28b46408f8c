# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a bridge over a start of the host: one of its network daemons, by files of ours, or nothing."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from .._core.errors import HostError, Refused
from .._model.host_bridge import HostBridge
from .command import run

Files = dict[str, str]
Commands = Sequence[Sequence[str]]
LOOK_SECONDS = 10.0


class Resolver(NamedTuple):
    """The name servers and the search domains that are written for an interface."""

    servers: Sequence[str] = ()
    domains: Sequence[str] = ()


class Backend(abc.ABC):
    """One such daemon. It gets the whole spec of a bridge, in which nothing is left to be found out."""

    name: ClassVar[str]
    #: Whether it can keep bridges of NICs only, and none of a bond, a team or a VLAN.
    nics_only: ClassVar[bool] = True

    @abc.abstractmethod
    def manages(self, interface: str) -> bool:
        """Whether this host's interface is configured by it. Read only; false where the host does not have it."""

    def resolver(self, interface: str) -> Resolver:
        """Of an interface that it manages, without what came by DHCP, which comes again by itself. Read only."""
        return Resolver()

    @abc.abstractmethod
    def check(self, bridge: HostBridge) -> None:
        """Raises ``HostError`` where it does not run, or cannot keep such a bridge."""

    @abc.abstractmethod
    def files(self, bridge: HostBridge) -> Files:
        """By path, what of each file is about the bridge."""

    @abc.abstractmethod
    def written(self, name: str) -> Files:
        """By path, what is there about a bridge of that name."""

    def contents(self, bridge: HostBridge) -> Files:
        """By path, the whole files with the bridge in them."""
        return self.files(bridge)

    def without(self, name: str) -> dict[str, str | None]:
        """By path, those that have something of the bridge, as they are without it."""
        return dict.fromkeys(self.written(name))

    def mode(self, path: str) -> int:
        """Of a file that is new."""
        return 0o644

    def told(self, bridge: HostBridge) -> Commands:
        """What tells the daemon of the bridge, once the files are there and the kernel has it."""
        return ()

    def taken(self, bridge: HostBridge) -> bool:
        """Whether the daemon, which was told, has the bridge now, with its lease where one is asked for."""
        return True

    def forgotten(self, bridge: HostBridge) -> Commands:
        """What tells the daemon that the files are as they were before, and their ports loose."""
        return ()


class Kernel(Backend):
    """Nothing: the bridge ends with the machine's uptime."""

    name, nics_only = "none", False

    def manages(self, interface: str) -> bool:
        return False

    def check(self, bridge: HostBridge) -> None:
        if bridge.dhcp:
            raise Refused(
                "persist: none has no client of DHCP",
                hint="Write the bridge's addresses, or name what keeps the host's network.",
            )

    def files(self, bridge: HostBridge) -> Files:
        return {}

    def written(self, name: str) -> Files:
        return {}


def answer(argv: Sequence[str]) -> str:
    """What a command of a daemon says; nothing where the host has none, or it does not run."""
    try:
        return run(argv, tried="ask the host's network daemons", timeout=LOOK_SECONDS)
    except HostError:
        return ""


def content(path: str) -> str | None:
    """Of a file; None where there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
