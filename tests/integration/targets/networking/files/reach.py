# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""reach.py: FROM:TO by ICMP, TO with a 6 at its end over IPv6, with ! before it that there is no answer.

Asks until all is so, for --within seconds. What is otherwise in the end is printed, with exit code 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

ADDRESSES = {
    "vm": "10.74.1.20",
    "bridged": "10.74.0.20",
    "own": "10.74.2.20",
    "bridged6": "fd00:74::20",
    "lan": "10.74.0.9",
    "lan6": "fd00:74::9",
}
BOX = ["docker", "inspect", "--format", "{{.NetworkSettings.IPAddress}}", "nw-box"]


def answered(source: str, target: str) -> bool:
    before = {"host": [], "box": ["docker", "exec", "nw-box"]}.get(
        source, ["ip", "netns", "exec", f"nw-{source}"]
    )
    address = ADDRESSES.get(target)
    if address is None:
        shown = subprocess.run(BOX, capture_output=True, text=True, check=False)
        address = shown.stdout.strip() or "192.0.2.1"
    argv = [*before, "busybox", "ping", "-c", "1", "-W", "1", address]
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0


def as_asked(pair: str) -> bool:
    source, _colon, target = pair.lstrip("!").partition(":")
    return answered(source, target) is not pair.startswith("!")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("pairs", nargs="+")
    parser.add_argument("--within", type=float, default=20.0)
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.within
    while True:
        with ThreadPoolExecutor(len(arguments.pairs)) as pool:
            kept = list(pool.map(as_asked, arguments.pairs))
        wrong = [pair for pair, is_so in zip(arguments.pairs, kept, strict=True) if not is_so]
        if not wrong or time.monotonic() > end:
            break
    for pair in wrong:
        print(f"{pair} is not so")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
