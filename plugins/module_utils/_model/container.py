# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers, as users describe them and as an engine has them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import HostError, InvalidSpec
from .._core.field import Compare, Disruption, field, hidden, reported
from .attachment import Attachment
from .comparisons import Modes, modes
from .container_device import DeviceRequest
from .container_file import ContainerFile, hidden_by
from .container_mount import Bind, Mount, check_targets
from .container_options import HEALTHY_SECONDS, options
from .container_values import Words
from .dependency import Dependency
from .healthcheck import Healthcheck
from .names import checked_name
from .published_port import PublishedPort

LIVE, REPLACE = Disruption.LIVE, Disruption.REPLACE
LIST, SET, SUBSET = Compare.LIST, Compare.SET, Compare.SUBSET
_OTHERS = ("host", "none", "container:")


@dataclasses.dataclass(frozen=True)
class Container:
    """A container. Limits, the restart policy and places on networks change while it runs; all else makes it anew.

    ``image`` has its familiar name, ``image_id`` is asked where that counts and not the name; ``outdated`` tells that
    another image has taken that name since, ``digests`` are those under which registries know the container's own.
    ``digest`` is the registry's, where ``pull`` is always; ``image_missing`` tells that the engine has no such image,
    where ``pull`` is never; ``by_image`` are the options of which an empty list stands for the image's own;
    ``other_platforms`` are those of images that are of another one than is asked, by their ids. ``modes`` are those in
    which this spec is compared otherwise than its policies say. ``files`` are the digests of ``contents``, by path.
    ``displaced`` is found where a run was cut while another container took this one's place, ``leftovers`` are the ids
    of what such runs have left.
    Sizes are bytes, times seconds, where 0 stands for the engine's own. Environment and labels are compared as far as
    they are asked for: images bring more.
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
    volumes_from: Words | None = field(REPLACE, SET)
    volume_driver: str | None = field(REPLACE)
    mounts: tuple[Mount, ...] | None = field(REPLACE, Compare.KEYED)
    tmpfs: dict[str, str] | None = field(REPLACE, SET)
    files: dict[str, str] | None = field(REPLACE, secret=True)
    published_ports: tuple[PublishedPort, ...] | None = field(REPLACE, SET)
    exposed_ports: Words | None = field(REPLACE, SUBSET)
    publish_all_ports: bool | None = field(REPLACE)
    network_mode: str | None = field(REPLACE)
    networks: tuple[Attachment, ...] | None = field(LIVE, Compare.KEYED)
    mac_address: str | None = field(REPLACE)
    links: Words | None = field(REPLACE, SET)
    dns_servers: Words | None = field(REPLACE, LIST)
    dns_search_domains: Words | None = field(REPLACE, LIST)
    dns_opts: Words | None = field(REPLACE, SET)
    etc_hosts: dict[str, str] | None = field(REPLACE, SET)
    restart_policy: str | None = field(LIVE)
    restart_retries: int | None = field(LIVE)
    memory: int | None = field(LIVE)
    memory_reservation: int | None = field(LIVE)
    memory_swap: int | None = field(LIVE)
    cpus: float | None = field(LIVE)
    cpu_shares: int | None = field(LIVE)
    cpuset_cpus: str | None = field(LIVE)
    cpuset_mems: str | None = field(LIVE)
    cpu_period: int | None = field(LIVE)
    cpu_quota: int | None = field(LIVE)
    blkio_weight: int | None = field(LIVE)
    pids_limit: int | None = field(LIVE)
    memory_swappiness: int | None = field(REPLACE)
    kernel_memory: int | None = field(REPLACE)
    device_read_bps: dict[str, int] | None = field(REPLACE, SET)
    device_write_bps: dict[str, int] | None = field(REPLACE, SET)
    device_read_iops: dict[str, int] | None = field(REPLACE, SET)
    device_write_iops: dict[str, int] | None = field(REPLACE, SET)
    shm_size: int | None = field(REPLACE)
    oom_killer: bool | None = field(REPLACE)
    oom_score_adj: int | None = field(REPLACE)
    ulimits: Words | None = field(REPLACE, SET)
    sysctls: dict[str, str] | None = field(REPLACE, SET)
    privileged: bool | None = field(REPLACE)
    read_only: bool | None = field(REPLACE)
    capabilities: Words | None = field(REPLACE, SET)
    cap_drop: Words | None = field(REPLACE, SET)
    security_opts: Words | None = field(REPLACE, SET)
    devices: Words | None = field(REPLACE, SET)
    device_requests: tuple[DeviceRequest, ...] | None = field(REPLACE, SET)
    device_cgroup_rules: Words | None = field(REPLACE, LIST)
    groups: Words | None = field(REPLACE, SET)
    init: bool | None = field(REPLACE)
    auto_remove: bool | None = field(REPLACE)
    cgroup_parent: str | None = field(REPLACE)
    cgroupns_mode: str | None = field(REPLACE)
    ipc_mode: str | None = field(REPLACE)
    pid_mode: str | None = field(REPLACE)
    userns_mode: str | None = field(REPLACE)
    uts: str | None = field(REPLACE)
    platform: str | None = field(REPLACE)
    runtime: str | None = field(REPLACE)
    log_driver: str | None = field(REPLACE)
    log_options: dict[str, str] | None = field(REPLACE, SET)
    storage_opts: dict[str, str] | None = field(REPLACE, SET)
    tty: bool | None = field(REPLACE)
    interactive: bool | None = field(REPLACE)
    stop_signal: str | None = field(REPLACE)
    stop_timeout: int | None = field(REPLACE, Compare.IGNORE)
    healthcheck: Healthcheck | None = field(REPLACE)
    pull: str = "missing"
    paused: bool | None = None
    detach: bool | None = None
    cleanup: bool = False
    output_logs: bool = False
    recreate: bool = False
    restart: bool = False
    force_kill: bool = False
    kill_signal: str | None = None
    keep_volumes: bool = True
    removal_wait_timeout: float | None = None
    env_file: str | None = None
    networks_cli_compatible: bool = True
    security_profile: str = "none"
    image_comparison: str = "desired-image"
    image_label_mismatch: str = "ignore"
    image_name_mismatch: str = "recreate"
    modes: Modes = dataclasses.field(default_factory=dict)
    healthy_wait_timeout: float = HEALTHY_SECONDS
    digest: str | None = None
    image_missing: bool = False
    by_image: Words = ()
    other_platforms: Mapping[str, str] | None = None
    depends_on: tuple[Dependency, ...] = ()
    contents: tuple[ContainerFile, ...] | None = hidden()
    displaced: bool | None = hidden()
    leftovers: Words | None = hidden()
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
        return self.state in ("started", "healthy", "completed")

    @classmethod
    def from_params(cls, params: Mapping[str, Any], usual: Modes | None = None) -> Container:
        """Of the options of ``CONTAINER_OPTIONS``. ``usual`` are the modes of comparison where nothing is said.

        Raises ``InvalidSpec``.
        """
        state = params.get("state") or "started"
        name = checked_name("container", params["name"], state)
        try:
            compared = modes(cls, params.get("comparisons"), usual or {})
            return cls(name=name, state=state, modes=compared, **options(params))._checked()
        except HostError as error:
            raise error.about("container", name) from None

    def _checked(self) -> Container:
        alone = self.network_mode is not None and self.network_mode.startswith(_OTHERS)
        if self.networks and alone and self.network_mode != self.networks[0].name:
            raise InvalidSpec(
                f"networks and network_mode: {self.network_mode} exclude each other", hint="Keep one of them."
            )
        if self.cpus is not None and self.cpus < 0:
            raise InvalidSpec(
                f"cpus: {self.cpus:g} is not a number of processors", hint="Write 1.5, or 0 for all."
            )
        tries = self.restart_retries or (self.restart_retries is not None and self.restart_policy is None)
        if tries and self.restart_policy != "on-failure":
            raise InvalidSpec("restart_retries: is for restart_policy: on-failure only")
        if self.state == "completed" and self.restart_policy in ("always", "unless-stopped"):
            raise InvalidSpec(
                f"state: with restart_policy: {self.restart_policy} it never ends",
                hint="Keep one of the two.",
            )
        if self.files and self.read_only:
            raise InvalidSpec(
                "files: an engine puts none into a container that is read_only", hint="Keep one of the two."
            )
        unseen = hidden_by(tuple(self.files or ()), tuple(self.tmpfs or ()))
        if unseen is not None:
            raise InvalidSpec(f"files: {unseen} is below one of tmpfs", hint="Choose another path.")
        check_targets(
            [
                *(bind.target for bind in self.volumes or ()),
                *(path.rstrip("/") for path in self.anonymous_volumes or ()),
                *(mount.target for mount in self.mounts or ()),
                *(self.tmpfs or {}),
            ]
        )
        return self
