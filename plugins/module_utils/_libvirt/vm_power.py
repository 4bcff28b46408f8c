# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts and stops domains."""

from __future__ import annotations

import contextlib
import itertools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .._core.errors import ApplyFailed
from .._model.vm import SHUTDOWN_SECONDS, Vm
from . import xml
from .session import CALL_SECONDS, LibvirtFailed, Session

# As long as it takes to write the memory of a big machine, and to read it again.
SAVE_SECONDS = 3600.0
_POLL_SECONDS = 0.2
# A guest that is still booting misses the first request.
_ASK_AGAIN_SECONDS = 5.0
# An init that has no initctl is told by SIGTERM. That it has one libvirt (9.0 and 11.3 were seen) says of any.
_WAYS_LXC = ("VIR_DOMAIN_SHUTDOWN_INITCTL", "VIR_DOMAIN_SHUTDOWN_SIGNAL")
_WAYS = ("VIR_DOMAIN_SHUTDOWN_GUEST_AGENT", "VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN")
_QEMU_SAYS = re.compile(r"qemu-system-\S+: (.+)")


class Power:
    """The power of one domain. What is there already is not done again."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self.name = name

    def domain(self) -> Any | None:
        """libvirt's handle, None where there is no such domain."""
        return self._session.find(lambda c: c.lookupByName(self.name))

    def active(self) -> bool:
        return bool(self._session.find(lambda c: c.lookupByName(self.name).isActive()))

    def start(self, *, paused: bool = False) -> None:
        lxc = self._session.lxc
        flag = self._session.constant("VIR_DOMAIN_START_PAUSED") if paused and not lxc else 0
        if not self.active():
            seconds = SAVE_SECONDS if self._saved() else CALL_SECONDS
            self._session.do(
                "start the vm", lambda c: c.lookupByName(self.name).createWithFlags(flag), seconds
            )
            if paused and lxc:
                self.pause()

    def pause(self) -> None:
        if not self._paused():
            self._session.do("pause the vm", lambda c: c.lookupByName(self.name).suspend())

    def resume(self) -> None:
        if self._paused():
            self._session.do("resume the vm", lambda c: c.lookupByName(self.name).resume())
        elif self._state() == self._session.constant("VIR_DOMAIN_PMSUSPENDED"):
            self._session.do("wake the guest", lambda c: c.lookupByName(self.name).pMWakeup(0))

    def save(self) -> None:
        """Writes its memory to a file of libvirt's and ends it; the next start goes on from there."""
        if self.active():
            self._session.do("save the vm", lambda c: c.lookupByName(self.name).managedSave(0), SAVE_SECONDS)

    def wake(self) -> None:
        """Goes on from a memory that was saved, so that the guest can be asked to power off."""
        if self._saved():
            self.start()

    def _saved(self) -> bool:
        return bool(self._session.find(lambda c: is_saved(self._session, c.lookupByName(self.name))))

    def reset(self) -> None:
        """Presses its reset button: the guest boots again at once, in the same machine."""
        self._session.do("reset the vm", lambda c: c.lookupByName(self.name).reset(0))

    def stop(self, spec: Vm) -> None:
        """Asks the guest to power off, by its agent or by ACPI, and waits.

        Raises ``ApplyFailed`` when it has not by ``shutdown_timeout``, or cannot be asked; with ``force_stop`` its
        power is cut then.
        """
        if not self.active():
            return
        if self._crashed():
            self.destroy()
            return
        self.resume()
        seconds = SHUTDOWN_SECONDS if spec.shutdown_timeout is None else spec.shutdown_timeout
        try:
            with self._ending():
                if self._powers_off(seconds):
                    return
        except LibvirtFailed:
            if not spec.force_stop:
                raise
        if not spec.force_stop:
            raise ApplyFailed(
                "shut down the guest",
                cause=f"it did not power off within {seconds:.0f} s",
                hint="Raise shutdown_timeout, or set force_stop: true to cut its power then.",
            )
        self.destroy()

    def destroy(self) -> None:
        """Cuts the power."""
        self._session.find(lambda c: c.lookupByName(self.name).destroy(), "cut the vm's power")

    def _powers_off(self, seconds: float) -> bool:
        """Asks in one way first and in the other next, in turn: a guest may be deaf on either side."""
        deadline = time.monotonic() + seconds
        ask_at = 0.0
        ways = itertools.cycle(_WAYS_LXC if self._session.lxc else _WAYS)
        while True:
            now = time.monotonic()
            if now >= ask_at:
                self._ask(ways)
                ask_at = now + _ASK_AGAIN_SECONDS
            if not self.active():
                return True
            if now >= deadline:
                return False
            time.sleep(_POLL_SECONDS)

    @contextlib.contextmanager
    def _ending(self) -> Iterator[None]:
        """Has a machine end that is to start anew as its guest powers off; one that runs on is then as it was."""
        text = self._session.find(lambda c: c.lookupByName(self.name).XMLDesc(0), "read the vm")
        if text is None or xml.parse(text).findtext("./on_poweroff") != "restart":
            yield
            return
        self._on_poweroff("DESTROY")
        try:
            yield
        finally:
            # One that ends just now is no error.
            with contextlib.suppress(LibvirtFailed):
                if self.active():
                    self._on_poweroff("RESTART")

    def _on_poweroff(self, action: str) -> None:
        event, then, live = (
            self._session.constant(f"VIR_DOMAIN_{name}")
            for name in ("LIFECYCLE_POWEROFF", f"LIFECYCLE_ACTION_{action}", "AFFECT_LIVE")
        )
        self._session.find(
            lambda c: c.lookupByName(self.name).setLifecycleAction(event, then, live), "have the vm end"
        )

    def _ask(self, ways: Iterator[str]) -> None:
        """The request itself, by the next way or, where there is no such, the one after that.

        A guest that powers off just now is not an error, though libvirt has it among the active ones a little longer.
        """
        for way in itertools.islice(ways, 2):
            flag = self._session.constant(way)
            try:
                self._session.find(self._shutdown(flag), "shut down the guest")
            except LibvirtFailed as error:
                if way.endswith(("AGENT", "INITCTL")):
                    continue
                if error.code != self._session.constant("VIR_ERR_OPERATION_INVALID") and self.active():
                    raise
            return

    def _shutdown(self, flag: int) -> Callable[[Any], Any]:
        return lambda connection: connection.lookupByName(self.name).shutdownFlags(flag)

    def _paused(self) -> bool:
        return self._state() == self._session.constant("VIR_DOMAIN_PAUSED")

    def _crashed(self) -> bool:
        return self._state() == self._session.constant("VIR_DOMAIN_CRASHED")

    def _state(self) -> int | None:
        return self._session.find(lambda c: c.lookupByName(self.name).state()[0])


def is_saved(session: Session, domain: Any) -> bool:
    """Whether libvirt keeps the memory of a domain. To be called as its own methods are."""
    return not session.lxc and bool(domain.hasManagedSaveImage(0))


def unsaid(cause: str, log: Sequence[str]) -> str:
    """What libvirt leaves out of why a vm did not start where it did not wait for QEMU's words: they are in the log."""
    said = [match[1] for match in map(_QEMU_SAYS.search, log) if match]
    return f": {said[-1]}" if said and cause.endswith(")") and "closed the monitor" in cause else ""
