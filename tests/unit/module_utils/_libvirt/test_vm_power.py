# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_power import unsaid

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
