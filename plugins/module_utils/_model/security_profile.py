# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security profiles of containers, and what deviates from the CIS Docker Benchmark 1.6.0, by its numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .published_port import ANYWHERE

PROFILES = ("none", "recommended", "strict")
NO_NEW_PRIVILEGES = "no-new-privileges"
_USUAL: Mapping[str, Any] = {"security_opts": [NO_NEW_PRIVILEGES], "default_host_ip": "127.0.0.1"}
# What a profile asks for where the user does not say otherwise.
_VALUES: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "recommended": {
        **_USUAL,
        "cap_drop": ["AUDIT_WRITE", "MKNOD", "NET_RAW", "SETFCAP", "SETPCAP", "SYS_CHROOT"],
        "memory": "1G",
        "pids_limit": 500,
    },
    "strict": {
        **_USUAL,
        "cap_drop": ["ALL"],
        "memory": "512M",
        "pids_limit": 100,
        "read_only": True,
    },
}
_FOLDERS = ("/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr")
_SOCKETS = ("docker.sock", "podman.sock")
_WELL_KNOWN = 1024


def secured(params: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a container, completed by those of its ``security_profile``."""
    values = _VALUES[params.get("security_profile") or "none"]
    return {**params, **{name: value for name, value in values.items() if params.get(name) is None}}


def deviations(asked: Any, found: Any | None) -> list[str]:
    """``CIS 5.13 read_only`` for each option in which a container is not as the benchmark has it.

    Without a profile there are none. ``asked`` and ``found`` are its specs: what nobody manages counts as it is.
    """
    if asked.security_profile == "none":
        return []
    kept = {
        f.name: getattr(found, f.name)
        for f in dataclasses.fields(asked)
        if found is not None and getattr(asked, f.name) is None
    }
    spec = dataclasses.replace(asked, **kept)
    return [f"CIS {number} {option}" for number, option, deviates in _RULES if deviates(spec)]


def _binds(spec: Any) -> Sequence[tuple[str, bool]]:
    """The folders of the host in it, and whether they can be written."""
    short = [(bind.source, "ro" not in bind.options) for bind in spec.volumes or () if not bind.volume]
    long = [(m.source or "", not m.read_only) for m in spec.mounts or () if m.type == "bind"]
    return [*short, *long]


def _shared(spec: Any) -> bool:
    short = [option for bind in spec.volumes or () for option in bind.options]
    return any(
        word in ("shared", "rshared") for word in (*short, *(m.propagation for m in spec.mounts or ()))
    )


def _unconfined(spec: Any) -> bool:
    return any(item in ("seccomp=unconfined", "seccomp:unconfined") for item in spec.security_opts or ())


_RULES: Sequence[tuple[str, str, Callable[[Any], Any]]] = (
    ("5.4", "cap_drop", lambda spec: not spec.cap_drop),
    ("5.4", "capabilities", lambda spec: spec.capabilities),
    ("5.5", "privileged", lambda spec: spec.privileged),
    ("5.6", "volumes", lambda spec: any(folder in _FOLDERS and writes for folder, writes in _binds(spec))),
    (
        "5.8",
        "published_ports",
        lambda spec: any(0 < (port.host_port or 0) < _WELL_KNOWN for port in spec.published_ports or ()),
    ),
    ("5.10", "network_mode", lambda spec: spec.network_mode == "host"),
    ("5.11", "memory", lambda spec: not spec.memory),
    ("5.13", "read_only", lambda spec: not spec.read_only),
    (
        "5.14",
        "published_ports",
        lambda spec: any(port.host_ip in (ANYWHERE, "::") for port in spec.published_ports or ()),
    ),
    ("5.16", "pid_mode", lambda spec: spec.pid_mode == "host"),
    ("5.17", "ipc_mode", lambda spec: spec.ipc_mode == "host"),
    ("5.18", "devices", lambda spec: spec.devices),
    ("5.20", "volumes", _shared),
    ("5.21", "uts", lambda spec: spec.uts == "host"),
    ("5.22", "security_opts", _unconfined),
    ("5.26", "security_opts", lambda spec: NO_NEW_PRIVILEGES not in (spec.security_opts or ())),
    ("5.29", "pids_limit", lambda spec: not spec.pids_limit),
    ("5.31", "userns_mode", lambda spec: spec.userns_mode == "host"),
    ("5.32", "volumes", lambda spec: any(folder.endswith(_SOCKETS) for folder, _writes in _binds(spec))),
)
