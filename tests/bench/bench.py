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
from collections.abc import Callable

import documents
from documents import PLAIN, VARIANTS, Variant
from machine import BUILD, Failed, Machine
from table import Row, table

MEGABYTE = 1_000_000
#: Where the vm is reached from, and at which address.
WAYS = {"ours": ("docker:be-cwire", "10.80.8.2"), "bare": ("ns:be-hand", "10.80.9.1")}


class Rows:
    """The rows of a part of the benchmark, each an attribute."""

    def rows(self) -> list[Row]:
        return [value for value in vars(self).values() if isinstance(value, Row)]


class Goals(Rows):
    """What the design promises, for one variant of the containers."""

    def __init__(self, variant: Variant) -> None:
        name = self.name = variant.name
        self.variant = variant
        self.ping = Row(f"{name}: playbook with one trivial module")
        self.unchanged = Row(f"{name}: 50 and 20 vms, unchanged", against=self.ping, goal=1.6)
        self.bare = Row(f"{name}: 50 by the engine's API")
        self.created = Row(f"{name}: 50 by stack", against=self.bare, goal=1.3)
        self.peak = Row(f"{name}: memory, unchanged", goal=120, unit="MB")
        self.peak_created = Row(f"{name}: memory, creating", goal=120, unit="MB")

    def measure(self, machine: Machine, repetitions: int) -> None:
        """What the payloads are made of is there before the first turn."""
        ground, create = (machine.payload(self.name, document) for document in ("ground", "containers"))
        for _turn in range(repetitions):
            machine.timed("python3", ground)
            took(self.bare, float(bare(machine, "create", self.variant)))
            bare(machine, "remove", self.variant)
            spent = machine.timed("python3", create)
            took(self.created, spent.seconds)
            took(self.peak_created, spent.peak / MEGABYTE)
        unchanged = machine.payload(self.name, "full")
        for _turn in range(3 * repetitions):
            took(self.ping, machine.play("ping"))
            took(self.unchanged, stack(machine, self.name, "full", unchanged=True))
        for _turn in range(repetitions):
            took(self.peak, machine.timed("python3", unchanged).peak / MEGABYTE)


class Disks(Rows):
    """Overlays, and a run over images that are as they are asked."""

    def __init__(self) -> None:
        self.bare = Row("100 overlays by qemu-img create")
        self.created = Row("100 overlays by stack", against=self.bare, goal=3)
        self.unchanged = Row("100 images, unchanged", goal=1)

    def measure(self, machine: Machine, repetitions: int) -> None:
        ground, full = (machine.payload("disks", document) for document in ("ground", "full"))
        alone = (f"{documents.FOLDER}/bare_disks.py", documents.BASE, *documents.overlays())
        for _turn in range(3 * repetitions):
            machine.timed("python3", ground)
            took(self.bare, float(machine.timed("python3", *alone).output))
            took(self.created, machine.timed("python3", full).seconds)
            took(self.unchanged, machine.timed("python3", full).seconds)


class Peers(Rows):
    """The neighbours, on the same host, with one task in a loop."""

    def __init__(self) -> None:
        self.own_created = Row("playbook with stack: 50 containers, created")
        self.peer_created = Row("playbook with docker_container: the same", against=self.own_created)
        self.own_containers = Row("playbook with stack: 50 containers, unchanged")
        self.peer_containers = Row("playbook with docker_container: the same", against=self.own_containers)
        self.own_vms = Row("playbook with stack: 20 vms, unchanged")
        self.peer_vms = Row("playbook with virt: the same, defined as they are", against=self.own_vms)
        self.peer_states = Row("playbook with virt: their states, asked for", against=self.own_vms)

    def measure(self, machine: Machine, repetitions: int) -> None:
        name, turns = PLAIN.name, (repetitions + 1) // 2
        ground = machine.payload(name, "ground")
        stack(machine, name, "vms")
        domains = {vm["name"]: machine.shell("virsh", "dumpxml", vm["name"]) for vm in documents.vms()}
        for _turn in range(turns):
            took(self.own_vms, stack(machine, name, "vms", unchanged=True))
            took(self.peer_vms, machine.peer("peer_vms", bench_domains=domains))
            took(self.peer_states, machine.peer("peer_states"))
        for _turn in range(turns):
            machine.timed("python3", ground)
            took(self.peer_created, machine.peer("peer_containers"))
            took(self.peer_containers, machine.peer("peer_containers", unchanged=True))
            bare(machine, "remove", PLAIN)
            took(self.own_created, stack(machine, name, "containers"))
            took(self.own_containers, stack(machine, name, "containers", unchanged=True))


class Wire(Rows):
    """Between vm and container, on the collection's network and on a bridge that is made by hand."""

    def __init__(self) -> None:
        self.bulk = Row("bridge by hand: 100 MiB to a vm")
        self.own_bulk = Row("network: the same, from a container", against=self.bulk, goal=1.05)
        self.back = Row("bridge by hand: 100 MiB from a vm")
        self.own_back = Row("network: the same, to a container", against=self.back, goal=1.05)
        self.latency = Row("bridge by hand: half a round trip", unit="us")
        self.own_latency = Row("network: the same", against=self.latency, goal=1.05, unit="us")

    def measure(self, machine: Machine, repetitions: int) -> None:
        machine.play("wire")
        for turn in range(3 * repetitions + 1):
            for row, what, way in (
                (self.bulk, "bulk", "bare"),
                (self.own_bulk, "bulk", "ours"),
                (self.own_back, "back", "ours"),
                (self.back, "back", "bare"),
                (self.latency, "latency", "bare"),
                (self.own_latency, "latency", "ours"),
            ):
                value = float(machine.shell("python3", f"{documents.FOLDER}/wire.py", what, *WAYS[way]))
                # The first turn warms up.
                if turn:
                    took(row, value)


PARTS: dict[str, Callable[[], list[Goals] | list[Disks] | list[Wire] | list[Peers]]] = {
    "goals": lambda: [Goals(variant) for variant in VARIANTS],
    "disks": lambda: [Disks()],
    "wire": lambda: [Wire()],
    "peers": lambda: [Peers()],
}


def stack(machine: Machine, variant: str, document: str, *, unchanged: bool = False) -> float:
    return machine.play("stack", unchanged=unchanged, bench_variant=variant, bench_document=document)


def bare(machine: Machine, action: str, variant: Variant) -> str:
    folder = documents.FOLDER
    command = (f"{folder}/bare.py", action, variant.engine, f"{folder}/{variant.name}.json")
    return machine.timed("python3", *command).output


def took(row: Row, value: float) -> None:
    row.measured.append(value)
    print(f"  {row.title}: {value:.2f} {row.unit}", flush=True)


def measure(machine: Machine, arguments: argparse.Namespace) -> list[Row]:
    repetitions = 1 if arguments.quick else arguments.repetitions
    chosen = [part for name, parts in PARTS.items() if name in (arguments.only or PARTS) for part in parts()]
    documents.write_down(BUILD)
    try:
        machine.play("cleanup")
        machine.play("prepare")
        for part in chosen:
            part.measure(machine, repetitions)
            machine.play("absent")
    finally:
        machine.play("cleanup")
    return [row for part in chosen for row in part.rows()]


def interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inventory", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="each thing once")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="this part; may be there more than once"
    )
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
