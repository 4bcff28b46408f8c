# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of a running machine, and a guest that does not go along."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.host.plugins.module_utils._core.compare import Difference
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import LibvirtFailed, Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_tuning import Tuning

AGENT = "<channel><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>"
RUNNING = f"<domain><vcpu current='1'>2</vcpu><devices>{AGENT}</devices></domain>"


class Refusing(Session):
    """A libvirt whose guest's agent was told not to answer."""

    def __init__(self) -> None:
        super().__init__("test:///default")
        self.tried: list[str] = []

    def constant(self, name: str) -> int:
        return 0

    def do(self, tried: str, call: Any, seconds: float = 0) -> Any:
        self.tried.append(tried)
        if tried == "count the processors":
            raise LibvirtFailed(tried, cause="Command guest-get-vcpus has been disabled", code=1)
        return RUNNING if tried == "read the running vm" else None


def test_an_agent_that_refuses_keeps_no_processor_from_being_plugged_in() -> None:
    session = Refusing()
    tuning = Tuning(session, "erp", xml.parse(RUNNING))
    with Undo() as undo:
        tuning.apply(Difference("vcpus", 1, 2, Disruption.LIVE), undo)
    assert session.tried[-1] == "count the processors"
    assert "change the processors" in session.tried
    assert tuning.notes == [
        "its guest may not use its new processors before its next boot: Command guest-get-vcpus has been disabled"
    ]
