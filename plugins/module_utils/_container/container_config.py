# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container's fields in the engine's own configuration: one table that writes and reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .._model.container import Container
from .._model.container_parts import ANYWHERE, Attachment, Bind, Healthcheck, PublishedPort
from .._model.image_name import familiar
from .labels import own, owner_of, written

_NANO = 10**9
Tree = dict[str, Any]


def _as_it_is(value: Any) -> Any:
    return value


def _or_none(value: Any) -> Any:
    """What engines write for what was never set: nothing, zero or an empty text."""
    return value or None


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


def _bindings(ports: Sequence[PublishedPort]) -> Tree:
    result: dict[str, list[dict[str, str]]] = {}
    for port in ports:
        host_port = "" if port.host_port is None else str(port.host_port)
        result.setdefault(port.key, []).append({"HostIp": port.host_ip, "HostPort": host_port})
    return result


def _published(bindings: Mapping[str, Any] | None) -> tuple[PublishedPort, ...]:
    return tuple(
        PublishedPort(
            int(key.partition("/")[0]),
            key.partition("/")[2] or "tcp",
            entry.get("HostIp") or ANYWHERE,
            int(entry.get("HostPort") or 0) or None,
        )
        for key, entries in (bindings or {}).items()
        for entry in entries or ()
    )


def _write_healthcheck(check: Healthcheck) -> Tree:
    times = {"Interval": check.interval, "Timeout": check.timeout, "StartPeriod": check.start_period}
    result: Tree = {key: round(seconds * _NANO) for key, seconds in times.items() if seconds is not None}
    if check.test is not None:
        result["Test"] = list(check.test)
    if check.retries is not None:
        result["Retries"] = check.retries
    return result


def _read_healthcheck(entry: Mapping[str, Any] | None) -> Healthcheck | None:
    if not entry:
        return None

    def seconds(key: str) -> float | None:
        return entry[key] / _NANO if entry.get(key) else None

    return Healthcheck(
        test=_sequence(entry.get("Test")),
        interval=seconds("Interval"),
        timeout=seconds("Timeout"),
        start_period=seconds("StartPeriod"),
        retries=entry.get("Retries") or None,
    )


def _write_devices(devices: Sequence[str]) -> list[Tree]:
    keys = ("PathOnHost", "PathInContainer", "CgroupPermissions")
    return [dict(zip(keys, text.split(":"))) for text in devices]


def _read_devices(entries: Sequence[Mapping[str, str]] | None) -> tuple[str, ...]:
    keys = ("PathOnHost", "PathInContainer", "CgroupPermissions")
    return tuple(":".join(entry.get(key, "") for key in keys) for entry in entries or ())


def _write_ulimits(limits: Sequence[str]) -> list[Tree]:
    split = (text.split(":") for text in limits)
    return [{"Name": name, "Soft": int(soft), "Hard": int(hard)} for name, soft, hard in split]


def _read_ulimits(entries: Sequence[Mapping[str, Any]] | None) -> tuple[str, ...]:
    return tuple(f"{entry['Name']}:{entry['Soft']}:{entry['Hard']}" for entry in entries or ())


def _read_capabilities(value: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(item.upper().removeprefix("CAP_") for item in value or ())


def _in_config(key: str, *converters: Callable[[Any], Any]) -> Setting:
    return Setting(("Config", key), *converters)


def _on_host(key: str, *converters: Callable[[Any], Any]) -> Setting:
    return Setting(("HostConfig", *key.split(".")), *converters)


SETTINGS: Mapping[str, Setting] = {
    "image": _in_config("Image"),
    "command": _in_config("Cmd", list, _sequence),
    "entrypoint": _in_config("Entrypoint", list, _sequence),
    "hostname": _in_config("Hostname"),
    "domainname": _in_config("Domainname"),
    "user": _in_config("User"),
    "working_dir": _in_config("WorkingDir"),
    "env": _in_config("Env", *_pairs("=")),
    "anonymous_volumes": _in_config("Volumes", lambda paths: {path: {} for path in paths}, _sequence),
    "exposed_ports": _in_config("ExposedPorts", lambda ports: {port: {} for port in ports}, _sequence),
    "tty": _in_config("Tty"),
    "interactive": _in_config("OpenStdin"),
    "stop_signal": _in_config("StopSignal"),
    "stop_timeout": _in_config("StopTimeout"),
    "healthcheck": _in_config("Healthcheck", _write_healthcheck, _read_healthcheck),
    "volumes": _on_host(
        "Binds",
        lambda binds: [str(bind) for bind in binds],
        lambda texts: tuple(Bind.parse(text) for text in texts or ()),
    ),
    "tmpfs": _on_host("Tmpfs", _as_it_is, lambda value: value or {}),
    "published_ports": _on_host("PortBindings", _bindings, _published),
    "network_mode": _on_host("NetworkMode"),
    "dns_servers": _on_host("Dns", list, _sequence),
    "dns_search_domains": _on_host("DnsSearch", list, _sequence),
    "dns_opts": _on_host("DnsOptions", list, _sequence),
    "etc_hosts": _on_host("ExtraHosts", *_pairs(":")),
    "restart_policy": _on_host("RestartPolicy.Name", _as_it_is, lambda value: value or "no"),
    "restart_retries": _on_host("RestartPolicy.MaximumRetryCount"),
    "memory": _on_host("Memory"),
    "memory_reservation": _on_host("MemoryReservation"),
    "memory_swap": _on_host("MemorySwap"),
    "cpus": _on_host(
        "NanoCpus", lambda value: round(value * _NANO), lambda value: value / _NANO if value else None
    ),
    "cpu_shares": _on_host("CpuShares"),
    "cpuset_cpus": _on_host("CpusetCpus"),
    "cpuset_mems": _on_host("CpusetMems"),
    "pids_limit": _on_host("PidsLimit", _as_it_is, _or_none),
    "shm_size": _on_host("ShmSize"),
    "oom_score_adj": _on_host("OomScoreAdj"),
    "ulimits": _on_host("Ulimits", _write_ulimits, _read_ulimits),
    "sysctls": _on_host("Sysctls", _as_it_is, lambda value: value or {}),
    "privileged": _on_host("Privileged"),
    "read_only": _on_host("ReadonlyRootfs"),
    "capabilities": _on_host("CapAdd", list, _read_capabilities),
    "cap_drop": _on_host("CapDrop", list, _read_capabilities),
    "security_opts": _on_host("SecurityOpt", list, _sequence),
    "devices": _on_host("Devices", _write_devices, _read_devices),
    "groups": _on_host("GroupAdd", list, _sequence),
    "init": _on_host("Init", _as_it_is, bool),
    "ipc_mode": _on_host("IpcMode"),
    "pid_mode": _on_host("PidMode"),
    "userns_mode": _on_host("UsernsMode"),
    "runtime": _on_host("Runtime"),
    "log_driver": _on_host("LogConfig.Type"),
    "log_options": _on_host("LogConfig.Config", _as_it_is, lambda value: value or {}),
}
_SHARED = ("network_mode", "ipc_mode", "pid_mode")
_STATES = {"running": "running", "paused": "paused", "restarting": "restarting", "dead": "dead"}


def write(spec: Container) -> Tree:
    """What the engine's ``create`` takes. Networks besides the first are connected afterwards."""
    tree: Tree = {"Config": {}, "HostConfig": {}}
    for name, setting in SETTINGS.items():
        value = getattr(spec, name)
        if value is not None:
            *parents, last = setting.path
            place = tree
            for key in parents:
                place = place.setdefault(key, {})
            place[last] = setting.write(value)
    config, host = tree["Config"], tree["HostConfig"]
    config["Labels"] = written(spec.labels, spec.owner, spec.name)
    config.setdefault("ExposedPorts", {}).update((port.key, {}) for port in spec.published_ports or ())
    if spec.networks:
        host["NetworkMode"] = spec.networks[0].name
        config["NetworkingConfig"] = {"EndpointsConfig": {spec.networks[0].name: endpoint(spec.networks[0])}}
    elif spec.networks is not None and spec.network_mode is None:
        host["NetworkMode"] = "none"
    return {**config, "HostConfig": host}


def endpoint(place: Attachment) -> Tree:
    """The settings of a container's place on a network."""
    result: Tree = {"Aliases": list(place.aliases or ())}
    if place.ipv4_address:
        result["IPAMConfig"] = {"IPv4Address": place.ipv4_address}
    return result


class Surroundings(NamedTuple):
    """What else an engine has: the ids that image names stand for, registries' digests by image id, names by id.

    ``binds_unnamed``: among a container's binds are the volumes of which only the place was told, as Podman has it.
    """

    image_ids: Mapping[str, str]
    digests: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    binds_unnamed: bool = False


def read(entry: Mapping[str, Any], among: Surroundings) -> Container:
    """Of what ``inspect`` tells."""
    fields: Tree = {}
    for name, setting in SETTINGS.items():
        value: Any = entry
        for key in setting.path:
            value = (value or {}).get(key)
        fields[name] = setting.read(value)
    if among.binds_unnamed:
        unnamed = tuple(bind for bind in fields["volumes"] or () if bind.is_unnamed)
        fields["volumes"] = tuple(bind for bind in fields["volumes"] or () if bind not in unnamed)
        places = (*(fields["anonymous_volumes"] or ()), *(bind.target for bind in unnamed))
        fields["anonymous_volumes"] = tuple(dict.fromkeys(places))
    for name in _SHARED:
        fields[name] = _shared_with(fields[name], among.names)
    state, labels = entry["State"], entry["Config"].get("Labels")
    name, image = str(entry["Name"]).lstrip("/"), familiar(str(fields.pop("image")))
    return Container(
        **fields,
        name=name,
        image=image,
        state=_STATES.get(state["Status"], "stopped"),
        labels=own(labels),
        owner=owner_of(labels, name),
        networks=_attachments(entry),
        id=entry["Id"],
        image_id=entry["Image"],
        outdated=among.image_ids.get(image, entry["Image"]) != entry["Image"],
        digests=among.digests.get(entry["Image"]),
        health=(state.get("Health") or {}).get("Status") or None,
        started=state.get("StartedAt") if state["Status"] in ("running", "paused") else None,
        exit_code=state.get("ExitCode") if state["Status"] == "exited" else None,
    )


def _shared_with(mode: str | None, names: Mapping[str, str]) -> str | None:
    """``container:NAME``, which engines keep as ``container:ID``; the default network by its name."""
    kind, colon, identity = (mode or "").partition(":")
    if kind == "container" and colon:
        return f"container:{names.get(identity, identity)}"
    return "bridge" if mode == "default" else mode


def _attachments(entry: Mapping[str, Any]) -> tuple[Attachment, ...]:
    networks = (entry.get("NetworkSettings") or {}).get("Networks") or {}
    return tuple(
        Attachment(
            name,
            (place.get("IPAMConfig") or {}).get("IPv4Address") or None,
            tuple(place.get("Aliases") or ()),
            place.get("IPAddress") or None,
        )
        for name, place in networks.items()
        if name not in ("none", "host")
    )
