# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modes of a network go with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec

#: Those whose bridge libvirt makes, and on which it gives out addresses and answers for names.
OWN = ("nat", "routed", "isolated")
_GOES_WITH = {
    "bridge": (*OWN, "bridge"),
    "uplink": ("nat", "routed", "direct"),
    "vlan": ("bridge", "direct"),
    "container_driver": ("bridge", "direct"),
    "bandwidth": OWN,
    "policy": OWN,
    "dhcp": OWN,
    "reservations": OWN,
    "dns": OWN,
    "mtu": (*OWN, "overlay"),
    "autostart": (*OWN, "bridge", "direct"),
}
_NEEDS = {"bridge": "bridge", "direct": "uplink"}


def check_mode(mode: str | None, params: Mapping[str, Any]) -> None:
    """Raises ``InvalidSpec`` for an option that the mode cannot have, and where one is missing that it needs."""
    if mode is None:
        return
    needed = _NEEDS.get(mode)
    if needed is not None and params.get(needed) is None:
        raise InvalidSpec(
            f"mode {mode} needs {needed}", hint=f"Write which interface of the host {needed} is."
        )
    wrong = [o for o, modes in _GOES_WITH.items() if params.get(o) is not None and mode not in modes]
    if wrong:
        only = ", ".join(_GOES_WITH[wrong[0]])
        raise InvalidSpec(f"mode {mode} has no {' and no '.join(wrong)}", hint=f"{wrong[0]} is for: {only}.")
    if mode == "direct" and params.get("container_driver") == "bridge":
        raise InvalidSpec("container_driver bridge is for mode bridge", hint="Use macvlan or ipvlan.")
    if mode == "bridge" and params.get("vlan") is not None and params.get("attach") != ["vms"]:
        raise InvalidSpec("vlan: only vms can have one on a bridge", hint="Set attach to vms.")
    if mode == "overlay" and "vms" in (params.get("attach") or ()):
        raise InvalidSpec("mode overlay is for containers alone", hint="Set attach to containers.")
