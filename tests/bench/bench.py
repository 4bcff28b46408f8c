# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""bench.py --inventory FILE --host NAME: what the collection costs, beside bare calls and the neighbours, in one run.

What is compared takes turns, as the machine may be busy with other work. The exit code is 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import signal
import sys

import documents
from machine import BUILD, Failed, Machine
from table import Row, table

MEGABYTE = 1_000_000


class Bench:
    """The rows, and the runs that fill them."""

    def __init__(self, machine: Machine, repetitions: int) -> None:
        self.machine = machine
        self.repetitions = repetitions
        self.ping = Row("playbook with one trivial module")
        self.unchanged = Row(
            "playbook with stack: 50 containers, 20 vms, unchanged", against=self.ping, goal=1.6
        )
        self.bare = Row("50 containers by the engine's API, four threads")
        self.created = Row("50 containers by stack, created and started", against=self.bare, goal=1.3)
        self.peak = Row("memory of the module, unchanged", goal=120, unit="MB")
        self.peak_created = Row("memory of the module, creating", goal=120, unit="MB")
        self.own_created = Row("playbook with stack: 50 containers, created")
        self.peer_created = Row("playbook with docker_container: the same", against=self.own_created)
        self.own_containers = Row("playbook with stack: 50 containers, unchanged")
        self.peer_containers = Row("playbook with docker_container: the same", against=self.own_containers)
        self.own_vms = Row("playbook with stack: 20 vms, unchanged")
        self.peer_vms = Row("playbook with virt: the same, defined as they are", against=self.own_vms)
        self.peer_states = Row("playbook with virt: their states, asked for", against=self.own_vms)

    def rows(self) -> list[Row]:
        return [value for value in vars(self).values() if isinstance(value, Row)]

    def goals(self, ground: str) -> None:
        """What the design promises."""
        create = self.machine.payload("containers")
        for _turn in range(self.repetitions):
            self.machine.timed("python3", ground)
            self._bare()
            spent = self.machine.timed("python3", create)
            self._took(self.created, spent.seconds)
            self._took(self.peak_created, spent.peak / MEGABYTE)
        unchanged = self.machine.payload("full")
        for _turn in range(3 * self.repetitions):
            self._took(self.ping, self.machine.play("ping"))
            self._took(self.unchanged, self._stack("full"))
        for _turn in range(self.repetitions):
            self._took(self.peak, self.machine.timed("python3", unchanged).peak / MEGABYTE)

    def peers(self, ground: str, turns: int) -> None:
        """The neighbours, on the same host, with one task in a loop."""
        self.machine.play("absent")
        self.machine.play("stack", bench_document="vms")
        domains = {vm["name"]: self.machine.shell("virsh", "dumpxml", vm["name"]) for vm in documents.vms()}
        for _turn in range(turns):
            self._took(self.own_vms, self._stack("vms"))
            self._took(self.peer_vms, self.machine.peer("peer_vms", bench_domains=domains))
            self._took(self.peer_states, self.machine.peer("peer_states"))
        self.machine.play("absent")
        for _turn in range(turns):
            self.machine.timed("python3", ground)
            self._took(self.peer_created, self.machine.peer("peer_containers"))
            self._took(self.peer_containers, self.machine.peer("peer_containers", unchanged=True))
            self._remove_bare()
            self._took(self.own_created, self.machine.play("stack", bench_document="containers"))
            self._took(self.own_containers, self._stack("containers"))

    def _stack(self, document: str) -> float:
        return self.machine.play("stack", unchanged=True, bench_document=document)

    def _bare(self) -> None:
        spent = self.machine.timed("python3", *self._script("create"))
        self._took(self.bare, float(spent.output))
        self._remove_bare()

    def _remove_bare(self) -> None:
        self.machine.timed("python3", *self._script("remove"))

    def _script(self, action: str) -> tuple[str, ...]:
        return f"{documents.FOLDER}/bare.py", action, f"{documents.FOLDER}/containers.json"

    def _took(self, row: Row, value: float) -> None:
        row.measured.append(value)
        print(f"  {row.title}: {value:.2f} {row.unit}", flush=True)


def measure(machine: Machine, arguments: argparse.Namespace) -> list[Row]:
    repetitions = 1 if arguments.quick else arguments.repetitions
    bench = Bench(machine, repetitions)
    documents.write(BUILD)
    try:
        machine.play("cleanup")
        machine.play("prepare")
        ground = machine.payload("ground")
        bench.goals(ground)
        if not arguments.without_peers:
            bench.peers(ground, (repetitions + 1) // 2)
    finally:
        machine.play("cleanup")
    return bench.rows()


def interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inventory", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="each thing once")
    parser.add_argument("--without-peers", action="store_true", help="the goals alone")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, interrupted)
    try:
        rows = measure(Machine(arguments.inventory, arguments.host), arguments)
    except Failed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(f"\n{table(rows)}")
    missed = [row.title for row in rows if row.measured and not row.kept]
    if missed:
        print(f"bench: these miss their goal: {'; '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
