# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service becomes the options of a container: one table for what passes as it is, and the parts that do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import deploy, files
from . import service_parts as parts
from .mounts import volumes
from .node import Node
from .project import DEFAULT_NETWORK, Project
from .units import whole_seconds

Part = Callable[[Node, Project], dict[str, Any]]

#: What passes: Compose's key, the option of the container, and how the value is read.
DIRECT: Mapping[str, tuple[str, Callable[[Node], Any]]] = {
    "image": ("image", Node.text),
    "cap_add": ("capabilities", Node.words),
    "cap_drop": ("cap_drop", Node.words),
    "cgroup": ("cgroupns_mode", Node.text),
    "cgroup_parent": ("cgroup_parent", Node.text),
    "command": ("command", Node.command),
    "cpu_period": ("cpu_period", Node.integer),
    "cpu_quota": ("cpu_quota", Node.integer),
    "cpu_shares": ("cpu_shares", Node.integer),
    "cpus": ("cpus", Node.number),
    "cpuset": ("cpuset_cpus", Node.text),
    "device_cgroup_rules": ("device_cgroup_rules", Node.words),
    "dns": ("dns_servers", Node.words),
    "dns_opt": ("dns_opts", Node.words),
    "dns_search": ("dns_search_domains", Node.words),
    "domainname": ("domainname", Node.text),
    "entrypoint": ("entrypoint", parts.entrypoint),
    "expose": ("exposed_ports", Node.words),
    "extra_hosts": ("etc_hosts", parts.hosts),
    "group_add": ("groups", Node.words),
    "healthcheck": ("healthcheck", parts.healthcheck),
    "hostname": ("hostname", Node.text),
    "init": ("init", Node.flag),
    "mac_address": ("mac_address", Node.text),
    "mem_limit": ("memory", Node.text),
    "mem_reservation": ("memory_reservation", Node.text),
    "mem_swappiness": ("memory_swappiness", Node.integer),
    "memswap_limit": ("memory_swap", Node.text),
    "oom_kill_disable": ("oom_killer", Node.flag),
    "oom_score_adj": ("oom_score_adj", Node.integer),
    "pids_limit": ("pids_limit", Node.integer),
    "platform": ("platform", Node.text),
    "ports": ("published_ports", parts.ports),
    "privileged": ("privileged", Node.flag),
    "read_only": ("read_only", Node.flag),
    "runtime": ("runtime", Node.text),
    "security_opt": ("security_opts", Node.words),
    "shm_size": ("shm_size", Node.text),
    "stdin_open": ("interactive", Node.flag),
    "stop_grace_period": ("stop_timeout", whole_seconds),
    "stop_signal": ("stop_signal", Node.text),
    "storage_opt": ("storage_opts", Node.texts),
    "sysctls": ("sysctls", Node.texts),
    "tmpfs": ("tmpfs", Node.words),
    "tty": ("tty", Node.flag),
    "ulimits": ("ulimits", parts.ulimits),
    "user": ("user", Node.text),
    "userns_mode": ("userns_mode", Node.text),
    "uts": ("uts", Node.text),
    "working_dir": ("working_dir", Node.text),
}
#: What takes more than a look: Compose's key, and what makes options of it; the later goes before the earlier.
PARTS: Mapping[str, Part] = {
    "blkio_config": parts.block_io,
    "configs": files.configs,
    "depends_on": parts.depends_on,
    "deploy": deploy.options,
    "devices": parts.devices,
    "env_file": parts.env_files,
    "environment": parts.environment,
    "external_links": parts.external_links,
    "gpus": deploy.gpus,
    "ipc": parts.ipc,
    "label_file": parts.label_files,
    "labels": parts.labels,
    "links": parts.links,
    "logging": parts.logging,
    "network_mode": parts.network_mode,
    "networks": parts.networks,
    "pid": parts.pid,
    "pull_policy": parts.pull_policy,
    "restart": parts.restart,
    "scale": deploy.scale,
    "secrets": files.secrets,
    "volumes": volumes,
    "volumes_from": parts.volumes_from,
}
#: What is read elsewhere: with the whole document, or to make an image.
ELSEWHERE = ("build", "container_name", "extends", "profiles")
_ADDED = ("env", "labels")


def container(service: str, node: Node, project: Project) -> dict[str, Any]:
    """The options of the service's container. Raises ``InvalidSpec``, which names the place."""
    given = node.only(*DIRECT, *PARTS, *ELSEWHERE)
    if "image" not in given and "build" not in given:
        raise node.refuse("has neither image nor build")
    options: dict[str, Any] = {"name": project.containers[service]}
    if service in project.jobs:
        options["state"] = "completed"
    for key, child in given.items():
        if key in DIRECT:
            option, read = DIRECT[key]
            options[option] = read(child)
        elif key in PARTS:
            _add(options, PARTS[key](child, project), child)
    if "networks" not in given and "network_mode" not in given:
        options["networks"] = [{"name": project.networks[DEFAULT_NETWORK]}]
    if options["name"] != service:
        for place in options.get("networks", ()):
            place["aliases"] = list(dict.fromkeys([*place.get("aliases", ()), service]))
    return options


def _add(options: dict[str, Any], more: Mapping[str, Any], node: Node) -> None:
    """Lists go on, maps are filled up; one thing said twice has to be the same."""
    for option, value in more.items():
        present = options.get(option)
        if isinstance(value, list) and present is not None:
            options[option] = [*present, *(item for item in value if item not in present)]
        elif option in _ADDED and present is not None:
            options[option] = {**present, **value}
        elif present is not None and present != value:
            raise node.refuse(f"says of {option} other than the rest of the service", "Keep one of the two.")
        else:
            options[option] = value
