# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Podman tells of a container, as Docker would tell it: pure, one answer to another.

The answer is that of Podman's own API. What Podman filled in by itself is left out; what it does not tell, or not as it
was asked, comes from the label of ``podman_asked``. Of a container that somebody else made it is as near as can be.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence
from typing import Any

from .._model.container_mount import is_unnamed
from .container_settings import Tree
from .podman_asked import HOST_KEYS, NO_LIMIT, recall

_STATUS = {"configured": "created", "initialized": "created", "stopped": "exited"}
DEFAULT_NETWORK = "podman"
_SOME_BRIDGE = ("bridge", "")
# Of the capabilities that Docker grants, those that older Podmans do not, which they tell as dropped; and all others.
_NEVER_GRANTED = frozenset({"AUDIT_WRITE", "MKNOD", "NET_RAW"})
_GRANTED = frozenset(
    {
        *("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE"),
        *("SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    }
)
# No container has reason to be given more than these, but by ALL.
_MANY = 20
_ADDED_TO_TMPFS = re.compile(r"(?:^|,)rw,rprivate,nosuid,nodev,tmpcopyup$")
_ADDED_TO_ULIMITS = [(name, 1 << 20, 1 << 20) for name in ("RLIMIT_NOFILE", "RLIMIT_NPROC")]
# By these Podman remembers what it was asked, and would believe them rather than what is asked of a successor.
_OWN_ANNOTATIONS = ("io.podman.", "io.container.", "io.kubernetes.", "org.opencontainers.", "org.systemd.")
_READ_ONLY_TMPFS = ("/run", "/tmp", "/var/tmp")
_FILLED_IN = {
    "IpcMode": "shareable",
    "PidMode": "private",
    "UTSMode": "private",
    "UsernsMode": "private",
    "ShmSize": 65_536_000,
    "PidsLimit": 2048,
}
_HEALTHCHECK = {"Interval": 30 * 10**9, "Timeout": 30 * 10**9, "Retries": 3}
_FIRST_REALTIME, _LAST_REALTIME = 34, 64


def as_docker_tells(entry: Mapping[str, Any]) -> Tree:
    """An ``inspect`` of Podman's own, as Docker's."""
    name = str(entry["Name"])
    asked = recall(entry["Config"].get("Labels"), name)
    state, image = dict(entry["State"]), str(entry["Image"])
    state["Status"] = _STATUS.get(state["Status"], state["Status"])
    host = _host(entry["HostConfig"])
    if asked is not None:
        host.update({key: asked["HostConfig"].get(key) for key in HOST_KEYS})
        host["PublishAllPorts"] = bool(host["PublishAllPorts"])
        host["PidsLimit"] = host.get("PidsLimit") or asked["HostConfig"].get("PidsLimit")
    networks = _networks(entry, asked)
    host["NetworkMode"] = _network_mode(entry["HostConfig"].get("NetworkMode"), networks, asked)
    config = _config(entry, asked)
    host["Binds"], config["Volumes"] = _volumes(host, asked)
    return {
        **entry,
        "Name": f"/{name}",
        "Image": image if image.startswith("sha256:") else f"sha256:{image}",
        "State": state,
        "Config": config,
        "HostConfig": host,
        "NetworkSettings": {**(entry.get("NetworkSettings") or {}), "Networks": networks},
    }


def _config(entry: Mapping[str, Any], asked: Mapping[str, Any] | None) -> Tree:
    config = dict(entry["Config"])
    wanted = asked["Config"] if asked is not None else {}
    host = entry["HostConfig"]
    config["Entrypoint"] = _entrypoint(entry)
    config["ExposedPorts"] = {
        port: {} for port in (*(config.get("ExposedPorts") or {}), *(host.get("PortBindings") or {}))
    }
    hostname = config.get("Hostname") or ""
    if hostname and str(entry["Id"]).startswith(hostname):
        config["Env"] = [item for item in config.get("Env") or () if item != f"HOSTNAME={hostname}"]
    config["StopSignal"] = wanted.get("StopSignal") or _signal(config.get("StopSignal"))
    config["MacAddress"] = wanted.get("MacAddress") or config.get("MacAddress")
    if config.get("Healthcheck"):
        config["Healthcheck"] = _healthcheck(config["Healthcheck"], wanted.get("Healthcheck") or {})
    return config


def _entrypoint(entry: Mapping[str, Any]) -> list[str]:
    """Podman tells it as one text, but also what runs: the entrypoint's words, then the command's."""
    words = [word for word in (entry.get("Path"), *(entry.get("Args") or ())) if word]
    if entry["HostConfig"].get("Init") and "--" in words:
        words = words[words.index("--") + 1 :]
    command = entry["Config"].get("Cmd") or []
    told = entry["Config"].get("Entrypoint")
    if isinstance(told, list):
        return told
    return words[: len(words) - len(command)] if told else []


def _signal(told: Any) -> str | None:
    """A signal by its name. The one that a container is stopped with by default was asked by nobody."""
    number = int(told) if str(told or "").isdigit() else None
    if number is None:
        return str(told) if told else None
    if number == signal.SIGTERM:
        return None
    if _FIRST_REALTIME <= number <= _LAST_REALTIME:
        return f"SIGRTMIN+{number - _FIRST_REALTIME}"
    return signal.Signals(number).name if number in set(signal.Signals) else str(number)


def _healthcheck(told: Mapping[str, Any], asked: Mapping[str, Any]) -> Tree:
    filled_in = {key for key, value in _HEALTHCHECK.items() if told.get(key) == value and key not in asked}
    return {key: value for key, value in told.items() if key not in filled_in}


def _host(told: Mapping[str, Any]) -> Tree:
    host = dict(told)
    for key, filled_in in _FILLED_IN.items():
        if host.get(key) == filled_in:
            host[key] = None
    host["Runtime"] = None
    host["CapAdd"], host["CapDrop"] = _capabilities(host)
    host["SecurityOpt"] = [item for item in host.get("SecurityOpt") or () if item != "unmask=all"]
    host["Tmpfs"] = _tmpfs(host)
    annotations = (host.get("Annotations") or {}).items()
    host["Annotations"] = {key: value for key, value in annotations if not key.startswith(_OWN_ANNOTATIONS)}
    host["Ulimits"] = [
        {**limit, "Name": str(limit["Name"]).lower().replace("rlimit_", "")}
        for limit in host.get("Ulimits") or ()
        if (limit["Name"], limit["Soft"], limit["Hard"]) not in _ADDED_TO_ULIMITS
    ]
    host["Devices"] = [
        {**device, "CgroupPermissions": device.get("CgroupPermissions") or "rwm"}
        for device in host.get("Devices") or ()
    ]
    host["LogConfig"] = _log(host.get("LogConfig") or {})
    if host.get("NanoCpus"):
        host["CpuPeriod"] = host["CpuQuota"] = 0
    if (host.get("MemorySwap") or 0) >= NO_LIMIT:
        host["MemorySwap"] = -1
    if host.get("MemorySwappiness") == -1:
        host["MemorySwappiness"] = None
    return host


def _capabilities(host: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[str]]:
    added, dropped = (
        {str(item).upper().replace("CAP_", "") for item in host.get(key) or ()}
        for key in ("CapAdd", "CapDrop")
    )
    if host.get("Privileged"):
        return [], []
    if len(added) > _MANY:
        added = {"ALL"}
    # One that is granted by default and added after all were dropped is told neither here nor there.
    dropped = {"ALL"} if len(_GRANTED - dropped) <= len(_GRANTED) // 2 else dropped - _NEVER_GRANTED
    return sorted(added), sorted(dropped)


def _tmpfs(host: Mapping[str, Any]) -> dict[str, str]:
    """Without the options that Podman adds, and those that it makes where the root file system is only read."""
    places = {place: _ADDED_TO_TMPFS.sub("", options) for place, options in (host.get("Tmpfs") or {}).items()}
    if not host.get("ReadonlyRootfs"):
        return places
    return {place: options for place, options in places.items() if options or place not in _READ_ONLY_TMPFS}


def _volumes(host: Mapping[str, Any], asked: Mapping[str, Any] | None) -> tuple[list[str], Tree]:
    """The binds, as they were asked, and the places of the volumes that have no name, which are told among them."""
    wanted = asked["HostConfig"].get("Binds") or () if asked is not None else ()
    remembered = {tuple(bind.split(":")[:2]): bind for bind in wanted}
    mounted = {mount.get("Target") for mount in host.get("Mounts") or ()}
    split = [(bind, *bind.split(":")[:2]) for bind in host.get("Binds") or ()]
    binds = [
        remembered.get((source, place), bind)
        for bind, source, place in split
        if place not in mounted and not is_unnamed(source)
    ]
    return binds, {place: {} for _bind, source, place in split if place not in mounted and is_unnamed(source)}


def _log(told: Mapping[str, Any]) -> Tree:
    size, path = str(told.get("Size") or "0B"), str(told.get("Path") or "")
    options = {
        "max-size": size if size != "0B" else "",
        "tag": told.get("Tag") or "",
        "path": "" if path.endswith("/userdata/ctr.log") else path,
    }
    return {"Type": told.get("Type") or "", "Config": {key: value for key, value in options.items() if value}}


def _networks(entry: Mapping[str, Any], asked: Mapping[str, Any] | None) -> Tree:
    """The places on networks, with the addresses that they were given as fixed ones, which Podman does not tell."""
    wanted = asked["Networks"] if asked is not None else {}
    networks = (entry.get("NetworkSettings") or {}).get("Networks") or {}
    return {name: _place(place or {}, wanted.get(name) or {}) for name, place in networks.items()}


def _place(told: Mapping[str, Any], asked: Mapping[str, Any]) -> Tree:
    fixed = asked.get("IPAMConfig") or {}
    now = {"IPv4Address": told.get("IPAddress"), "IPv6Address": told.get("GlobalIPv6Address")}
    # Where it runs, the address that it has is the one that counts: it may have been changed since.
    return {
        **told,
        "IPAMConfig": {key: now.get(key) or value for key, value in fixed.items()} or None,
        "MacAddress": told.get("MacAddress") or asked.get("MacAddress") or "",
        "DriverOpts": told.get("DriverOpts") or asked.get("DriverOpts"),
    }


def _network_mode(told: Any, networks: Mapping[str, Any], asked: Mapping[str, Any] | None) -> str:
    """The name of its first network, which Podman calls a bridge, whichever it is."""
    if told not in _SOME_BRIDGE:
        return str(told)
    wanted = asked["HostConfig"].get("NetworkMode") if asked is not None else None
    first = next(iter(networks), DEFAULT_NETWORK)
    return str(wanted or ("bridge" if DEFAULT_NETWORK in networks else first))
