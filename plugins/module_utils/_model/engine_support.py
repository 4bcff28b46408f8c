# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which engine gives which option of a container. What it would overlook is refused before anything is touched.

Seen on Docker 20.10 and 26.1, and on Podman 4.3 and 5.4; the versions of Docker's API are those of its own history.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from .._core.errors import InvalidSpec

Version = tuple[int, ...]

# Said of Podman, where no version of it gives the option.
OVERLOOKED = "it overlooks it"
UNSUPPORTED = "it has nothing like it"


class Support(NamedTuple):
    """``api`` is the least version of Docker's API, ``until`` the last; ``podman`` Podman's least version.

    ``why`` tells why Podman does not give it: never, or not before that version.
    """

    api: Version = ()
    until: Version | None = None
    podman: Version = ()
    why: str = ""

    @property
    def never(self) -> bool:
        """Whether no version of Podman gives it."""
        return bool(self.why) and not self.podman


ANYWHERE = Support()
_OVERLOOKED = Support(why=OVERLOOKED)
# Those without a row of their own here are how to go about it, or every engine gives them.
_OPTIONS = """
    auto_remove blkio_weight cap_drop capabilities cgroup_parent cleanup command command_handling comparisons
    container_default_behavior cpu_period cpu_quota cpu_shares cpus cpuset_cpus cpuset_mems default_host_ip detach
    device_cgroup_rules device_read_bps device_read_iops device_write_bps device_write_iops devices dns_opts
    dns_search_domains dns_servers entrypoint env env_file etc_hosts exposed_ports files force_kill groups healthcheck
    healthcheck.interval healthcheck.retries healthcheck.start_period healthcheck.test
    healthcheck.test_cli_compatible healthcheck.timeout healthy_wait_timeout hostname image image_comparison
    image_label_mismatch image_name_mismatch init interactive ipc_mode keep_volumes kill_signal labels log_driver
    log_options mac_address memory memory_reservation memory_swap memory_swappiness mounts mounts[].propagation
    mounts[].read_only mounts[].source mounts[].target mounts[].tmpfs_mode mounts[].tmpfs_size mounts[].type name
    network_mode networks networks[].aliases networks[].ipv4_address networks[].ipv6_address networks[].name
    networks_cli_compatible oom_killer oom_score_adj output_logs paused pid_mode pids_limit platform privileged
    publish_all_ports published_ports pull pull_check_mode_behavior read_only recreate removal_wait_timeout restart
    restart_policy restart_retries security_opts security_profile shm_size state stop_signal stop_timeout storage_opts
    sysctls tmpfs tty ulimits user userns_mode uts volumes volumes_from working_dir
"""
SUPPORT: Mapping[str, Support] = {
    **dict.fromkeys(_OPTIONS.split(), ANYWHERE),
    "cgroupns_mode": Support(api=(1, 41)),
    "device_requests": _OVERLOOKED,
    "domainname": _OVERLOOKED,
    "healthcheck.start_interval": Support(api=(1, 44), why=OVERLOOKED),
    "kernel_memory": Support(until=(1, 41), why=OVERLOOKED),
    "links": Support(why=UNSUPPORTED),
    "mounts[].consistency": _OVERLOOKED,
    "mounts[].create_mountpoint": Support(api=(1, 42), why=OVERLOOKED),
    "mounts[].labels": _OVERLOOKED,
    "mounts[].no_copy": _OVERLOOKED,
    "mounts[].non_recursive": _OVERLOOKED,
    "mounts[].read_only_force_recursive": Support(api=(1, 44), why=OVERLOOKED),
    "mounts[].read_only_non_recursive": Support(api=(1, 44), why=OVERLOOKED),
    "mounts[].subpath": Support(api=(1, 45), why=OVERLOOKED),
    "mounts[].tmpfs_options": Support(api=(1, 46), why=OVERLOOKED),
    "mounts[].volume_driver": _OVERLOOKED,
    "mounts[].volume_options": _OVERLOOKED,
    "networks[].driver_opts": _OVERLOOKED,
    "networks[].gw_priority": Support(api=(1, 48), why=OVERLOOKED),
    "networks[].links": _OVERLOOKED,
    "networks[].mac_address": Support(api=(1, 44)),
    "runtime": Support(
        podman=(6,), why="it starts every container with the runtime of its own configuration"
    ),
    "volume_driver": _OVERLOOKED,
}
# The control group that holds a limit. One that a Podman without root does not have, it overlooks.
CONTROLLERS: Mapping[str, str] = {
    **dict.fromkeys(("cpu_period", "cpu_quota", "cpu_shares", "cpus"), "cpu"),
    **dict.fromkeys(("cpuset_cpus", "cpuset_mems"), "cpuset"),
    "device_cgroup_rules": "devices",
    **dict.fromkeys(("blkio_weight", "device_read_bps", "device_read_iops"), "io"),
    **dict.fromkeys(("device_write_bps", "device_write_iops"), "io"),
    **dict.fromkeys(("memory", "memory_reservation", "memory_swap", "memory_swappiness"), "memory"),
    "oom_killer": "memory",
    "pids_limit": "pids",
}

# What only version 1 of control groups has, each with what asks for nothing; engines drop the rest without an error.
VERSION_1: Mapping[str, Any] = {"memory_swappiness": -1, "oom_killer": False}


def outdated(asked: Any, version: Callable[[], str]) -> InvalidSpec | None:
    """What is asked of a container and the control groups of its host, of that ``version``, do not have."""
    options = [
        option for option, nothing in VERSION_1.items() if getattr(asked, option) not in (None, nothing)
    ]
    if not options or version() == "1":
        return None
    return InvalidSpec(
        f"{options[0]}: the control groups of the host are of version {version()}, which has nothing like it",
        hint="Take it out, or boot the host with version 1.",
    )


def unlimited(asked: Any, controllers: Callable[[], Collection[str] | None]) -> InvalidSpec | None:
    """A limit that is asked of a container, and that this engine, without root, may not set.

    ``controllers`` tells the control groups that it has, None for all; it is asked only where there is a limit.
    """
    limits = [option for option in _asked(asked) if option in CONTROLLERS]
    there = controllers() if limits else None
    missing = next((o for o in limits if there is not None and CONTROLLERS[o] not in there), None)
    if missing is None:
        return None
    return InvalidSpec(
        f"{missing}: Podman without root cannot: the control group {CONTROLLERS[missing]} is not its user's",
        hint="Delegate it, which needs control groups of version 2; or take the limit out, or use root's Podman.",
    )


def unsupported(asked: Any, api: Version, podman: Version | None) -> InvalidSpec | None:
    """What is asked of a container and this engine does not give. ``podman`` is its version, None for Docker."""
    for option in _asked(asked):
        support = SUPPORT.get(option, ANYWHERE)
        refused = _by_docker(support, api) if podman is None else _by_podman(support, podman)
        if refused:
            return InvalidSpec(f"{option}: {refused}", hint="Take it out, or use another engine.")
    return _odd_value(asked) if podman is not None else None


def _by_docker(support: Support, api: Version) -> str | None:
    spoken = ".".join(map(str, api))
    if api < support.api:
        return (
            f"needs version {'.'.join(map(str, support.api))} of Docker's API, and this engine has {spoken}"
        )
    if support.until is not None and api > support.until:
        return f"is gone since version {'.'.join(map(str, support.until))} of Docker's API, and this one has {spoken}"
    return None


def _by_podman(support: Support, podman: Version) -> str | None:
    version = ".".join(map(str, podman))
    if support.never:
        return f"Podman cannot: {support.why}"
    if podman < support.podman:
        return f"Podman {version} cannot, before {'.'.join(map(str, support.podman))}: {support.why}"
    return None


def _odd_value(asked: Any) -> InvalidSpec | None:
    """What Podman would take, and make something else of."""
    label = next((key for key in asked.labels or () if "=" in key), None)
    if label is not None:
        return InvalidSpec(
            f"labels: Podman takes {label!r} for a name and a value", hint="Take out the sign of equality."
        )
    if any(port.last_port is not None for port in asked.published_ports or ()):
        return InvalidSpec(
            "published_ports: Podman does not choose among ports of the host",
            hint="Name one port of the host, or none.",
        )
    check = asked.healthcheck
    if check is not None and check.test is None:
        return InvalidSpec(
            "healthcheck: Podman overlooks one without a test", hint="Write healthcheck.test too, or NONE."
        )
    return None


def _asked(spec: Any, prefix: str = "") -> Iterator[str]:
    """The options that are asked, nested ones below theirs: ``networks``, ``networks[].aliases``."""
    for field in dataclasses.fields(spec):
        value = getattr(spec, field.name)
        if not value:
            continue
        path = f"{prefix}{field.name}"
        yield path
        if dataclasses.is_dataclass(value):
            yield from _asked(value, f"{path}.")
        elif isinstance(value, tuple):
            for item in value:
                if dataclasses.is_dataclass(item):
                    yield from _asked(item, f"{path}[].")
