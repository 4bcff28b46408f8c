# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""backed_up.py rounds|killed: backups of a vm that stands still and is written to by QEMU itself, at random.

The folder of PYTHONPATH holds the collection's code, as ansible_collections/..., and the disks.
"""

from __future__ import annotations

import datetime
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import killing
from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_backup import VmBackupDriver
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_backup import VmBackup
from ansible_collections.hybrid.host.plugins.module_utils._system.backup_store import LocalBackups
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost
from killing import Death, Ended

FOLDER = Path(os.environ["PYTHONPATH"])
VM, ROUNDS = "hb-still", 20
SIZE, SECTOR = 16 << 20, 512
DISKS = {"vda": FOLDER / "one.qcow2", "vdb": FOLDER / "two.qcow2"}
CHAIN, FULL = FOLDER / "chain", FOLDER / "full"


def rounds() -> int:
    """Incremental equals full, byte for byte, and both what the disks hold; by both methods."""
    chance = random.Random(20261125)
    for number in range(ROUNDS + 1):
        write(chance)
        method = chance.choice(["push", "pull"])
        took = backup(CHAIN, f"r{number}", method=method, mode="auto", verify=number % 5 == 0)
        other = "pull" if method == "push" else "push"
        backup(FULL, f"r{number}", method=other, mode="full", keep=1)
        if took["mode"] != ("incremental" if number else "full"):
            return failed(f"round {number} was {took}")
        for target, disk in DISKS.items():
            image = CHAIN / f"r{number}" / f"{target}.qcow2"
            run("qemu-img", "compare", str(image), str(FULL / f"r{number}" / f"{target}.qcow2"))
            run("qemu-img", "compare", "--force-share", str(image), str(disk))
    print(f"{ROUNDS} rounds")
    return 0


def killed() -> int:
    """Ends a run behind each of its steps; the next one completes it, and leaves nothing but the backup."""
    wrong = [f"{method}: {what}" for method in ("push", "pull") for what in completed(method)]
    return failed("\n".join(wrong)) if wrong else 0


def completed(method: str) -> Iterator[str]:
    """What was not, where a run was killed."""
    label = ""

    def run_to(step: int) -> Ended:
        nonlocal label
        label = f"{method}{step}"
        write(random.Random(step))
        return one(step)

    def one(step: int) -> Ended:
        return killing.run(lambda: taken(method, label, step), FOLDER / "said")

    for behind in killing.deaths(method, run_to):
        done = one(0)
        if done.returncode:
            yield f"killed behind {behind!r}, not repaired: {done.stderr}"
        else:
            yield from (f"killed behind {behind!r}: {what}" for what in left(label))


def taken(method: str, label: str, step: int) -> int:
    backup(CHAIN, label, step, method=method, mode="auto", timeout="60s")
    return 0


def left(label: str) -> list[str]:
    """What is not as it should be, as other eyes than the collection's see it."""
    points = run("virsh", "checkpoint-list", VM, "--name").stdout.split()
    points = [name for name in points if not name.endswith(f"-r{ROUNDS}")]
    beside = [name for folder in (CHAIN, FOLDER) for name in os.listdir(folder) if name.startswith(".")]
    job = run("virsh", "domjobinfo", VM).stdout
    found = [
        *(f"left {name}" for name in beside),
        *([] if len(points) == 1 and points[0].endswith(f"-{label}") else [f"checkpoints {points}"]),
        *([] if "None" in job else [f"a job: {job}"]),
    ]
    for target, disk in DISKS.items():
        image = CHAIN / label / f"{target}.qcow2"
        same = run("qemu-img", "compare", "--force-share", str(image), str(disk), check=False)
        found += [] if same.returncode == 0 else [f"{image}: {same.stdout}{same.stderr}"]
    return found


def backup(path: Path, label: str, step: int = 0, **params: Any) -> dict[str, Any]:
    """One run, ended behind the given step, 0 for never."""
    session, host, store = Session("qemu:///system"), LocalVmHost(), LocalBackups(str(path))
    driver = VmBackupDriver(session, host, store)
    death = Death(step)
    death.in_libvirt(session, driver)
    death.behind(store, "begin", "create", "pull", "finish", "clear")
    now = datetime.datetime.now(datetime.timezone.utc)
    spec = VmBackup.from_params({"vm": VM, "path": str(path), "name": label, **params}, now)
    outcome = converge([Target(driver, spec)], Run(workers=1))
    for error in outcome.errors:
        raise error
    took = next(iter(outcome.objects.values()))
    return {"mode": took.mode, "parent": took.parent, "warnings": outcome.warnings}


def write(chance: random.Random) -> None:
    """Data, zeros and holes, at any place and of any size, into both disks of the vm that stands still."""
    for device in DISKS:
        for _turn in range(chance.randint(1, 5)):
            at = chance.randrange(SIZE // SECTOR)
            count = min(chance.choice([1, 7, 128, 999, 4000]), SIZE // SECTOR - at)
            how = chance.choice([f"write -P {chance.randrange(1, 256)}", "write -z", "discard"])
            monitor(device, f"{how} {at * SECTOR} {count * SECTOR}")
        monitor(device, "flush")


def monitor(target: str, command: str) -> None:
    device = f"/machine/peripheral/virtio-disk{ord(target[-1]) - ord('a')}/virtio-backend"
    said = run("virsh", "qemu-monitor-command", VM, "--hmp", f'qemu-io -d {device} "{command}"').stdout
    if "rror" in said or "failed" in said:
        raise SystemExit(f"{command}: {said}")


def run(*argv: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(argv, check=False, capture_output=True, text=True)
    if check and done.returncode:
        raise SystemExit(f"{' '.join(argv)}: {done.stdout}{done.stderr}")
    return done


def failed(why: str) -> int:
    print(why)
    return 1


if __name__ == "__main__":
    sys.exit({"rounds": rounds, "killed": killed}[sys.argv[1]]())
