# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits for a guest: until it runs, has an address, its agent answers, or a port of it is open."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any

from .._core.errors import ApplyFailed
from .._model.vm import Vm
from .._model.vm_host import VmHost
from .._model.vm_parts import WAIT_SECONDS
from .session import LibvirtFailed, Session
from .vm_descriptors import AGENT
from .vm_power import Power

_POLL_SECONDS = 0.3
_CONNECT_SECONDS = 2.0
_LINES = 6
_SOURCES = (
    "VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT",
    "VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE",
    "VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP",
)


class Waiter:
    """Waits for one vm, and tells what was seen of it where that is in vain."""

    def __init__(self, session: Session, host: VmHost, spec: Vm) -> None:
        self._session = session
        self._host = host
        self._spec = spec
        self._power = Power(session, spec.name)
        self._seconds = spec.wait_for.timeout if spec.wait_for else WAIT_SECONDS

    def wait(self, conditions: Sequence[str]) -> None:
        """Returns when all conditions are true. Raises ``ApplyFailed`` at the deadline."""
        deadline = time.monotonic() + self._seconds
        for condition in conditions:
            while not self._holds(condition):
                if time.monotonic() >= deadline:
                    raise self._in_vain(condition)
                time.sleep(_POLL_SECONDS)

    def _holds(self, condition: str) -> bool:
        if not self._power.active():
            return False
        if condition == "agent":
            return self._agent_answers()
        if condition == "ip":
            return bool(self._addresses())
        if condition.startswith("port:"):
            port = int(condition.partition(":")[2])
            return any(self._host.answers(a, port, _CONNECT_SECONDS) for a in self._addresses())
        return True

    def _agent_answers(self) -> bool:
        """Whether the agent, once connected, answers. The time of the guest is what every agent can tell."""
        if not self._agent_connected():
            return False
        return self._try("ask the agent", lambda d: d.getTime(0)) is not None

    def _agent_connected(self) -> bool:
        text = self._try("read the vm", lambda d: d.XMLDesc(0))
        targets = ET.fromstring(text).findall("./devices/channel/target") if text else []
        return any(t.get("name") == AGENT and t.get("state") == "connected" for t in targets)

    def _addresses(self) -> list[str]:
        """The addresses of the guest: the fixed ones, else what the agent, DHCP or the neighbours know."""
        fixed = [nic.ip for nic in self._spec.networks or () if nic.ip]
        if fixed:
            return fixed
        for name in _SOURCES:
            source = self._session.constant(name)
            if name.endswith("AGENT") and not self._agent_connected():
                continue
            seen = self._try("look for addresses", lambda d, s=source: d.interfaceAddresses(s, 0)) or {}
            addresses = [a["addr"] for nic in seen.values() for a in nic.get("addrs") or ()]
            usable = [a for a in addresses if ":" not in a and not a.startswith("127.")]
            if usable:
                return usable
        return []

    def _try(self, tried: str, call: Any) -> Any:
        """The answer; None where libvirt cannot tell yet."""
        try:
            return self._session.find(lambda c: call(c.lookupByName(self._spec.name)), tried)
        except LibvirtFailed:
            return None

    def _in_vain(self, condition: str) -> ApplyFailed:
        if not self._power.active():
            seen = "it does not run"
        else:
            agent = "connected" if self._agent_connected() else "not connected"
            addresses = ", ".join(self._addresses()) or "none"
            seen = f"it runs, its agent is {agent}, its addresses: {addresses}"
        lines = self._console()
        console = "; the last lines of its console: " + " | ".join(lines) if lines else ""
        return ApplyFailed(
            f"wait for {condition}",
            cause=f"not within {self._seconds:.0f} s; {seen}{console}",
            hint="Look at its console, or raise wait_for.timeout.",
        )

    def _console(self) -> list[str]:
        text = self._try("read the vm", lambda d: d.XMLDesc(0))
        log = ET.fromstring(text).find("./devices/serial/log") if text else None
        return self._host.last_lines(log.get("file", ""), _LINES) if log is not None else []
