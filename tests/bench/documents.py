# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents that the benchmark converges, all parts of one stack, and the plays that give the peers the same."""

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


def peers() -> dict[str, Document]:
    """By name of the playbook, its one task. Here, as only the peers' own ansible-playbook finds these modules."""
    container = {
        **{key: f"{{{{ item.{key} }}}}" for key in ("name", "image", "command", "init", "networks")},
        "network_mode": "{{ item.networks[0].name }}",
        "pull": "never",
        "state": "started",
    }
    defined = {"command": "define", "name": "{{ item.key }}", "xml": "{{ item.value }}"}
    return {
        "peer_containers": {
            "community.docker.docker_container": container,
            "loop": "{{ bench_containers }}",
        },
        "peer_vms": {"community.libvirt.virt": defined, "loop": "{{ bench_domains | dict2items }}"},
        "peer_states": {
            "community.libvirt.virt": {"command": "status", "name": "{{ item }}"},
            "loop": "{{ bench_vms }}",
        },
    }


def write(folder: Path) -> None:
    """The variables of the playbooks, and the playbooks of the peers."""
    variables = {
        "bench_name": NAME,
        "bench_folder": FOLDER,
        "bench_root": ROOT,
        "bench_documents": documents(),
        "bench_containers": containers(),
        "bench_vms": [vm["name"] for vm in vms()],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "variables.json").write_text(json.dumps(variables, indent=1), encoding="utf-8")
    (folder / "peers.cfg").write_text("[defaults]\ninterpreter_python = auto_silent\n", encoding="utf-8")
    for name, task in peers().items():
        play = {"name": name, "hosts": "all", "gather_facts": False, "tasks": [{"name": "Each", **task}]}
        (folder / f"{name}.yml").write_text(json.dumps([play], indent=1), encoding="utf-8")
