# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""replaced.py FILE COUNT CONTAINER URL: a container asks without a pause while tables are replaced so many times.

Prints as JSON how many requests there were, how many failed, and the median of the seconds that replacing took. With
--ask URL it is the one that asks, until its input ends.
"""

from __future__ import annotations

import json
import select
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

TIMEOUT = 2


def is_answered(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            return bool(answer.read())
    except (urllib.error.URLError, OSError):
        return False


def ask(url: str) -> None:
    answers = []
    while not select.select([sys.stdin], [], [], 0)[0]:
        answers.append(is_answered(url))
    print(json.dumps({"requests": len(answers), "failures": answers.count(False)}))


def replace(path: str, count: int) -> float:
    """The median of the seconds that it took."""
    seconds = []
    for _number in range(count):
        started = time.monotonic()
        subprocess.run(["nft", "-f", path], check=True)
        seconds.append(time.monotonic() - started)
    return statistics.median(seconds)


def main(path: str, count: str, container: str, url: str) -> None:
    inspect = ["docker", "inspect", "--format={{.State.Pid}}", container]
    pid = subprocess.run(inspect, capture_output=True, text=True, check=True).stdout.strip()
    asks = ["nsenter", f"--net=/proc/{pid}/ns/net", sys.executable, __file__, "--ask", url]
    with subprocess.Popen(asks, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as asking:
        median = replace(path, int(count))
        answered, _none = asking.communicate(timeout=60)
    print(json.dumps({**json.loads(answered), "median": median}))


if __name__ == "__main__":
    if sys.argv[1] == "--ask":
        ask(sys.argv[2])
    else:
        main(*sys.argv[1:])
