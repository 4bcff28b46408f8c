# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bridges of the host: made in the kernel, kept by the host's own network daemon, and taken back unless confirmed."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

from .._core.change import Change
from .._core.driver import Driver, Planning, Remarks
from .._core.errors import ApplyFailed, Refused
from .._core.undo import Undo
from .._model.host_bridge import HostBridge
from . import bridge_record
from .bridge_asked import check_nics, compared, observed, whole
from .bridge_backend import Backend, Commands, Files, Kernel
from .bridge_checkpoint import Watchdog, snapshot, writing
from .bridge_ifupdown import Ifupdown
from .bridge_links import Links, lines
from .bridge_netplan import Netplan
from .bridge_networkd import Networkd, iaid
from .bridge_networkmanager import Profiles
from .bridge_record import Record
from .bridge_restore import write
from .bridge_steps import Steps, host_links
from .bridge_wanted import origin_of, with_bridge, with_leases, without_bridge

# In the order in which they are asked whose a port is: netplan feeds others, which then answer for it, too.
BACKENDS: dict[str, Backend] = {
    backend.name: backend for backend in (Netplan(), Profiles(), Networkd(), Ifupdown(), Kernel())
}
_DAEMON_SECONDS, _LOOK_SECONDS = 30.0, 0.5


class HostBridgeDriver(Driver):
    """Every change is armed first: ``seconds`` later the host is as before, unless the controller has confirmed."""

    kind = "host_bridge"

    def __init__(self, seconds: float, above: Callable[[str], Sequence[str]]) -> None:
        """``above`` tells of containers on a bridge, which the host's own list of interfaces does not show there."""
        self._seconds = seconds
        self._above = above
        self._watchdogs: dict[str, Watchdog] = {}
        self._unkept: set[str] = set()

    def observe(self, names: Collection[str], owner: str | None = None) -> dict[str, Any]:
        links = host_links()
        found = {name: self._observed(name, links) for name in names}
        return {name: spec for name, spec in found.items() if spec is not None}

    def _observed(self, name: str, links: Links) -> HostBridge | None:
        record = bridge_record.read(name)
        files = {path: text for backend in BACKENDS.values() for path, text in backend.written(name).items()}
        kept = record.kept if record else None
        spec = observed(name, links, kept)
        if spec is not None:
            return dataclasses.replace(spec, files=files, adopted=record.adopted if record else None)
        if record is None and not files:
            return None
        return HostBridge(name=name, files=files, managed=True, gone=True, kept=kept)

    def prepare(self, asked: Any, found: Any | None) -> Any:
        if asked.state == "absent":
            if found is not None:
                _check_removal(found, self._above)
            return asked
        links = host_links()
        kept = whole(asked, found, links)
        backend = self._backend(asked, kept)
        unread = _unread(kept, found, links, backend)
        kept = dataclasses.replace(kept, persist=backend.name, iaid=_iaid(kept), **_resolver(kept, unread))
        backend.check(kept)
        if backend.nics_only:
            check_nics(kept, links)
        former = found.kept.ports if found is not None and found.kept else None
        return dataclasses.replace(compared(asked, found, kept), files=backend.files(kept), former=former)

    def _backend(self, asked: HostBridge, kept: HostBridge) -> Backend:
        """The one that is asked for, else the one that has kept it, else the one whose the ports are."""
        if asked.persist or kept.persist:
            return BACKENDS[asked.persist or kept.persist or "none"]
        for backend in BACKENDS.values():
            if any(backend.manages(port) for port in kept.ports or ()):
                return backend
        self._unkept.add(asked.name)
        return BACKENDS["none"]

    def plan(self, asked: Any, found: Any | None, planning: Planning) -> Sequence[Change]:
        if asked.state != "absent" and found is not None and found.gone:
            return super().plan(asked, None, planning)
        return super().plan(asked, found, planning)

    def apply(self, change: Change, undo: Undo) -> None:
        if change.action == "delete":
            self._remove(change.found, undo)
        else:
            self._bring(change.asked, change.found, undo)

    def _bring(self, asked: HostBridge, found: HostBridge | None, undo: Undo) -> None:
        kept, links = asked.kept or asked, host_links()
        backend = BACKENDS[kept.persist or "none"]
        record = bridge_record.read(kept.name)
        adopted = bool(record.adopted if record else found is not None and found.managed is False)
        wanted = with_bridge(asked, kept, links)
        earlier = [other for other in _keeping(kept.name) if other is not backend]
        forgotten = _forgotten(earlier, kept)
        contents = backend.contents(kept)
        steps = self._armed(kept, (*(asked.former or ()), *(kept.ports or ())), contents, undo)
        with writing(bridge_record.path_of(kept.name)):
            _write(backend, kept.name, contents)
            bridge_record.keep(Record(kept, _origin(kept, record, links), adopted))
        steps.tell(forgotten)
        steps.take(lines(links, with_leases(wanted, kept, links)))
        # A daemon that has not seen the bridge yet would make it itself, and fail.
        steps.settle(wanted)
        if commands := backend.told(kept):
            steps.tell(commands)
            steps.settle(wanted)
            _await(backend, kept)

    def _remove(self, found: HostBridge, undo: Undo) -> None:
        record, links = bridge_record.read(found.name), host_links()
        kept = record.kept if record else found
        wanted = without_bridge(kept, record.origin if record else {}, links)
        forgotten = _forgotten(_keeping(kept.name), kept)
        steps = self._armed(kept, kept.ports or (), {}, undo)
        with writing(bridge_record.path_of(kept.name)):
            _write(BACKENDS["none"], kept.name, {})
            bridge_record.forget(kept.name)
        steps.take(lines(links, wanted))
        steps.tell(forgotten)
        steps.settle(wanted)

    def _armed(self, kept: HostBridge, ports: Sequence[str], contents: Files, undo: Undo) -> Steps:
        """Keeps how the links are, and every file that is going to change."""
        present = [path for backend in BACKENDS.values() for path in backend.written(kept.name)]
        paths = dict.fromkeys([*present, *contents, bridge_record.path_of(kept.name)])
        backends = dict.fromkeys([BACKENDS[kept.persist or "none"], *_keeping(kept.name)])
        watchdog = self._watchdogs[kept.name] = Watchdog(kept.name, self._seconds)
        names = list(dict.fromkeys([kept.name, *ports]))
        watchdog.arm(snapshot(host_links(), names), list(paths), _forgotten(list(backends), kept))
        undo.push("go back to the checkpoint", watchdog.rollback)
        return Steps(watchdog)

    def remarks(self, asked: Any, found: Any | None) -> Remarks:
        if asked.name not in self._unkept:
            return Remarks()
        return Remarks(
            ("ends with the host's uptime: no daemon that could keep it has its ports; persist may name one",)
        )

    def told(self, name: str) -> dict[str, Any]:
        """For the controller: the watchdog's command on this host, and the change that it waits for."""
        watchdog = self._watchdogs.get(name) or Watchdog(name, self._seconds)
        return {
            "checkpoint": {"command": watchdog.command, "token": watchdog.token, "seconds": self._seconds}
        }


def _check_removal(found: HostBridge, above: Callable[[str], Sequence[str]]) -> None:
    if found.managed is False or found.adopted:
        raise Refused(
            "was made by somebody else, and is not this collection's to delete",
            hint="Remove it where it was made.",
        )
    if users := [*(found.others or ()), *above(found.name)]:
        raise Refused(
            f"is in use: {', '.join(users)} {'is' if len(users) == 1 else 'are'} on it",
            hint="Stop these workloads, or take them off the bridge.",
        )


def _iaid(kept: HostBridge) -> str | None:
    """Of the lease that the bridge takes over from a port, be it now or earlier."""
    if kept.iaid or not kept.dhcp:
        return kept.iaid
    return next(filter(None, map(iaid, kept.ports or ())), None)


def _unread(kept: HostBridge, found: HostBridge | None, links: Links, backend: Backend) -> list[str]:
    """The interfaces whose own configuration is read no more once the backend keeps the bridge."""
    before = found.kept if found else None
    moves = before is None or before.persist != backend.name
    ports = [port for port in kept.ports or () if moves or links[port]["master"] != kept.name]
    return [*ports, *([kept.name] if found is not None and found.managed is False else [])]


def _resolver(kept: HostBridge, unread: Sequence[str]) -> dict[str, Any]:
    """What the host's resolver was told for these, and earlier: without it the host would know no names any more."""
    told = [
        backend.resolver(interface)
        for interface in unread
        for backend in BACKENDS.values()
        if backend.manages(interface)
    ]
    servers = [*(kept.servers or ()), *(server for one in told for server in one.servers)]
    domains = [*(kept.domains or ()), *(domain for one in told for domain in one.domains)]
    return {
        "servers": tuple(dict.fromkeys(servers)) or None,
        "domains": tuple(dict.fromkeys(domains)) or None,
    }


def _origin(kept: HostBridge, record: Record | None, links: Links) -> dict[str, dict[str, Any]]:
    """What each port was before it became one, be it now or earlier."""
    earlier = record.origin if record else {}
    new = {port: links[port] for port in kept.ports or () if links[port]["master"] != kept.name}
    known = {port: earlier[port] for port in kept.ports or () if port in earlier}
    return {**{port: origin_of(link) for port, link in new.items()}, **known}


def _await(backend: Backend, kept: HostBridge) -> None:
    """Looks until the bridge is the daemon's: until then its address may be but what the port brought along."""
    deadline = time.monotonic() + _DAEMON_SECONDS
    while not backend.taken(kept):
        if time.monotonic() > deadline:
            raise ApplyFailed(
                f"have {backend.name} keep the bridge",
                cause=f"it has not taken it over within {_DAEMON_SECONDS:g} s",
                hint="Its log on the host says why.",
            )
        time.sleep(_LOOK_SECONDS)


def _keeping(name: str) -> list[Backend]:
    """Those that have files about the bridge."""
    return [backend for backend in BACKENDS.values() if backend.written(name)]


def _forgotten(backends: Sequence[Backend], kept: HostBridge) -> Commands:
    """What tells them that the bridge is none of theirs any more, of ports that are as they are now."""
    return [argv for backend in backends for argv in backend.forgotten(kept)]


def _write(backend: Backend, name: str, contents: Files) -> None:
    """All files with the bridge in them, and none besides. Raises ``OSError``."""
    without = {path: text for other in BACKENDS.values() for path, text in other.without(name).items()}
    for path, text in {**without, **contents}.items():
        write(path, text, _mode(path, backend.mode(path)))


def _mode(path: str, new: int) -> int:
    """A file that is there keeps its own."""
    return os.stat(path).st_mode & 0o7777 if os.path.exists(path) else new
