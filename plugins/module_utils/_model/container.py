# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers, as users describe them and as an engine has them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.errors import HostError, InvalidSpec
from .._core.field import Compare, Disruption, field, reported
from . import container_values as values
from .container_parts import Attachment, Bind, Healthcheck, PublishedPort, published_ports
from .container_values import Words
from .dependency import Dependency
from .image_name import checked_image_name
from .names import checked_name
from .quantity import duration, size
from .text_map import label_map, text_map

LIVE, REPLACE = Disruption.LIVE, Disruption.REPLACE
LIST, SET, SUBSET = Compare.LIST, Compare.SET, Compare.SUBSET
HEALTHY_SECONDS = 300.0


@dataclasses.dataclass(frozen=True)
class Container:
    """A container. Limits, the restart policy and places on networks change while it runs; all else makes it anew.

    ``image`` has its familiar name; ``outdated`` tells that another image has taken that name since, ``digests`` are
    those under which registries know the container's own. ``digest`` is the registry's, where ``pull`` is always;
    ``image_missing`` tells that the engine has no such image, where ``pull`` is never.
    Sizes are bytes, times seconds. Environment and labels are compared as far as they are asked for: images bring
    more.
    """

    name: str
    state: str = "started"
    image: str | None = field(REPLACE)
    command: Words | None = field(REPLACE, LIST)
    entrypoint: Words | None = field(REPLACE, LIST)
    hostname: str | None = field(REPLACE)
    domainname: str | None = field(REPLACE)
    user: str | None = field(REPLACE)
    working_dir: str | None = field(REPLACE)
    env: dict[str, str] | None = field(REPLACE, SUBSET, secret=True)
    labels: dict[str, str] | None = field(REPLACE, SUBSET)
    owner: str | None = field(REPLACE)
    volumes: tuple[Bind, ...] | None = field(REPLACE, SET)
    anonymous_volumes: Words | None = field(REPLACE, SUBSET)
    tmpfs: dict[str, str] | None = field(REPLACE)
    published_ports: tuple[PublishedPort, ...] | None = field(REPLACE, SET)
    exposed_ports: Words | None = field(REPLACE, SUBSET)
    network_mode: str | None = field(REPLACE)
    networks: tuple[Attachment, ...] | None = field(LIVE, Compare.KEYED)
    dns_servers: Words | None = field(REPLACE, LIST)
    dns_search_domains: Words | None = field(REPLACE, LIST)
    dns_opts: Words | None = field(REPLACE, LIST)
    etc_hosts: dict[str, str] | None = field(REPLACE)
    restart_policy: str | None = field(LIVE)
    restart_retries: int | None = field(LIVE)
    memory: int | None = field(LIVE)
    memory_reservation: int | None = field(LIVE)
    memory_swap: int | None = field(LIVE)
    cpus: float | None = field(LIVE)
    cpu_shares: int | None = field(LIVE)
    cpuset_cpus: str | None = field(LIVE)
    cpuset_mems: str | None = field(LIVE)
    pids_limit: int | None = field(LIVE)
    shm_size: int | None = field(REPLACE)
    oom_score_adj: int | None = field(REPLACE)
    ulimits: Words | None = field(REPLACE, SET)
    sysctls: dict[str, str] | None = field(REPLACE)
    privileged: bool | None = field(REPLACE)
    read_only: bool | None = field(REPLACE)
    capabilities: Words | None = field(REPLACE, SET)
    cap_drop: Words | None = field(REPLACE, SET)
    security_opts: Words | None = field(REPLACE, SET)
    devices: Words | None = field(REPLACE, SET)
    groups: Words | None = field(REPLACE, SET)
    init: bool | None = field(REPLACE)
    ipc_mode: str | None = field(REPLACE)
    pid_mode: str | None = field(REPLACE)
    userns_mode: str | None = field(REPLACE)
    runtime: str | None = field(REPLACE)
    log_driver: str | None = field(REPLACE)
    log_options: dict[str, str] | None = field(REPLACE)
    tty: bool | None = field(REPLACE)
    interactive: bool | None = field(REPLACE)
    stop_signal: str | None = field(REPLACE)
    healthcheck: Healthcheck | None = field(REPLACE)
    pull: str = "missing"
    keep_volumes: bool = True
    stop_timeout: int | None = None
    healthy_wait_timeout: float = HEALTHY_SECONDS
    digest: str | None = None
    image_missing: bool = False
    depends_on: tuple[Dependency, ...] = ()
    id: str | None = reported()
    image_id: str | None = reported()
    outdated: bool | None = reported()
    digests: Words | None = reported()
    health: str | None = reported()
    started: str | None = reported()
    exit_code: int | None = reported()

    @property
    def runs(self) -> bool:
        """Whether it is asked to run."""
        return self.state in ("started", "healthy")

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Container:
        """Of the options of ``CONTAINER_OPTIONS``. Raises ``InvalidSpec``."""
        state = params.get("state") or "started"
        name = checked_name("container", params["name"], state)
        try:
            fields = {option: parse(params.get(option), option) for option, parse in _PARSED.items()}
            fields.update((option, params.get(option)) for option in _AS_THEY_ARE)
            fields.update(values.binds(params.get("volumes")))
            return cls(name=name, state=state, **fields, **_defaulted(params))._checked()
        except HostError as error:
            raise error.about("container", name) from None

    def _checked(self) -> Container:
        if self.networks and self.network_mode not in (None, self.networks[0].name):
            raise InvalidSpec(
                f"networks and network_mode: {self.network_mode} exclude each other", hint="Keep one of them."
            )
        twice = {
            n.name for n in self.networks or () if [m.name for m in self.networks or ()].count(n.name) > 1
        }
        if twice:
            raise InvalidSpec(f"networks: {', '.join(sorted(twice))} is listed twice")
        if self.cpus is not None and self.cpus < 0:
            raise InvalidSpec(
                f"cpus: {self.cpus:g} is not a number of processors", hint="Write 1.5, or 0 for all."
            )
        if self.restart_retries is not None and self.restart_policy != "on-failure":
            raise InvalidSpec("restart_retries: is for restart_policy: on-failure only")
        if self.pull == "always" and "@" in (self.image or ""):
            raise InvalidSpec("pull: what a digest names never changes", hint="Use pull: missing.")
        return self


def _networks(value: Sequence[Mapping[str, Any]] | None, _option: str) -> tuple[Attachment, ...] | None:
    return None if value is None else tuple(Attachment.from_params(item) for item in value)


def _defaulted(params: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say how to go about it."""
    timeout = duration(params.get("healthy_wait_timeout"), "healthy_wait_timeout")
    return {
        "pull": params.get("pull") or "missing",
        "keep_volumes": params.get("keep_volumes") is not False,
        "healthy_wait_timeout": HEALTHY_SECONDS if timeout is None else timeout,
        "depends_on": tuple(Dependency.from_params(item) for item in params.get("depends_on") or ()),
        "owner": params.get("owner"),
    }


_PARSED: Mapping[str, Callable[[Any, str], Any]] = {
    "image": lambda value, _option: None if value is None else checked_image_name(value),
    "command": values.command,
    "entrypoint": values.command,
    "env": values.env,
    "labels": label_map,
    "tmpfs": values.tmpfs,
    "published_ports": lambda value, _option: published_ports(value),
    "exposed_ports": values.exposed_ports,
    "network_mode": lambda value, _option: "bridge" if value == "default" else value,
    "networks": _networks,
    "dns_servers": values.words,
    "dns_search_domains": values.words,
    "dns_opts": values.words,
    "etc_hosts": text_map,
    "memory": values.limit,
    "memory_reservation": values.limit,
    "memory_swap": values.limit,
    "shm_size": size,
    "ulimits": values.ulimits,
    "sysctls": text_map,
    "capabilities": values.capabilities,
    "cap_drop": values.capabilities,
    "security_opts": values.words,
    "devices": values.devices,
    "groups": values.words,
    "log_options": text_map,
    "healthcheck": lambda value, _option: Healthcheck.from_params(value),
}
_AS_THEY_ARE = (
    *("hostname", "domainname", "user", "working_dir", "restart_policy", "restart_retries"),
    *("cpus", "cpu_shares", "cpuset_cpus", "cpuset_mems", "pids_limit", "oom_score_adj", "privileged"),
    *(
        "read_only",
        "init",
        "ipc_mode",
        "pid_mode",
        "userns_mode",
        "runtime",
        "log_driver",
        "tty",
        "interactive",
    ),
    *("stop_signal", "stop_timeout"),
)
