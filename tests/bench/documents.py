# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents that the benchmark converges, all parts of one stack, and what the peers are given for the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NAME = "be"
FOLDER = "/var/lib/be-bench"
ROOT = f"{FOLDER}/busybox.tar"
IMAGE = "be-busybox:1"
CONTAINERS = 50
VMS = 20

Document = dict[str, Any]


def containers() -> list[Document]:
    return [
        {
            "name": f"be-c{number:02}",
            "image": IMAGE,
            "command": ["sleep", "100000"],
            "init": True,
            "networks": [{"name": "be-lan"}],
        }
        for number in range(1, CONTAINERS + 1)
    ]


def vms() -> list[Document]:
    """Defined and never started: what is measured is the collection, not QEMU."""
    return [
        {"name": f"be-v{number:02}", "memory": "64M", "state": "stopped", "networks": [{"network": "be-lan"}]}
        for number in range(1, VMS + 1)
    ]


def documents() -> dict[str, Document]:
    """By name. ``ground`` is what is there before any workload; it prunes, and so takes the workloads away again."""
    ground: Document = {
        "networks": [{"name": "be-lan", "subnet": "10.80.0.0/22", "dns": {"domain": "be.internal"}}],
        "images": [{"name": IMAGE, "rootfs": ROOT}],
        "containers": [],
        "vms": [],
        "prune": False,
    }
    return {
        "ground": {**ground, "prune": True},
        "containers": {**ground, "containers": containers()},
        "vms": {**ground, "vms": vms()},
        "full": {**ground, "containers": containers(), "vms": vms()},
    }


def write(path: Path) -> None:
    """The variables of the playbooks."""
    variables = {
        "bench_name": NAME,
        "bench_folder": FOLDER,
        "bench_root": ROOT,
        "bench_documents": documents(),
        "bench_containers": containers(),
        "bench_vms": [vm["name"] for vm in vms()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(variables, indent=1), encoding="utf-8")
