# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a wait for a vm is over, and what it says where it was in vain."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_power import SAVE_SECONDS, Power
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_wait import Waiter
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost

T = TypeVar("T")
MAC, FIXED, OTHER = "52:54:00:71:00:01", "10.77.0.20", "10.77.0.99"
ON_BRIDGE = "<source network='lan' bridge='hv-lan'/>"
ON_DIRECT = "<source dev='eth0' mode='bridge'/>"
LEASE, ARP, AGENT = 0, 2, 1


class Guest(LocalVmHost):
    """A domain, and the host that it runs on."""

    def __init__(
        self, told: Mapping[int, str], answers: str = "", source: str = ON_BRIDGE, leased: str = ""
    ) -> None:
        super().__init__()
        self._leased = leased
        self.devices = f"<interface type='network'><mac address='{MAC}'/>{source}</interface>"
        self._told = told
        self._answers = answers
        self.active = True
        self.saved = False

    def state(self) -> list[int]:
        return [1, 1] if self.active else [5, 1]

    def start(self, flags: int) -> None:
        self.active = True

    def addresses(self, source: int, flags: int) -> dict[str, Any]:
        address = self._told.get(source)
        found = [{"addr": "127.0.0.1"}, {"addr": "fe80::1"}, *([{"addr": address}] if address else [])]
        return {"vnet0": {"hwaddr": MAC.upper(), "addrs": found}}

    def connection(self) -> SimpleNamespace:
        """As libvirt's library spells it."""
        domain = {
            "XMLDesc": lambda flags: f"<domain><devices>{self.devices}</devices></domain>",
            "isActive": lambda: self.active,
            "hasManagedSaveImage": lambda flags: self.saved,
            "createWithFlags": self.start,
            "state": self.state,
            "interfaceAddresses": self.addresses,
        }
        network = {
            "bridgeName": lambda: "hv-lan",
            "DHCPLeases": lambda: [{"mac": MAC.upper(), "ipaddr": self._leased}] if self._leased else [],
        }
        return SimpleNamespace(
            lookupByName=lambda name: SimpleNamespace(**domain),
            listAllNetworks=lambda flags: [SimpleNamespace(**network)],
        )

    def neighbours(self) -> dict[str, list[str]]:
        return {"52:54:00:71:00:99": ["10.77.0.1"], **({MAC: [self._told[ARP]]} if ARP in self._told else {})}

    def has_address(self, interface: str, mac: str, address: str, seconds: float) -> bool | None:
        assert (interface, mac) == ("hv-lan", MAC)
        return address == self._answers


class Fake(Session):
    def __init__(self, guest: Guest) -> None:
        super().__init__("test:///default")
        self._guest = guest
        self.seconds: list[float] = []

    def do(self, tried: str, call: Callable[[Any], T], seconds: float = 120.0) -> T:
        self.seconds.append(seconds)
        return call(self._guest.connection())


def waiter(guest: Guest, **nic: Any) -> Waiter:
    spec = Vm.from_params(
        {"name": "erp", "networks": [{"network": "lan", **nic}], "wait_for": {"ip": True, "timeout": 0.4}}
    )
    return Waiter(Fake(guest), guest, spec)


@pytest.mark.parametrize(
    ("guest", "fixed", "there"),
    [
        (Guest({AGENT: FIXED}), FIXED, True),
        (Guest({AGENT: OTHER}), FIXED, False),
        (Guest({AGENT: OTHER}), None, True),
        (Guest({LEASE: FIXED}, answers=FIXED), FIXED, True),
        # The lease outlived the guest that had it.
        (Guest({LEASE: FIXED}), FIXED, False),
        (Guest({LEASE: OTHER, ARP: FIXED}, answers=FIXED), FIXED, True),
        (Guest({ARP: OTHER}, answers=OTHER), None, True),
        # It is on the bridge of a network, and not on the network.
        (Guest({}, answers=OTHER, leased=OTHER), None, True),
        (Guest({}, answers=FIXED), FIXED, True),
        (Guest({}), FIXED, False),
        (Guest({LEASE: "2001:db8::1"}, source=ON_DIRECT), None, True),
    ],
)
def test_an_address_is_what_the_guest_has(guest: Guest, fixed: str | None, *, there: bool) -> None:
    waiting = waiter(guest, mac=MAC, **({"ip": fixed} if fixed else {}))
    if there:
        waiting.wait(["ip"])
        return
    with pytest.raises(ApplyFailed) as caught:
        waiting.wait(["ip"])
    assert "not within 0 s; it runs, its agent is not connected" in str(caught.value)
    assert f"and not {fixed}" in str(caught.value)


def test_it_is_told_where_the_host_sees_nothing() -> None:
    guest = Guest({})
    guest.devices = f"<interface type='direct'>{ON_DIRECT}</interface><interface type='user'/>"
    with pytest.raises(ApplyFailed) as caught:
        waiter(guest).wait(["ip"])
    assert "its addresses: none (on eth0 and user only its agent tells)" in str(caught.value)


@pytest.mark.parametrize(
    "log",
    [
        "<serial type='pty'><log file='{}'/></serial>",
        "<serial type='file'><source path='{}'/></serial>",
        "<console type='file'><source path='{}'/></console>",
    ],
)
def test_a_vm_that_ends_is_waited_for_no_longer(tmp_path: Path, log: str) -> None:
    console = tmp_path / "console.log"
    console.write_text("Kernel panic\n", encoding="utf-8")
    guest = Guest({})
    guest.active, guest.devices = False, log.format(console)
    spec = Vm.from_params({"name": "erp", "wait_for": {"agent": True, "timeout": 60}})
    started = time.monotonic()
    with pytest.raises(
        ApplyFailed, match="its guest powered off; the last lines of its console: Kernel panic"
    ):
        Waiter(Fake(guest), guest, spec).wait(["agent"])
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("saved", [True, False])
def test_a_saved_memory_may_take_long_to_read(*, saved: bool) -> None:
    guest = Guest({})
    guest.active, guest.saved = False, saved
    session = Fake(guest)
    Power(session, "erp").start()
    assert (SAVE_SECONDS in session.seconds) is saved
