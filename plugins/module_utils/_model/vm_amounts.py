# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much memory and how many processors a vm is asked to have, now and at most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .cpu import cpu_from_params
from .quantity import size

# QEMU gives memory in whole mebibytes.
_GRAIN = 1024 * 1024
_MOST_VCPUS = 4096


def memory_from_params(params: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """What the guest has, and the most that it can be given, in bytes. Raises ``InvalidSpec``."""
    memory, most = (_whole(size(params.get(option), option)) for option in ("memory", "max_memory"))
    if memory is not None and most is not None and most < memory:
        raise InvalidSpec("max_memory is below memory", hint="Leave max_memory out, or raise it.")
    return memory, most


def vcpus_from_params(params: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """As many as the guest has, and the most that it can be given. Raises ``InvalidSpec``."""
    now, most = params.get("vcpus"), params.get("max_vcpus")
    for option, value in (("vcpus", now), ("max_vcpus", most)):
        if value is not None and not 1 <= value <= _MOST_VCPUS:
            raise InvalidSpec(f"{option}: {value} is out of range")
    if now is not None and most is not None and most < now:
        raise InvalidSpec("max_vcpus is below vcpus", hint="Leave max_vcpus out, or raise it.")
    cpu = cpu_from_params(params.get("cpu"))
    arranged = cpu.topology.count if cpu is not None and cpu.topology is not None else None
    if arranged is not None and (most or now) not in (None, arranged):
        raise InvalidSpec(
            f"cpu.topology has {arranged} processors, and the most that the vm can have is {most or now}",
            hint="Let sockets times dies times cores times threads be max_vcpus.",
        )
    return now, most


def _whole(value: int | None) -> int | None:
    return value if value is None else -(-value // _GRAIN) * _GRAIN
