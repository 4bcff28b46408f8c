# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""wire.py guest VM ADDRESS: the vm's second interface gets that address, and what answers is started in the vm.

wire.py bulk|back|latency PLACE ADDRESS: prints the seconds that BYTES took from the place to the vm, or back, or half
of a round trip in microseconds. PLACE is docker:CONTAINER or ns:NAMESPACE.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

from in_guest import main as in_guest

BYTES, SECONDS = "100M", "2"
# iperf3 keeps what it sends in a file.
SERVE = (
    "mkdir -p /tmp; ip link set eth1 up; ip address replace {0} dev eth1; iperf3 --server --daemon; "
    "sockperf server >/dev/null 2>&1 & echo up"
)
LATENCY = re.compile(r"Latency is ([0-9.]+) usec")


def guest(vm: str, address: str) -> str:
    code = in_guest(vm, "^up$", ["sh", "-c", SERVE.format(address)])
    return "up" if code == 0 else sys.exit(code)


def within(place: str) -> list[str]:
    """What a command begins with that is to run at the place on the network."""
    kind, _colon, name = place.partition(":")
    if kind == "ns":
        return ["ip", "netns", "exec", name]
    pid = run("docker", "inspect", "--format={{.State.Pid}}", name).strip()
    return ["nsenter", f"--net=/proc/{pid}/ns/net"]


def bulk(place: str, address: str, *back: str) -> float:
    command = ["iperf3", "--client", address, "--bytes", BYTES, "--json", *back]
    answer = json.loads(run(*within(place), *command))
    return sys.exit(answer["error"]) if "error" in answer else float(answer["end"]["sum_received"]["seconds"])


def latency(place: str, address: str) -> float:
    printed = run(*within(place), "sockperf", "ping-pong", "--ip", address, "--time", SECONDS)
    found = LATENCY.search(printed)
    return float(found.group(1)) if found else sys.exit(printed)


def run(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def main(action: str, place: str, address: str) -> None:
    acts = {
        "guest": guest,
        "bulk": bulk,
        "latency": latency,
        "back": lambda *words: bulk(*words, "--reverse"),
    }
    print(acts[action](place, address))


if __name__ == "__main__":
    main(*sys.argv[1:])
