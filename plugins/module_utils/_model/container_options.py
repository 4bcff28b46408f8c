# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container's options, from what users write to the fields of its spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core.errors import InvalidSpec
from . import container_values as values
from .attachment import attachments, links, mac
from .container_device import device_requests
from .container_file import files
from .container_mount import mounts
from .dependency import Dependency
from .healthcheck import Healthcheck
from .image_name import checked_image_name, is_image_id, pull_policy
from .platform import checked_platform
from .published_port import host_address, published_ports
from .quantity import duration
from .security_profile import secured
from .text_map import label_map, text_map

#: How long a container may take to become healthy, in seconds.
HEALTHY_SECONDS = 300.0
# The defaults that docker_container had once.
_COMPATIBLE = {
    "auto_remove": False,
    "detach": True,
    "init": False,
    "interactive": False,
    "memory": "0",
    "paused": False,
    "privileged": False,
    "read_only": False,
    "tty": False,
}
_PULL = {True: "always", False: "missing", "True": "always", "False": "missing", None: "missing"}
POLICIES = ("never", "missing", "always")


def options(params: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a ``Container``. None is not managed. Raises ``InvalidSpec``."""
    if params.get("container_default_behavior") == "compatibility":
        given = {name: value for name, value in params.items() if value is not None}
        params = {**params, **_COMPATIBLE, **given}
    params = secured(params)
    fields = {option: parse(params.get(option), option) for option, parse in _PARSED.items()}
    fields.update((option, params.get(option)) for option in _AS_THEY_ARE)
    fields.update(values.binds(params.get("volumes")))
    fields.update(files(params.get("files")))
    address = params.get("default_host_ip")
    host_ip = host_address(address, "default_host_ip") if address else None
    fields["published_ports"] = published_ports(params.get("published_ports"), host_ip)
    read = values.joined_command if params.get("command_handling") == "compatibility" else values.command
    fields.update((option, read(params.get(option), option)) for option in ("command", "entrypoint"))
    return {**fields, **_conduct(params)}


def _conduct(params: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say how to go about it."""
    fields = {name: params[name] for name in _CONDUCT if params.get(name) is not None}
    return {
        **fields,
        "pull": pull_policy(_pull(params.get("pull")), params.get("image")),
        "kill_signal": values.signal_name(params.get("kill_signal"), "kill_signal"),
        "healthy_wait_timeout": _patience(params.get("healthy_wait_timeout")),
        "removal_wait_timeout": duration(params.get("removal_wait_timeout"), "removal_wait_timeout"),
        "depends_on": tuple(Dependency.from_params(item) for item in params.get("depends_on") or ()),
        "owner": params.get("owner"),
    }


def _pull(value: Any) -> str:
    policy = _PULL.get(value, value)
    if policy not in POLICIES:
        raise InvalidSpec(f"pull: {value!r} is not a policy", hint=f"One of {', '.join(POLICIES)}.")
    return str(policy)


def _patience(value: Any) -> float:
    """Seconds; what is not above 0 is for ever."""
    if str(value).lstrip().startswith("-"):
        return float("inf")
    seconds = duration(value, "healthy_wait_timeout")
    return HEALTHY_SECONDS if seconds is None else seconds or float("inf")


def _image(value: str | None, _option: str) -> str | None:
    return value if value is None or is_image_id(value) else checked_image_name(value)


def _one_mode(value: str | None, _option: str) -> str | None:
    return "bridge" if value == "default" else value


_PARSED: Mapping[str, Callable[[Any, str], Any]] = {
    "image": _image,
    "platform": checked_platform,
    "env": values.env,
    "labels": label_map,
    "mounts": mounts,
    "tmpfs": values.tmpfs,
    "volumes_from": values.words,
    "exposed_ports": values.exposed_ports,
    "network_mode": _one_mode,
    "networks": attachments,
    "mac_address": mac,
    "links": links,
    "dns_servers": values.words,
    "dns_search_domains": values.words,
    "dns_opts": values.words,
    "etc_hosts": text_map,
    "cpus": values.processors,
    "memory": values.limit,
    "memory_reservation": values.limit,
    "memory_swap": values.limit,
    "kernel_memory": values.limit,
    "pids_limit": values.pids_limit,
    "device_read_bps": values.rates,
    "device_write_bps": values.rates,
    "device_read_iops": values.rates,
    "device_write_iops": values.rates,
    "shm_size": values.size_or_zero,
    "ulimits": values.ulimits,
    "sysctls": text_map,
    "capabilities": values.capabilities,
    "cap_drop": values.capabilities,
    "security_opts": values.security_opts,
    "devices": values.devices,
    "device_requests": device_requests,
    "device_cgroup_rules": values.words,
    "groups": values.words,
    "log_options": text_map,
    "storage_opts": text_map,
    "stop_signal": values.signal_name,
    "healthcheck": Healthcheck.from_params,
}
_AS_THEY_ARE = (
    *("hostname", "domainname", "user", "working_dir", "restart_policy", "restart_retries", "volume_driver"),
    *("publish_all_ports", "cpu_shares", "cpuset_cpus", "cpuset_mems", "cpu_period", "cpu_quota"),
    *("blkio_weight", "memory_swappiness", "oom_killer", "oom_score_adj", "privileged", "read_only", "init"),
    *("auto_remove", "cgroup_parent", "cgroupns_mode", "ipc_mode", "pid_mode", "userns_mode", "uts"),
    *(
        "runtime",
        "log_driver",
        "tty",
        "interactive",
        "stop_timeout",
        "paused",
        "detach",
        "env_file",
    ),
)
_CONDUCT = (
    *("cleanup", "output_logs", "recreate", "restart", "force_kill", "keep_volumes"),
    *("networks_cli_compatible", "image_comparison", "image_label_mismatch", "image_name_mismatch"),
    "security_profile",
)
