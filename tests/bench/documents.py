# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents that the benchmark converges, all parts of one stack, and the plays that give the peers the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.hybrid.host.plugins.module_utils._ansible.arguments.container import (
    CONTAINER_OPTIONS,
)
from ansible_collections.hybrid.host.plugins.module_utils._container.container_body import write
from ansible_collections.hybrid.host.plugins.module_utils._container.podman_asked import for_podman
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

NAME = "be"
FOLDER = "/var/lib/be-bench"
ROOT = f"{FOLDER}/busybox.tar"
IMAGE = "be-busybox:1"
GUEST = "/var/lib/libvirt/images/tiny-guest"
WIRE = "/var/lib/libvirt/images/be-wire.initrd"
CONTAINERS = 50
VMS = 20
DISKS = 100
BASE = f"{FOLDER}/disks/base.qcow2"

Document = dict[str, Any]


class Variant(NamedTuple):
    """The engine of the containers, and whether each of them uses every option that can be used beside the others."""

    engine: str
    every: bool

    @property
    def name(self) -> str:
        return f"{self.engine}, {'every option' if self.every else 'few options'}"


VARIANTS = (Variant("docker", every=False), Variant("docker", every=True), Variant("podman", every=True))
PLAIN = VARIANTS[0]

_EVERY: Document = {
    "env": {"TEXT": 'it\'s "b" \\ $HOME\nc=d', "LONG": "x" * 1000},
    "labels": {"purpose": "bench", "with space": "b\nc"},
    "hostname": "one.example",
    "user": "0:0",
    "working_dir": "/tmp",
    "entrypoint": ["/bin/sh", "-c"],
    "command": ["exec sleep 100000"],
    "tty": True,
    "interactive": True,
    "stop_signal": "SIGTERM",
    "stop_timeout": 1,
    "volumes": ["be-data:/data", "/srv:/srv:ro"],
    "mounts": [{"target": "/scratch", "type": "tmpfs", "tmpfs_size": "1M"}],
    "tmpfs": ["/run:size=1m"],
    "exposed_ports": ["81"],
    "dns_servers": ["192.0.2.1"],
    "dns_search_domains": ["example.org"],
    "dns_opts": ["ndots:2"],
    "etc_hosts": {"one": "192.0.2.1"},
    "restart_policy": "on-failure",
    "restart_retries": 3,
    "memory": "64M",
    "memory_reservation": "32M",
    "memory_swap": "128M",
    "cpu_period": 50000,
    "cpu_quota": 20000,
    "cpu_shares": 512,
    "cpuset_cpus": "0-1",
    "cpuset_mems": "0",
    "pids_limit": 100,
    "shm_size": "32M",
    "oom_score_adj": 500,
    # Where one is given, Podman sets those of files and processes too, to more than a host in a lab may have.
    "ulimits": ["nofile:1000:2000", "nproc:1000", "core:0"],
    "sysctls": {"net.ipv4.ip_forward": "1"},
    "read_only": True,
    "capabilities": ["NET_ADMIN"],
    "cap_drop": ["MKNOD"],
    "security_opts": ["no-new-privileges"],
    "devices": ["/dev/null:/dev/xnull:rw"],
    "device_cgroup_rules": ["c 1:3 rwm"],
    "groups": ["10"],
    "ipc_mode": "private",
    "log_driver": "json-file",
    "log_options": {"max-size": "1m"},
    "healthcheck": {"test": ["CMD", "true"], "interval": "1h", "timeout": "5s", "retries": 2},
}


def containers(variant: Variant = PLAIN) -> list[Document]:
    return [
        {
            "name": f"be-c{number:02}",
            "image": IMAGE,
            "command": ["sleep", "100000"],
            "init": True,
            "networks": [{"name": "be-lan"}],
            **({**_EVERY, "published_ports": [f"127.0.0.1:{20000 + number}:80"]} if variant.every else {}),
        }
        for number in range(1, CONTAINERS + 1)
    ]


def networks(variant: Variant) -> list[Document]:
    """That of the containers first, that of the vms last: one and the same where the engine can."""
    lan = {"name": "be-lan", "subnet": "10.80.0.0/22"}
    if variant.engine == "docker":
        return [{**lan, "dns": {"domain": "be.internal"}}]
    return [{**lan, "attach": "containers"}, {"name": "be-vms", "subnet": "10.80.4.0/22", "attach": "vms"}]


def bodies(variant: Variant) -> Document:
    """What the engine's ``create`` takes for each of the containers, by name: all that bare calls need."""
    result: Document = {}
    for options in containers(variant):
        checked = ArgumentSpecValidator(CONTAINER_OPTIONS).validate(options)
        if checked.error_messages:
            raise ValueError(f"{options['name']}: {checked.error_messages}")
        spec = Container.from_params(checked.validated_parameters)
        body = write(spec)
        result[spec.name] = for_podman(body, spec) if variant.engine == "podman" else body
    return result


def vms(variant: Variant = PLAIN) -> list[Document]:
    """Defined and never started: what is measured is the collection, not QEMU."""
    network = networks(variant)[-1]["name"]
    return [
        {"name": f"be-v{number:02}", "memory": "64M", "state": "stopped", "networks": [{"network": network}]}
        for number in range(1, VMS + 1)
    ]


def documents(variant: Variant) -> dict[str, Document]:
    """By name. ``ground`` is what is there before any workload; it prunes, and so takes the workloads away again."""
    ground: Document = {
        "engine": variant.engine,
        "networks": networks(variant),
        "images": [{"name": IMAGE, "rootfs": ROOT}],
        "volumes": [{"name": "be-data"}],
        "containers": [],
        "vms": [],
        "prune": False,
    }
    return {
        "ground": {**ground, "prune": True},
        "containers": {**ground, "containers": containers(variant)},
        "vms": {**ground, "vms": vms(variant)},
        "full": {**ground, "containers": containers(variant), "vms": vms(variant)},
    }


def overlays() -> list[str]:
    return [f"{FOLDER}/disks/be-d{number:03}.qcow2" for number in range(1, DISKS + 1)]


def disks() -> dict[str, Document]:
    """By name: one image, and as many that rest on it. ``ground`` takes these away again."""
    nothing: Document = {key: [] for key in ("networks", "images", "volumes", "containers", "vms")}
    backing: Document = {"path": BASE, "size": "1G"}
    above: list[Document] = [{"path": path, "backing_file": BASE} for path in overlays()]
    return {
        "ground": {**nothing, "engine": PLAIN.engine, "disks": [backing], "prune": True},
        "full": {**nothing, "engine": PLAIN.engine, "disks": [backing, *above], "prune": False},
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


def write_down(folder: Path) -> None:
    """The variables of the playbooks, and the playbooks of the peers."""
    variables = {
        "bench_name": NAME,
        "bench_folder": FOLDER,
        "bench_root": ROOT,
        "bench_guest": GUEST,
        "bench_wire": WIRE,
        "bench_documents": {**{variant.name: documents(variant) for variant in VARIANTS}, "disks": disks()},
        "bench_bodies": {variant.name: bodies(variant) for variant in VARIANTS},
        "bench_containers": containers(),
        "bench_vms": [vm["name"] for vm in vms()],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "variables.json").write_text(json.dumps(variables, indent=1), encoding="utf-8")
    (folder / "peers.cfg").write_text("[defaults]\ninterpreter_python = auto_silent\n", encoding="utf-8")
    for name, task in peers().items():
        play = {"name": name, "hosts": "all", "gather_facts": False, "tasks": [{"name": "Each", **task}]}
        (folder / f"{name}.yml").write_text(json.dumps([play], indent=1), encoding="utf-8")
