# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""asks.py [--no] FROM ADDRESS WHAT...: who reaches whom, all at once.

FROM is host, docker:NAME or ns:NAME; WHAT is icmp, tcp/PORT or udp/PORT. Words after --no expect no answer. What is not
as expected is printed, and ends in exit code 1.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

Question = tuple[bool, str, str, str]
PROBES = {
    "icmp": "busybox ping -c 2 -W 2 {0}",
    "tcp": "busybox nc -w 2 {0} {1} -e true",
    "udp": "echo asked | busybox nc -u -w 2 {0} {1} | busybox grep -q asked",
}


def questions(words: list[str]) -> list[Question]:
    expected, rest = True, list(words)
    found = []
    while rest:
        if rest[0] == "--no":
            expected = False
            rest.pop(0)
            continue
        asker, address, what, *rest = rest
        found.append((expected, asker, address, what))
    return found


def is_answered(question: Question) -> bool:
    _expected, asker, address, what = question
    engine, _colon, name = asker.partition(":")
    within = {"docker": ["docker", "exec", name], "ns": ["ip", "netns", "exec", name], "host": []}[engine]
    kind, _slash, port = what.partition("/")
    shell = [*within, "busybox", "sh", "-c", PROBES[kind].format(address, port)]
    return subprocess.run(shell, capture_output=True, check=False, timeout=60).returncode == 0


def main(words: list[str]) -> int:
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
