# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a container, named as in community.docker, with Compose's spelling as an alias."""

from __future__ import annotations

from typing import Any

_LIST = {"type": "list", "elements": "str"}

CONTAINER_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True, "aliases": ["container_name"]},
    "state": {
        "type": "str",
        "choices": ["started", "healthy", "stopped", "present", "absent"],
        "default": "started",
    },
    "image": {"type": "str"},
    "pull": {"type": "str", "choices": ["never", "missing", "always"], "default": "missing"},
    "command": {"type": "raw"},
    "entrypoint": {"type": "raw"},
    "hostname": {"type": "str"},
    "domainname": {"type": "str"},
    "user": {"type": "str"},
    "working_dir": {"type": "str"},
    "env": {"type": "dict", "aliases": ["environment"]},
    "labels": {"type": "dict"},
    "volumes": _LIST,
    "tmpfs": _LIST,
    "published_ports": {**_LIST, "aliases": ["ports"]},
    "exposed_ports": {**_LIST, "aliases": ["exposed", "expose"]},
    "network_mode": {"type": "str"},
    "networks": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "ipv4_address": {"type": "str"},
            "aliases": _LIST,
        },
    },
    "dns_servers": {**_LIST, "aliases": ["dns"]},
    "dns_search_domains": {**_LIST, "aliases": ["dns_search"]},
    "dns_opts": {**_LIST, "aliases": ["dns_opt"]},
    "etc_hosts": {"type": "dict"},
    "restart_policy": {
        "type": "str",
        "choices": ["no", "on-failure", "always", "unless-stopped"],
        "aliases": ["restart"],
    },
    "restart_retries": {"type": "int"},
    "memory": {"type": "str", "aliases": ["mem_limit"]},
    "memory_reservation": {"type": "str", "aliases": ["mem_reservation"]},
    "memory_swap": {"type": "str", "aliases": ["memswap_limit"]},
    "cpus": {"type": "float"},
    "cpu_shares": {"type": "int"},
    "cpuset_cpus": {"type": "str", "aliases": ["cpuset"]},
    "cpuset_mems": {"type": "str"},
    "pids_limit": {"type": "int"},
    "shm_size": {"type": "str"},
    "oom_score_adj": {"type": "int"},
    "ulimits": _LIST,
    "sysctls": {"type": "dict"},
    "privileged": {"type": "bool"},
    "read_only": {"type": "bool"},
    "capabilities": {**_LIST, "aliases": ["cap_add"]},
    "cap_drop": _LIST,
    "security_opts": {**_LIST, "aliases": ["security_opt"]},
    "devices": _LIST,
    "groups": {**_LIST, "aliases": ["group_add"]},
    "init": {"type": "bool"},
    "ipc_mode": {"type": "str", "aliases": ["ipc"]},
    "pid_mode": {"type": "str", "aliases": ["pid"]},
    "userns_mode": {"type": "str"},
    "runtime": {"type": "str"},
    "log_driver": {"type": "str"},
    "log_options": {"type": "dict", "aliases": ["log_opt"]},
    "tty": {"type": "bool"},
    "interactive": {"type": "bool", "aliases": ["stdin_open"]},
    "stop_signal": {"type": "str"},
    "stop_timeout": {"type": "int"},
    "healthcheck": {
        "type": "dict",
        "options": {
            "test": {"type": "raw"},
            "interval": {"type": "str"},
            "timeout": {"type": "str"},
            "start_period": {"type": "str"},
            "retries": {"type": "int"},
        },
    },
    "healthy_wait_timeout": {"type": "str"},
    "keep_volumes": {"type": "bool", "default": True},
}
