# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a container's fields stand in the engine's configuration, and how they are written and read there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .._core.errors import InvalidSpec
from .._model import container_values as values
from . import container_devices as devices
from .container_checks import NANO, read_healthcheck, write_healthcheck
from .container_mounts import read_binds, read_mounts, write_mounts
from .container_ports import published, write_bindings

Tree = dict[str, Any]


def _as_it_is(value: Any) -> Any:
    return value


def _or_zero(value: Any) -> Any:
    """What was never set is nothing to some engines and zero to others."""
    return max(value or 0, 0)


def _or_empty(value: Any) -> str:
    """A mode that is the engine's own: of Podman that is known by its not being asked for."""
    return str(value or "")


def _sequence(value: Any) -> tuple[Any, ...] | None:
    return tuple(value) if value is not None else None


class Setting(NamedTuple):
    """Where a field stands: section and keys, and how its value is written and read there."""

    path: tuple[str, ...]
    write: Callable[[Any], Any] = _as_it_is
    read: Callable[[Any], Any] = _as_it_is


def _pairs(separator: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """A map that engines keep as a list of texts."""

    def write(value: Mapping[str, str]) -> list[str]:
        return [f"{key}{separator}{item}" for key, item in value.items()]

    def read(value: Sequence[str] | None) -> dict[str, str]:
        split = (text.partition(separator) for text in value or ())
        return {key: item for key, _separator, item in split}

    return write, read


def _read_capabilities(value: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(item.upper().removeprefix("CAP_") for item in value or ())


def _read_links(value: Sequence[str] | None) -> tuple[str, ...]:
    """``CONTAINER:ALIAS`` of ``/CONTAINER:/ITSELF/ALIAS``."""
    pairs = (text.partition(":") for text in value or ())
    return tuple(f"{name.lstrip('/')}:{place.rpartition('/')[2]}" for name, _colon, place in pairs)


def _signal(value: str | None) -> str | None:
    try:
        return values.signal_name(value or None, "stop_signal")
    except InvalidSpec:
        return value


def _in_config(key: str, *converters: Callable[[Any], Any]) -> Setting:
    return Setting(("Config", key), *converters)


def _on_host(key: str, *converters: Callable[[Any], Any]) -> Setting:
    return Setting(("HostConfig", *key.split(".")), *converters)


SETTINGS: Mapping[str, Setting] = {
    "image": _in_config("Image"),
    "command": _in_config("Cmd", list, _sequence),
    "entrypoint": _in_config("Entrypoint", list, lambda value: tuple(value or values.NO_COMMAND)),
    "hostname": _in_config("Hostname"),
    "domainname": _in_config("Domainname"),
    "user": _in_config("User"),
    "working_dir": _in_config("WorkingDir"),
    "env": _in_config("Env", *_pairs("=")),
    "anonymous_volumes": _in_config("Volumes", lambda paths: {path: {} for path in paths}, _sequence),
    "exposed_ports": _in_config("ExposedPorts", lambda ports: {port: {} for port in ports}, _sequence),
    "tty": _in_config("Tty"),
    "interactive": _in_config("OpenStdin"),
    "stop_signal": _in_config("StopSignal", _as_it_is, _signal),
    "stop_timeout": _in_config("StopTimeout"),
    "healthcheck": _in_config("Healthcheck", write_healthcheck, read_healthcheck),
    "volumes": _on_host("Binds", lambda binds: [str(bind) for bind in binds], read_binds),
    "volumes_from": _on_host("VolumesFrom", list, _sequence),
    "volume_driver": _on_host("VolumeDriver"),
    "mounts": _on_host("Mounts", write_mounts, read_mounts),
    "tmpfs": _on_host("Tmpfs", _as_it_is, lambda value: value or {}),
    "published_ports": _on_host("PortBindings", write_bindings, published),
    "publish_all_ports": _on_host("PublishAllPorts"),
    "network_mode": _on_host("NetworkMode"),
    "mac_address": _in_config("MacAddress"),
    "links": _on_host("Links", list, _read_links),
    "dns_servers": _on_host("Dns", list, _sequence),
    "dns_search_domains": _on_host("DnsSearch", list, _sequence),
    "dns_opts": _on_host("DnsOptions", list, _sequence),
    "etc_hosts": _on_host("ExtraHosts", *_pairs(":")),
    "restart_policy": _on_host("RestartPolicy.Name", _as_it_is, lambda value: value or "no"),
    "restart_retries": _on_host("RestartPolicy.MaximumRetryCount"),
    "memory": _on_host("Memory"),
    "memory_reservation": _on_host("MemoryReservation"),
    "memory_swap": _on_host("MemorySwap"),
    "cpus": _on_host("NanoCpus", lambda value: round(value * NANO), lambda value: (value or 0) / NANO),
    "cpu_shares": _on_host("CpuShares"),
    "cpuset_cpus": _on_host("CpusetCpus"),
    "cpuset_mems": _on_host("CpusetMems"),
    "cpu_period": _on_host("CpuPeriod"),
    "cpu_quota": _on_host("CpuQuota"),
    "blkio_weight": _on_host("BlkioWeight"),
    "pids_limit": _on_host("PidsLimit", lambda value: value or -1, _or_zero),
    "memory_swappiness": _on_host(
        "MemorySwappiness", _as_it_is, lambda value: -1 if value is None else value
    ),
    "kernel_memory": _on_host("KernelMemory", _as_it_is, _or_zero),
    "device_read_bps": _on_host("BlkioDeviceReadBps", devices.write_rates, devices.read_rates),
    "device_write_bps": _on_host("BlkioDeviceWriteBps", devices.write_rates, devices.read_rates),
    "device_read_iops": _on_host("BlkioDeviceReadIOps", devices.write_rates, devices.read_rates),
    "device_write_iops": _on_host("BlkioDeviceWriteIOps", devices.write_rates, devices.read_rates),
    "shm_size": _on_host("ShmSize"),
    "oom_killer": _on_host("OomKillDisable", _as_it_is, bool),
    "oom_score_adj": _on_host("OomScoreAdj"),
    "ulimits": _on_host("Ulimits", devices.write_ulimits, devices.read_ulimits),
    "sysctls": _on_host("Sysctls", _as_it_is, lambda value: value or {}),
    "privileged": _on_host("Privileged"),
    "read_only": _on_host("ReadonlyRootfs"),
    "capabilities": _on_host("CapAdd", list, _read_capabilities),
    "cap_drop": _on_host("CapDrop", list, _read_capabilities),
    "security_opts": _on_host("SecurityOpt", list, lambda value: values.security_opts(value or (), "")),
    "devices": _on_host("Devices", devices.write_devices, devices.read_devices),
    "device_requests": _on_host("DeviceRequests", devices.write_requests, devices.read_requests),
    "device_cgroup_rules": _on_host("DeviceCgroupRules", list, _sequence),
    "groups": _on_host("GroupAdd", list, _sequence),
    "init": _on_host("Init", _as_it_is, bool),
    "auto_remove": _on_host("AutoRemove"),
    "cgroup_parent": _on_host("CgroupParent", _as_it_is, _or_empty),
    "cgroupns_mode": _on_host("CgroupnsMode", _as_it_is, _or_empty),
    "ipc_mode": _on_host("IpcMode", _as_it_is, _or_empty),
    "pid_mode": _on_host("PidMode", _as_it_is, _or_empty),
    "userns_mode": _on_host("UsernsMode", _as_it_is, _or_empty),
    "uts": _on_host("UTSMode", _as_it_is, _or_empty),
    "runtime": _on_host("Runtime"),
    "log_driver": _on_host("LogConfig.Type"),
    "log_options": _on_host("LogConfig.Config", _as_it_is, lambda value: value or {}),
    "storage_opts": _on_host("StorageOpt", _as_it_is, lambda value: value or {}),
}
