# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import vm_power
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import LibvirtFailed, Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_power import Power, unsaid
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm

CLOSED = "internal error: QEMU unexpectedly closed the monitor (vm='erp')"
WORDS = "could not open kernel file '/srv/no-kernel': Invalid argument"
SAID = f"2026-11-25T04:39:11.000000Z qemu-system-x86_64: {WORDS}"
ENDED = "2026-11-25 04:39:11.100+0000: shutting down, reason=failed"


@pytest.mark.parametrize(
    ("cause", "log", "left_out"),
    [
        (CLOSED, [SAID, ENDED], f": {WORDS}"),
        (f"{CLOSED}: {SAID}", [SAID, ENDED], ""),
        (CLOSED, ["/usr/bin/qemu-system-x86_64 \\", "-name guest=erp", ENDED], ""),
        ("unsupported configuration: no such machine (pc)", [SAID], ""),
    ],
)
def test_what_qemu_said_is_told_where_libvirt_did_not_wait_for_it(
    cause: str, log: list[str], left_out: str
) -> None:
    assert unsaid(cause, log) == left_out


class Going(Session):
    """libvirt with a guest that is active for so many looks, and refuses what it is asked with this code's error."""

    def __init__(self, looks: int, code: str) -> None:
        super().__init__("test:///default")
        self.looks = looks
        self.code = code

    def find(self, call: Callable[[Any], Any], tried: str = "look it up in libvirt") -> Any:
        if tried == "shut down the guest":
            raise LibvirtFailed(tried, cause="domain is not running", code=self.constant(self.code))
        domain = SimpleNamespace(
            isActive=self._look,
            state=lambda: [self.constant("VIR_DOMAIN_RUNNING")],
            XMLDesc=lambda flags: "<domain/>",
        )
        return call(SimpleNamespace(lookupByName=lambda _name: domain))

    def _look(self) -> bool:
        self.looks -= 1
        return self.looks >= 0


def test_a_guest_that_powers_off_just_now_is_waited_for() -> None:
    Power(Going(3, "VIR_ERR_OPERATION_INVALID"), "erp").stop(Vm("erp", shutdown_timeout=5))


def test_a_guest_that_cannot_be_asked_is_not_waited_for() -> None:
    with pytest.raises(ApplyFailed, match="domain is not running"):
        Power(Going(9, "VIR_ERR_OPERATION_UNSUPPORTED"), "erp").stop(Vm("erp", shutdown_timeout=5))


class Scripted(Session):
    """A libvirt with one domain that runs, which heeds the ways of a shutdown that are named, and can be killed."""

    on_poweroff = "destroy"

    def __init__(self, uri: str, heeded: str, unknown: str = "nothing") -> None:
        super().__init__(uri)
        self.calls: list[Any] = []
        self._heeded, self._unknown = heeded, unknown
        self._runs = True

    def constant(self, name: str) -> Any:
        return re.sub("VIR_DOMAIN_(SHUTDOWN_|LIFECYCLE_|)", "", name)

    def find(self, call: Callable[[Any], Any], tried: str = "") -> Any:
        domain = SimpleNamespace(
            isActive=lambda: self._runs,
            state=lambda: ["RUNNING"],
            XMLDesc=lambda flags: f"<domain><on_poweroff>{self.on_poweroff}</on_poweroff></domain>",
            setLifecycleAction=lambda *how: self.calls.append(how),
            shutdownFlags=self._shut_down,
            destroy=lambda: self.calls.append("destroy"),
        )
        return call(SimpleNamespace(lookupByName=lambda name: domain))

    def _shut_down(self, way: str) -> None:
        self.calls.append(way)
        if way in self._unknown:
            raise LibvirtFailed("shut down the guest", cause=f"no {way}", code=1)
        self._runs = way != self._heeded


@pytest.mark.parametrize(
    ("session", "calls"),
    [
        (Scripted("qemu:///system", "GUEST_AGENT"), ["GUEST_AGENT"]),
        (Scripted("qemu:///system", "ACPI_POWER_BTN", "GUEST_AGENT"), ["GUEST_AGENT", "ACPI_POWER_BTN"]),
        (Scripted("lxc:///system", "SIGNAL"), ["INITCTL", "SIGNAL"]),
        (Scripted("lxc:///system", "SIGNAL", "INITCTL"), ["INITCTL", "SIGNAL"]),
        (Scripted("lxc:///system", "none", "INITCTL SIGNAL"), ["INITCTL", "SIGNAL", "destroy"]),
    ],
)
def test_a_guest_is_asked_in_the_ways_that_its_driver_knows(
    session: Scripted, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vm_power, "_ASK_AGAIN_SECONDS", 0.0)
    Power(session, "erp").stop(Vm("erp", force_stop=True, shutdown_timeout=5))
    assert session.calls == calls


def test_a_guest_that_cannot_be_asked_is_not_cut_off_unasked() -> None:
    session = Scripted("lxc:///system", "none", "INITCTL SIGNAL")
    with pytest.raises(LibvirtFailed, match="no SIGNAL"):
        Power(session, "erp").stop(Vm("erp"))


@pytest.mark.parametrize(
    ("heeded", "after"),
    [("GUEST_AGENT", []), ("none", [("POWEROFF", "ACTION_RESTART", "AFFECT_LIVE"), "destroy"])],
)
def test_a_machine_that_starts_anew_as_it_powers_off_ends_all_the_same(heeded: str, after: list[Any]) -> None:
    session = Scripted("qemu:///system", heeded)
    session.on_poweroff = "restart"
    Power(session, "erp").stop(Vm("erp", force_stop=True, shutdown_timeout=0))
    assert session.calls == [("POWEROFF", "ACTION_DESTROY", "AFFECT_LIVE"), "GUEST_AGENT", *after]
