# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""in_guest.py VM PATTERN ARGV...: runs ARGV in a guest by its agent, again until what it prints has PATTERN in it.

For 20 seconds, or IN_GUEST_SECONDS of the environment.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import time
from typing import Any

import libvirt
import libvirt_qemu

SECONDS = float(os.environ.get("IN_GUEST_SECONDS", "20"))


def main(vm: str, pattern: str, argv: list[str]) -> int:
    deadline = time.monotonic() + SECONDS
    domain = libvirt.open("qemu:///system").lookupByName(vm)
    while True:
        printed = output(domain, argv, deadline)
        if re.search(pattern, printed, re.MULTILINE):
            print(printed)
            return 0
        if time.monotonic() > deadline:
            print(f"{argv} in {vm} never printed {pattern!r}, at last: {printed}", file=sys.stderr)
            return 1
        time.sleep(0.3)


def output(domain: libvirt.virDomain, argv: list[str], deadline: float) -> str:
    """What a command printed in the guest, whatever became of it."""
    started = agent(domain, "guest-exec", {"path": argv[0], "arg": argv[1:], "capture-output": True})
    while time.monotonic() < deadline:
        status = agent(domain, "guest-exec-status", {"pid": started["pid"]})
        if status["exited"]:
            return base64.b64decode(status.get("out-data", "")).decode("utf-8", "replace")
        time.sleep(0.1)
    return ""


def agent(domain: libvirt.virDomain, command: str, arguments: dict[str, Any]) -> Any:
    text = json.dumps({"execute": command, "arguments": arguments})
    return json.loads(libvirt_qemu.qemuAgentCommand(domain, text, 60, 0))["return"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
