# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of a running domain that libvirt changes by a call of their own."""

from __future__ import annotations

import copy
import dataclasses
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from .._core.compare import Difference
from .._core.undo import Undo
from .._model.cpuset import cpus
from .._model.disk_attachment import IoTune
from .._model.vm_cost import field_of
from . import xml
from .session import LibvirtFailed, Session
from .vm_descriptors import AGENT, CurrentMemory
from .vm_disks import DISKS
from .vm_processor import Vcpus
from .xml import Element, Integer, Text

_KNOWN_SECONDS = 5.0
_TAKEN_SECONDS = 20.0
_POLL_SECONDS = 0.2
_EVENTS = {"on_poweroff": "POWEROFF", "on_reboot": "REBOOT", "on_crash": "CRASH"}
_SCHEDULER = {"shares": "cpu_shares", "period": "vcpu_period", "quota": "vcpu_quota"}
_DISK = re.compile(r"disks\[(?P<target>[^\]]+)\]\.(?P<what>size|iotune)(?:\..*)?")


class Tuning:
    """The settings of one running domain, and the definition that it is to follow.

    ``notes`` are what the user should know of a guest that did not go along.
    """

    def __init__(self, session: Session, name: str, written: Element) -> None:
        self._session = session
        self._name = name
        self._written = written
        self.notes: list[str] = []
        self._live = session.constant("VIR_DOMAIN_AFFECT_LIVE")
        self._setters: Mapping[str, Callable[[str, Any], None]] = {
            "title": self._describe,
            "description": self._describe,
            "memory": self._memory,
            "vcpus": self._vcpus,
            "iothreads": self._iothreads,
            "cputune": self._cputune,
            "blkiotune": self._weight,
            "balloon": self._statistics,
            "graphics": self._password,
            "disks": self._disk,
            **dict.fromkeys(_EVENTS, self._event),
        }

    def takes(self, path: str) -> bool:
        """Whether the field of that path has a call of its own."""
        field = field_of(path)
        return field in self._setters and (field != "disks" or _DISK.fullmatch(path) is not None)

    def apply(self, difference: Difference, undo: Undo) -> None:
        """Sets what is wanted. Raises ``LibvirtFailed`` where libvirt or the guest refuses."""
        path, before = difference.path, difference.before
        setter = self._setters[field_of(path)]
        setter(path, difference.after)
        if before is not None and not path.endswith("].size"):
            undo.push(f"set {path} back", lambda: setter(path, before))

    def _describe(self, path: str, value: str) -> None:
        kind = self._session.constant(f"VIR_DOMAIN_METADATA_{path.upper()}")
        self._call("describe the vm", lambda d: d.setMetadata(kind, value or None, None, None, self._live))

    def _memory(self, _path: str, value: int) -> None:
        """A guest takes more in its own time, and is given some; what it gives back, and when, is its own affair."""
        self._call("change the memory", lambda d: d.setMemoryFlags(value // 1024, self._live))
        running = self._session.constant("VIR_DOMAIN_RUNNING")
        deadline = time.monotonic() + _TAKEN_SECONDS
        while (CurrentMemory().read(self._running()) or value) < value and time.monotonic() < deadline:
            if self._call("look at the vm", lambda d: d.state()[0]) != running:
                return
            time.sleep(_POLL_SECONDS)

    def _vcpus(self, _path: str, value: int) -> None:
        """Plugs processors in or out; a guest whose agent is there is asked to use those that are new."""
        more = value > (Vcpus().read(self._running()) or 0)
        self._call("change the processors", lambda d: d.setVcpusFlags(value, self._live))
        targets = self._running().findall("./devices/channel/target")
        if more and any(t.get("name") == AGENT and t.get("state") == "connected" for t in targets):
            self._use_vcpus(value)

    def _use_vcpus(self, count: int) -> None:
        """By the guest's agent, which knows a new processor only some time after it was plugged in.

        A guest whose kernel takes none while it runs, or whose agent refuses, has them after its next boot: the vm is
        as it was asked to be, and that is noted.
        """
        try:
            why = self._wait_and_use(count)
        except LibvirtFailed as error:
            why = error.cause
        if why:
            self.notes.append(f"its guest may not use its new processors before its next boot: {why}")

    def _wait_and_use(self, count: int) -> str:
        """Why it cannot; ``""`` where it does."""
        guest = self._session.constant("VIR_DOMAIN_VCPU_GUEST")
        most = self._session.constant("VIR_DOMAIN_VCPU_MAXIMUM") | guest
        deadline = time.monotonic() + _KNOWN_SECONDS
        while (known := self._call("count the processors", lambda d: d.vcpusFlags(most))) < count:
            if time.monotonic() > deadline:
                return f"its kernel knows {known} of {count}"
            time.sleep(_POLL_SECONDS)
        self._call("have the guest use its processors", lambda d: d.setVcpusFlags(count, guest))
        return ""

    def _iothreads(self, _path: str, value: int) -> None:
        present = Integer("./iothreads", 0).read(self._running()) or 0
        more, less = range(present + 1, value + 1), range(present, value, -1)
        self._call("add I/O threads", lambda d: [d.addIOThread(number, self._live) for number in more])
        self._call("take I/O threads away", lambda d: [d.delIOThread(number, self._live) for number in less])

    def _cputune(self, path: str, value: Any) -> None:
        name = path.partition(".")[2]
        if name in _SCHEDULER:
            setting = {_SCHEDULER[name]: value}
            self._call("set the scheduler", lambda d: d.setSchedulerParametersFlags(setting, self._live))
            return
        count = self._session.do("count the processors of the host", lambda c: c.getCPUMap()[0])
        taken = cpus(value, path)
        places = tuple(number in taken for number in range(count))
        if name == "emulatorpin":
            self._call("pin the emulator", lambda d: d.pinEmulator(places, self._live))
        else:
            number = int(name[name.index("[") + 1 : -1])
            self._call("pin a processor", lambda d: d.pinVcpuFlags(number, places, self._live))

    def _weight(self, _path: str, value: int) -> None:
        self._call("set the I/O weight", lambda d: d.setBlkioParameters({"weight": value}, self._live))

    def _statistics(self, _path: str, value: int) -> None:
        self._call("set the balloon's statistics", lambda d: d.setMemoryStatsPeriod(value, self._live))

    def _event(self, path: str, value: str) -> None:
        event = self._session.constant(f"VIR_DOMAIN_LIFECYCLE_{_EVENTS[path]}")
        word = value.upper().replace("-", "_")
        action = self._session.constant(f"VIR_DOMAIN_LIFECYCLE_ACTION_{word}")
        self._call(f"set {path}", lambda d: d.setLifecycleAction(event, action, self._live))

    def _password(self, _path: str, value: str) -> None:
        screen = copy.deepcopy(self._running().find("./devices/graphics"))
        if screen is not None:
            Text("./@passwd").write(screen, value or None)
            text = xml.render(screen)
            self._call("set the password of the screen", lambda d: d.updateDeviceFlags(text, self._live))

    def _disk(self, path: str, value: Any) -> None:
        match = _DISK.fullmatch(path)
        target, what = (match["target"], match["what"]) if match else ("", "")
        if what == "size":
            in_bytes = self._session.constant("VIR_DOMAIN_BLOCK_RESIZE_BYTES")
            self._call(f"grow {target}", lambda d: d.blockResize(target, value, in_bytes))
            return
        # All limits at once: QEMU refuses some pairs of them on the way from one to the other.
        _element, disk = DISKS.elements(self._written)[target]
        tune = disk.iotune or IoTune()
        limits = {name: limit or 0 for name, limit in dataclasses.asdict(tune).items()}
        limits[path.rpartition(".")[2]] = value
        self._call(f"limit {target}", lambda d: d.setBlockIoTune(target, limits, self._live))

    def _running(self) -> Element:
        secure = self._session.constant("VIR_DOMAIN_XML_SECURE")
        return xml.parse(self._call("read the running vm", lambda d: d.XMLDesc(secure)))

    def _call(self, tried: str, call: Callable[[Any], Any]) -> Any:
        return self._session.do(tried, lambda c: call(c.lookupByName(self._name)))
