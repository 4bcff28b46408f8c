# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that nobody asked for, where the environment is compared exactly."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.podman_filled import asked_for
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import compare
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Compare
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PODMAN = {"container": "oci", "HOME": "/root", "TERM": "xterm", "PATH": PATH, "HOSTNAME": "web.example"}


@pytest.mark.parametrize(
    ("asked", "found", "left"),
    [
        ({"A": "1"}, {"A": "1", **PODMAN}, []),
        ({}, {"A": "1", **PODMAN}, ["env[A]"]),
        (
            {},
            {**PODMAN, "TERM": "vt100", "PATH": "/bin", "HOSTNAME": "x"},
            ["env[HOSTNAME]", "env[PATH]", "env[TERM]"],
        ),
        ({"TERM": "vt100", "HOME": "/srv"}, PODMAN, ["env[HOME]", "env[TERM]"]),
    ],
)
def test_what_podman_sets_by_itself_is_no_difference(
    asked: dict[str, str], found: dict[str, str], left: list[str]
) -> None:
    there = Container("web", env=found, hostname="web.example")
    differences = compare(Container("web", env=asked), there, {"env": Compare.VALUE})
    assert sorted(d.path for d in asked_for(differences, there)) == left
