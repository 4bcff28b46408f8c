# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""replaced.py FILE COUNT CONTAINER URL: a container asks without a pause while tables are replaced so many times.

Prints as JSON how many requests there were, how many failed, and the seconds that replacing took.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

ASKS = (
    "rm -f /over; n=0; f=0; while [ ! -e /over ]; do if wget -q -T 2 -O /dev/null {0}; "
    "then n=$((n+1)); else f=$((f+1)); fi; done; echo $n $f"
)


def main(path: str, count: str, container: str, url: str) -> None:
    within = ["docker", "exec", container]
    asking = subprocess.Popen([*within, "sh", "-c", ASKS.format(url)], stdout=subprocess.PIPE, text=True)
    seconds = []
    for _number in range(int(count)):
        started = time.monotonic()
        subprocess.run(["nft", "-f", path], check=True)
        seconds.append(time.monotonic() - started)
    subprocess.run([*within, "touch", "/over"], check=True)
    requests, failures = map(int, asking.communicate(timeout=60)[0].split())
    seconds.sort()
    print(json.dumps({"requests": requests, "failures": failures, "median": seconds[len(seconds) // 2]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
