# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How options are compared: as docker_container does, as a stack does, and as a user says."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import compare
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.comparisons import lenient
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

FOUND = Container.from_params(
    {
        "name": "app",
        "env": {"A": "1", "B": "2"},
        "capabilities": ["NET_ADMIN", "SYS_TIME"],
        "sysctls": {"net.core.somaxconn": "1"},
        "networks": [{"name": "lan"}, {"name": "wan"}],
        "dns_servers": ["10.0.0.1", "10.0.0.2"],
        "tty": True,
    }
)


def differing(asked: dict[str, Any], usual: Any = None) -> list[str]:
    spec = Container.from_params({"name": "app", **asked}, usual)
    return [difference.path for difference in compare(spec, FOUND, spec.modes)]


@pytest.mark.parametrize(
    ("asked", "as_docker_container", "as_stack"),
    [
        ({"capabilities": ["NET_ADMIN"]}, [], ["capabilities"]),
        ({"sysctls": {}}, [], ["sysctls[net.core.somaxconn]"]),
        ({"networks": [{"name": "lan"}]}, [], ["networks[wan]"]),
        ({"env": {"A": "1"}}, [], []),
        ({"dns_servers": ["10.0.0.1"]}, ["dns_servers"], ["dns_servers"]),
        ({"capabilities": ["NET_RAW"]}, ["capabilities"], ["capabilities"]),
    ],
)
def test_more_than_is_asked(
    asked: dict[str, Any], as_docker_container: list[str], as_stack: list[str]
) -> None:
    assert differing(asked, lenient(Container)) == as_docker_container
    assert differing(asked) == as_stack


@pytest.mark.parametrize(
    ("asked", "comparisons", "paths"),
    [
        ({"env": {"A": "1"}}, {"env": "strict"}, ["env[B]"]),
        ({"env": {"A": "2"}}, {"env": "ignore"}, []),
        (
            {"capabilities": [], "sysctls": {}},
            {"*": "strict"},
            ["sysctls[net.core.somaxconn]", "capabilities"],
        ),
        ({"env": {"A": "2"}, "tty": False}, {"*": "ignore", "tty": "strict"}, ["tty"]),
        ({"dns_servers": ["10.0.0.2"]}, {"dns_servers": "allow_more_present"}, []),
        ({"stop_timeout": 5}, {}, []),
        ({"stop_timeout": 5}, {"stop_timeout": "strict"}, ["stop_timeout"]),
    ],
)
def test_as_the_user_says(asked: dict[str, Any], comparisons: dict[str, str], paths: list[str]) -> None:
    assert differing({**asked, "comparisons": comparisons}, lenient(Container)) == paths


@pytest.mark.parametrize(
    ("comparisons", "says"),
    [
        ({"tty": "allow_more_present"}, "one value"),
        ({"*": "allow_more_present"}, "strict or ignore"),
        ({"state": "strict"}, "no option that can be compared"),
        ({"env": "closely"}, "is not a comparison"),
    ],
)
def test_what_is_refused(comparisons: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidSpec, match=says):
        differing({"comparisons": comparisons})
