# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits for a guest: until it runs, has an address, its agent answers, or a port of it is open."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from .._core.errors import ApplyFailed
from .._model.vm import Vm
from .._model.vm_host import VmHost
from .._model.vm_parts import WAIT_SECONDS
from . import xml
from .session import LibvirtFailed, Session
from .vm_addresses import Addresses, spoken, unseen
from .vm_descriptors import AGENT
from .vm_nics import NICS
from .vm_power import Power
from .xml import Element

_POLL_SECONDS = 0.3
_CONNECT_SECONDS = 2.0
_LINES = 6
# Where a console is kept: in a log beside it, or in a file instead.
_LOGS = (
    *("./devices/serial/log[@file]", "./devices/console/log[@file]"),
    *("./devices/serial[@type='file']/source[@path]", "./devices/console[@type='file']/source[@path]"),
)
_ENDS = {
    "VIR_DOMAIN_SHUTOFF_SHUTDOWN": "its guest powered off",
    "VIR_DOMAIN_SHUTOFF_DESTROYED": "its power was cut",
    "VIR_DOMAIN_SHUTOFF_CRASHED": "it crashed",
    "VIR_DOMAIN_SHUTOFF_SAVED": "its memory was saved",
    "VIR_DOMAIN_SHUTOFF_FAILED": "QEMU failed",
}


class Waiter:
    """Waits for one vm, and tells what was seen of it where that is in vain."""

    def __init__(self, session: Session, host: VmHost, spec: Vm) -> None:
        self._session = session
        self._host = host
        self._spec = spec
        self._power = Power(session, spec.name)
        self._addresses = Addresses(session, host, spec.name)
        self._seconds = spec.wait_for.timeout if spec.wait_for else WAIT_SECONDS
        self._held: dict[str, str] = {}

    def wait(self, conditions: Sequence[str]) -> None:
        """Returns when all conditions are true. Raises ``ApplyFailed`` at the deadline, or as the vm ends before it."""
        deadline = time.monotonic() + self._seconds
        for condition in conditions:
            while not self._holds(condition):
                if not self._power.active():
                    raise self._in_vain(condition, self._end())
                if time.monotonic() >= deadline:
                    raise self._in_vain(condition, f"not within {self._seconds:.0f} s; {self._seen()}")
                time.sleep(_POLL_SECONDS)

    def _holds(self, condition: str) -> bool:
        text = self._try("read the vm", lambda d: d.XMLDesc(0)) if self._power.active() else None
        if not text:
            return False
        root = xml.parse(text)
        if condition == "agent":
            return self._agent_answers(root)
        held = self._addresses.held(root, self._fixed(root))
        self._held = held or self._held
        expected = self._expected()
        if condition == "ip":
            return bool(held) and set(expected) <= set(held)
        port = int(condition.partition(":")[2])
        return any(self._host.answers(a, port, _CONNECT_SECONDS) for a in dict.fromkeys([*expected, *held]))

    def _expected(self) -> list[str]:
        return [nic.ip for nic in self._spec.networks or () if nic.ip]

    def _fixed(self, root: Element) -> dict[str, str]:
        """By MAC, the address that an interface of the machine is to have."""
        there = NICS.elements(root, self._spec.networks or ())
        asked = [nic for nic in self._spec.networks or () if nic.ip and nic.key in there]
        return {there[nic.key][1].mac or "": nic.ip or "" for nic in asked}

    def _agent_answers(self, root: Element) -> bool:
        """Whether the agent, once connected, answers. The time of the guest is what every agent can tell."""
        if not self._agent_connected(root):
            return False
        return self._try("ask the agent", lambda d: d.getTime(0)) is not None

    def _agent_connected(self, root: Element) -> bool:
        targets = root.findall("./devices/channel/target")
        return any(t.get("name") == AGENT and t.get("state") == "connected" for t in targets)

    def _try(self, tried: str, call: Any) -> Any:
        """The answer; None where libvirt cannot tell yet."""
        try:
            return self._session.find(lambda c: call(c.lookupByName(self._spec.name)), tried)
        except LibvirtFailed:
            return None

    def _root(self) -> Element | None:
        text = self._try("read the vm", lambda d: d.XMLDesc(0))
        return xml.parse(text) if text else None

    def _end(self) -> str:
        """How a machine that does not run came to its end."""
        state = self._try("look at the vm", lambda d: d.state())
        number = state[1] if state and state[0] == self._session.constant("VIR_DOMAIN_SHUTOFF") else None
        how = next((words for name, words in _ENDS.items() if self._session.constant(name) == number), "")
        return f"it does not run: {how}" if how else "it does not run"

    def _seen(self) -> str:
        root = self._root()
        agent = "connected" if root is not None and self._agent_connected(root) else "not connected"
        state = self._try("look at the vm", lambda d: d.state()[0])
        runs = "is paused" if state == self._session.constant("VIR_DOMAIN_PAUSED") else "runs"
        addresses = spoken(self._held, self._expected())
        places = [] if root is None else unseen(root)
        alone = f" (on {' and '.join(places)} only its agent tells)" if places else ""
        return f"it {runs}, its agent is {agent}, its addresses: {addresses}{alone}"

    def _in_vain(self, condition: str, cause: str) -> ApplyFailed:
        lines = self._console()
        console = "; the last lines of its console: " + " | ".join(lines) if lines else ""
        return ApplyFailed(
            f"wait for {condition}",
            cause=f"{cause}{console}",
            hint="Look at its console, or raise wait_for.timeout.",
        )

    def _console(self) -> list[str]:
        root = self._root()
        places = [] if root is None else [place for path in _LOGS for place in root.findall(path)]
        texts = (self._host.last_lines(p.get("file") or p.get("path") or "", _LINES) for p in places)
        return next((lines for lines in texts if lines), [])
