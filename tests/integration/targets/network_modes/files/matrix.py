# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""matrix.py: on one network every kind asks every other: vm, container, host, and what is outside.

They ask by ICMP, TCP and UDP, over IPv4 and IPv6. What is not as expected is printed, and ends in exit code 1.

TCP is port 8080, UDP is traceroute's, which the other end answers.
"""

from __future__ import annotations

import argparse
import ipaddress
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

IN_GUEST = "/root/nm-in_guest.py"
#: By protocol and family; each succeeds where the other end answers.
PROBES = {
    ("icmp", 4): "busybox ping -4 -c 2 -W 2 {}",
    ("icmp", 6): "busybox ping -6 -c 2 -W 2 {}",
    ("tcp", 4): "busybox nc -w 2 {} 8080 -e true",
    ("tcp", 6): "busybox nc -w 2 {} 8080 -e true",
    ("udp", 4): "busybox traceroute -n -q 3 -w 1 -m 2 {0} 2>&1 | grep -v ^trace | grep -qF ' {0} '",
    ("udp", 6): "busybox traceroute6 -n -q 3 -w 1 -m 2 {0} 2>&1 | grep -v ^trace | grep -qF ' {0} '",
}
#: Who has just come to a network may be found by his neighbours after the first question was given up.
TURNS = 3
#: Seconds in which all places have their addresses: an advertisement that was missed comes again that late.
ADDRESSED = 60
ADDRESS = re.compile(r"inet6? ([0-9a-f.:]+)/\d+ .*?scope global")


class Place:
    """Where one kind is asked from: what a command is given to, and the interface on the network.

    That of a container is called otherwise after it was taken off the network and put back.
    """

    def __init__(self, kind: str, where: str, interface: str) -> None:
        self.kind, self.where, self.interface = kind, where, interface

    def shell(self, script: str) -> str:
        """What a script prints there. It ends with the word done, for the agent tells no other end."""
        commands = {
            "host": ["busybox", "sh", "-c"],
            "outside": ["ip", "netns", "exec", self.where, "busybox", "sh", "-c"],
            "container": ["docker", "exec", self.where, "sh", "-c"],
            "vm": [sys.executable, IN_GUEST, self.where, "^done$", "/bin/sh", "-c"],
        }
        argv = [*commands[self.kind], f"{script}\necho done"]
        ran = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        if ran.returncode:
            raise SystemExit(f"{self.kind} {self.where}: {ran.stderr.strip() or ran.stdout.strip()}")
        return ran.stdout

    def addresses(self, families: set[int]) -> dict[int, str]:
        """Its address of each family on the network, or on any where no interface is named; awaits these families."""
        device = f" dev {self.interface}" if self.interface else ""
        deadline = time.monotonic() + ADDRESSED
        while True:
            shown = ADDRESS.findall(self.shell(f"ip -o address show{device}"))
            has = {ipaddress.ip_address(text).version: text for text in shown}
            if families <= has.keys() or time.monotonic() > deadline:
                return has
            time.sleep(0.5)


def asked(place: Place, targets: dict[str, dict[int, str]]) -> dict[tuple[str, str, str, int], bool]:
    """By source, target, protocol and family: whether there was an answer.

    All are asked at once, but by one probe in turn: several traceroutes take each other's answers.
    """
    lines = []
    for (protocol, family), probe in PROBES.items():
        commands = [
            f"({probe.format(addresses[family])}) >/dev/null 2>&1 && echo {kind} {protocol} {family} yes"
            for kind, addresses in targets.items()
            if kind != place.kind and family in addresses
        ]
        lines.append(f"({'; '.join(commands)}) &")
    answers = set(
        re.findall(r"^(\w+) (\w+) (\d) yes$", place.shell("\n".join([*lines, "wait"])), re.MULTILINE)
    )
    return {
        (place.kind, kind, protocol, family): (kind, protocol, str(family)) in answers
        for kind, addresses in targets.items()
        if kind != place.kind
        for protocol, family in PROBES
        if family in addresses
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("places", nargs="+", help="KIND=WHERE,INTERFACE")
    parser.add_argument("--deny", action="append", default=[], help="SOURCE:TARGET that may get no answer")
    parser.add_argument("--families", default="4", help="those that each place must have: 4 or 46")
    arguments = parser.parse_args()
    places = []
    for text in arguments.places:
        kind, _equals, rest = text.partition("=")
        where, _comma, interface = rest.partition(",")
        places.append(Place(kind, where, interface))
    with ThreadPoolExecutor(len(places)) as pool:
        wanted = {int(family) for family in arguments.families}
        having = pool.map(lambda place: place.addresses(wanted), places)
        targets = dict(zip([place.kind for place in places], having, strict=True))
        lacking = {kind: has for kind, has in targets.items() if not wanted <= has.keys()}
        if lacking:
            print(f"these have not all of their addresses: {lacking}")
            return 1
        targets = {kind: {family: has[family] for family in wanted} for kind, has in targets.items()}
        denied = {tuple(pair.split(":")) for pair in arguments.deny}
        found: dict[tuple[str, str, str, int], bool] = {}
        for _turn in range(TURNS):
            for answers in pool.map(lambda place: asked(place, targets), places):
                found.update({key: answer or found.get(key, False) for key, answer in answers.items()})
            if all(answer or key[:2] in denied for key, answer in found.items()):
                break
    wrong = [key for key, answer in found.items() if answer == (key[:2] in denied)]
    for source, target, protocol, family in wrong:
        answer = "an answer" if (source, target) in denied else "no answer"
        print(f"{source} -> {target} by {protocol} over IPv{family}: {answer} from {targets[target][family]}")
    print(f"{len(found) - len(wrong)} of {len(found)} as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
