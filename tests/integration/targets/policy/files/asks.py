# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""asks.py [--no] FROM ADDRESS WHAT...: who reaches whom, all at once.

FROM is host, docker:NAME or ns:NAME; WHAT is icmp, tcp/PORT or udp/PORT. Words after --no expect no answer. What is not
as expected is printed, and ends in exit code 1. With --echo PORT it answers to UDP instead.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

Question = tuple[bool, str, str, str]
# Busybox has no way to hear an answer to UDP.
UDP = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
    asker.settimeout(2)
    asker.sendto(b"asked", (sys.argv[1], int(sys.argv[2])))
    asker.recv(9)
"""
PROBES = {
    "icmp": ["busybox", "ping", "-c", "2", "-W", "2", "{0}"],
    "tcp": ["busybox", "nc", "-w", "2", "{0}", "{1}", "-e", "true"],
    "udp": [sys.executable, "-c", UDP, "{0}", "{1}"],
}


def echo(port: int) -> None:
    """Gives back what comes, for as long as it runs."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("", port))
        while True:
            server.sendto(*server.recvfrom(99))


def questions(words: list[str]) -> list[Question]:
    expected, rest, found = True, list(words), []
    while rest:
        if rest[0] == "--no":
            expected = False
            rest.pop(0)
            continue
        asker, address, what, *rest = rest
        found.append((expected, asker, address, what))
    return found


def within(asker: str) -> list[str]:
    """What a command begins with that is to run at the asker's place on the network."""
    engine, _colon, name = asker.partition(":")
    if engine == "docker":
        inspect = ["docker", "inspect", "--format={{.State.Pid}}", name]
        pid = subprocess.run(inspect, capture_output=True, text=True, check=True).stdout.strip()
        return ["nsenter", f"--net=/proc/{pid}/ns/net"]
    return ["ip", "netns", "exec", name] if engine == "ns" else []


def is_answered(question: Question) -> bool:
    _expected, asker, address, what = question
    kind, _slash, port = what.partition("/")
    places = {"{0}": address, "{1}": port}
    argv = [*within(asker), *(places.get(word, word) for word in PROBES[kind])]
    return subprocess.run(argv, capture_output=True, check=False, timeout=60).returncode == 0


def main(words: list[str]) -> int:
    if words[0] == "--echo":
        echo(int(words[1]))
    asked = questions(words)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(is_answered, asked))
    wrong = [question for question, answer in zip(asked, answers) if answer != question[0]]
    for expected, asker, address, what in wrong:
        print(f"{asker} gets {'no' if expected else 'an'} answer of {address} to {what}")
    print(f"{len(asked)} questions, {len(wrong)} not as expected")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
