# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Compose knows and a stack does not take: by place, with the reason. The documentation is made of it too."""

from __future__ import annotations

UNKNOWN = "is not a key that is known here"

_ONE_HOST = "has no meaning on one host"
_NOT_HERE = "is for the command docker compose, and has no meaning here"
_WINDOWS = "is for Windows"
_NO_OPTION = "no option of a container stands for it"
_NO_NETWORK_OPTION = "no option of a network stands for it"
_NO_BUILD_OPTION = "no option of a build stands for it"
_NO_PLATFORM_STORE = "only a swarm keeps it"

REFUSED = {
    "models": "is for a runner of models, which is no engine here",
    "services.*.annotations": _NO_OPTION,
    "services.*.attach": _NOT_HERE,
    "services.*.blkio_config.weight_device": _NO_OPTION,
    "services.*.build.additional_contexts": _NO_BUILD_OPTION,
    "services.*.build.cache_to": _NO_BUILD_OPTION,
    "services.*.build.dockerfile_inline": "write a Dockerfile into the folder of the build",
    "services.*.build.entitlements": _NO_BUILD_OPTION,
    "services.*.build.isolation": _WINDOWS,
    "services.*.build.privileged": _NO_BUILD_OPTION,
    "services.*.build.provenance": _NO_BUILD_OPTION,
    "services.*.build.sbom": _NO_BUILD_OPTION,
    "services.*.build.secrets": _NO_BUILD_OPTION,
    "services.*.build.ssh": _NO_BUILD_OPTION,
    "services.*.build.ulimits": _NO_BUILD_OPTION,
    "services.*.cpu_count": _WINDOWS,
    "services.*.cpu_percent": _WINDOWS,
    "services.*.cpu_rt_period": _NO_OPTION,
    "services.*.cpu_rt_runtime": _NO_OPTION,
    "services.*.credential_spec": _WINDOWS,
    "services.*.deploy.endpoint_mode": _ONE_HOST,
    "services.*.deploy.labels": "is for a service of a swarm; use labels",
    "services.*.deploy.placement": _ONE_HOST,
    "services.*.deploy.resources.reservations.cpus": "engines keep no processors free for a container",
    "services.*.deploy.resources.reservations.generic_resources": _ONE_HOST,
    "services.*.deploy.restart_policy.delay": "engines choose the delay themselves",
    "services.*.deploy.restart_policy.window": "engines choose the window themselves",
    "services.*.deploy.rollback_config": _ONE_HOST,
    "services.*.deploy.update_config": _ONE_HOST,
    "services.*.depends_on.*.restart": "a container is not restarted for another here",
    "services.*.develop": _NOT_HERE,
    "services.*.isolation": _WINDOWS,
    "services.*.models": "is for a runner of models, which is no engine here",
    "services.*.networks.*.interface_name": _NO_OPTION,
    "services.*.networks.*.link_local_ips": _NO_OPTION,
    "services.*.post_start": "commands in a running container are a task's",
    "services.*.pre_start": "commands in a container that is to start are a task's",
    "services.*.pre_stop": "commands in a running container are a task's",
    "services.*.provider": "only a container engine runs a service here",
    "services.*.pull_refresh_after": "what is pulled must not depend on the time of the day",
    "services.*.use_api_socket": "would hand the whole host to the container",
    "services.*.volumes.consistency": "is for a file system between two systems",
    "networks.*.attachable": _ONE_HOST,
    "networks.*.enable_ipv4": _NO_NETWORK_OPTION,
    "networks.*.enable_ipv6": _NO_NETWORK_OPTION,
    "networks.*.ipam.config.aux_addresses": _NO_NETWORK_OPTION,
    "networks.*.ipam.driver": _NO_NETWORK_OPTION,
    "networks.*.ipam.options": _NO_NETWORK_OPTION,
    "networks.*.labels": _NO_NETWORK_OPTION,
    "configs.*.external": _NO_PLATFORM_STORE,
    "configs.*.labels": _NO_PLATFORM_STORE,
    "configs.*.name": _NO_PLATFORM_STORE,
    "configs.*.template_driver": _NO_PLATFORM_STORE,
    "secrets.*.driver": _NO_PLATFORM_STORE,
    "secrets.*.driver_opts": _NO_PLATFORM_STORE,
    "secrets.*.external": _NO_PLATFORM_STORE,
    "secrets.*.labels": _NO_PLATFORM_STORE,
    "secrets.*.name": _NO_PLATFORM_STORE,
    "secrets.*.template_driver": _NO_PLATFORM_STORE,
}


def reason(form: str) -> str:
    """Why what stands there is refused."""
    return REFUSED.get(form, UNKNOWN)
