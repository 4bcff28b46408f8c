# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a security profile sets, and what it says of what is not so."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.security_profile import deviations

STRICT = {"name": "app", "image": "x", "security_profile": "strict"}


def test_a_profile_fills_in_what_is_left_out() -> None:
    spec = Container.from_params(
        {**STRICT, "published_ports": ["8080:80", "0.0.0.0:8081:81"], "memory": "1G"}
    )
    assert (spec.cap_drop, spec.read_only, spec.pids_limit, spec.memory) == (("ALL",), True, 100, 2**30)
    assert spec.security_opts == ("no-new-privileges",)
    assert [port.host_ip for port in spec.published_ports or ()] == ["127.0.0.1", "0.0.0.0"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"security_profile": "recommended"}, ["CIS 5.13 read_only"]),
        ({"security_profile": "none", "privileged": True}, []),
        ({"privileged": True, "cap_drop": []}, ["CIS 5.4 cap_drop", "CIS 5.5 privileged"]),
        ({"published_ports": ["0.0.0.0:80:80"]}, ["CIS 5.8 published_ports", "CIS 5.14 published_ports"]),
        ({"volumes": ["/etc:/x", "/usr:/y:ro"]}, ["CIS 5.6 volumes"]),
        ({"volumes": ["/run/docker.sock:/run/docker.sock:ro"]}, ["CIS 5.32 volumes"]),
        ({"volumes": ["/srv:/srv:rshared"]}, ["CIS 5.20 volumes"]),
        ({"mounts": [{"type": "bind", "source": "/", "target": "/host"}]}, ["CIS 5.6 volumes"]),
        ({"memory": "0", "pids_limit": -1}, ["CIS 5.11 memory", "CIS 5.29 pids_limit"]),
        ({"security_opts": ["seccomp=unconfined"]}, ["CIS 5.22 security_opts", "CIS 5.26 security_opts"]),
        ({"network_mode": "host", "pid_mode": "host"}, ["CIS 5.10 network_mode", "CIS 5.16 pid_mode"]),
    ],
)
def test_what_is_not_so_is_told_by_its_number(more: dict[str, Any], expected: list[str]) -> None:
    assert deviations(Container.from_params({**STRICT, **more}), None) == expected


def test_what_nobody_manages_counts_as_it_is() -> None:
    found = Container(name="app", privileged=True)
    assert deviations(Container.from_params(STRICT), found) == ["CIS 5.5 privileged"]
