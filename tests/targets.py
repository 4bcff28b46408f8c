# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``targets.py [TARGET...]``: the integration targets on the lab's hosts, on each in turn, the hosts side by side.

Those that are named run on every host, and with ``all`` all do. Without a name those of ``ONE_HOST`` run on that host
alone: on two slow cores the rest of them would take an hour more.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

from stages import LOGS, ROOT, Lane, Stage, run

LAB = "tests/lab/lab"
TARGETS = ROOT / "tests" / "integration" / "targets"
HOSTS = ("host1", "host2")
# host1 has the oldest engines that are supported, host2 the present ones.
ONE_HOST = {
    "cloud_init": "host2",
    "compose": "host1",
    "container": "host1",
    "container_engine": "host2",
    "container_image": "host1",
    "container_killed": "host1",
    "container_options": "host1",
    "container_podman": "host2",
    "host_bridge": "host1",
    "host_bridge_daemons": "host1",
    "network": "host1",
    "network_modes": "host1",
    "networking": "host2",
    "policy": "host1",
    "qcow2": "host1",
    "qcow2_killed": "host2",
    "qcow2_live": "host2",
    "stack": "host2",
    "storage_pool": "host1",
    "storage_pool_servers": "host2",
    "vm": "host2",
    "vm_backup": "host1",
    "vm_killed": "host2",
    "vm_live": "host2",
    "vm_lxc": "host2",
    "vm_snapshot": "host1",
}
FAILURE = re.compile(r"^(fatal|failed): ")
BEFORE, AFTER, SHOWN = 2, 20, 70


def plan(named: list[str]) -> list[Lane]:
    """A lane a host. A stage's name is its target's and its host's."""
    targets = sorted(path.name for path in TARGETS.iterdir()) if named in ([], ["all"]) else named
    only = {} if named else ONE_HOST
    return [
        [Stage(f"{target} {host}") for target in targets if only.get(target, host) == host] for host in HOSTS
    ]


def excerpt(log: str) -> str:
    """What made a target fail, with what stands around it."""
    lines = log.splitlines()
    near = {
        number
        for at, line in enumerate(lines)
        if FAILURE.match(line)
        for number in range(at - BEFORE, at + AFTER)
    }
    return "\n".join([line for number, line in enumerate(lines) if number in near][-SHOWN:])


def main(named: list[str]) -> int:
    found = subprocess.run([LAB, "inventory"], cwd=ROOT, check=True, capture_output=True, text=True)
    # Without it Ansible warns of tasks whose parameters are one variable; and what a target sees are facts by name.
    os.environ["ANSIBLE_INJECT_FACT_VARS"] = "false"

    def command(stage: Stage) -> list[str]:
        target, host = stage.name.split()
        play = [
            "ansible-playbook",
            "-i",
            found.stdout.strip(),
            "--limit",
            host,
            "tests/integration/target.yml",
        ]
        return [LAB, "exec", "control", "--", *play, "-e", f"target={target}"]

    try:
        stages = run([plan(named)], command)
    except KeyboardInterrupt:
        return 130
    failed = [stage for stage in stages if stage.state != "passed"]
    for stage in failed:
        log = (LOGS / f"{stage.name}.log").read_text(encoding="utf-8", errors="replace")
        print(f"\n== integration: what made {stage.name} fail\n{excerpt(log)}")
    print(f"integration: {len(stages) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not stages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
