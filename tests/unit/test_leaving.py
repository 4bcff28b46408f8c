# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one object of a stack lets go of in the very run in which another one goes, or comes to have it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import Refused
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.container_network import ContainerNetwork
from ansible_collections.hybrid.host.plugins.module_utils._model.image import Image
from ansible_collections.hybrid.host.plugins.module_utils._model.stack import Stack
from ansible_collections.hybrid.host.plugins.module_utils._model.volume import Volume

from .nouns import DRIVERS, stack_params

Planned = Callable[..., list[str]]


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> Planned:
    """What a stack with ``prune`` plans, of what is found and what is asked; no engine is asked for anything."""

    def plan(found: Collection[Any], **params: Any) -> list[str]:
        specs = {_address(spec): dataclasses.replace(spec, owner="shop") for spec in found}
        for kind, driver in DRIVERS.items():
            there = {address.name: spec for address, spec in specs.items() if address.kind == kind}
            monkeypatch.setattr(driver, "observe", lambda _names, _owner=None, there=there: there)
            monkeypatch.setattr(driver, "prepare", _prepared)
        given = stack_params(prune=True, delete_volumes=True, **params)
        shop = Stack.from_params(given, lambda: False, lambda: True)
        terms = shop.terms(given, lambda targets, _found: targets)
        run = Run(check_mode=True, drivers=list(DRIVERS.values()), **terms)
        outcome = converge(shop.targets(DRIVERS, given), run)
        return [f"{change.action} {change.address}" for change in outcome.plan.changes]

    return plan


def _address(spec: Any) -> Address:
    kinds = {Container: "container", ContainerNetwork: "container_network", Image: "image", Volume: "volume"}
    return Address(kinds[type(spec)], spec.name)


def _prepared(asked: Any, _found: Any | None) -> Any:
    """An image that is built is built on one of the stack."""
    built = isinstance(asked, Image) and asked.build is not None
    return dataclasses.replace(asked, bases=("base:1",)) if built else asked


def container(name: str = "app", **options: Any) -> Container:
    spec = Container.from_params({"name": name, "image": "x", **options})
    return dataclasses.replace(spec, state="running", id=name)


BASES = {"images": [{"name": "base:1"}, {"name": "app:4", "build": {"path": "/srv/app"}}]}
NEW = {"networks": [{"name": "new", "attach": ["containers"]}]}


@pytest.mark.parametrize(
    ("found", "asked", "plan"),
    [
        (
            [container(image="app:3"), Image("app:3", id="3", users=("app",), bases=("base:1",))],
            {**BASES, "containers": [{"name": "app", "image": "app:4"}]},
            ["create image/base:1", "create image/app:4", "replace container/app", "delete image/app:3"],
        ),
        (
            [container(volumes=["old:/data"]), Volume("old", users=("app",))],
            {"volumes": [{"name": "new"}], "containers": [{"name": "app", "volumes": ["new:/data"]}]},
            ["create volume/new", "replace container/app", "delete volume/old"],
        ),
        (
            [container(networks=[{"name": "old"}]), ContainerNetwork("old", workloads=("app",))],
            {**NEW, "containers": [{"name": "app", "networks": [{"name": "new"}]}]},
            ["create container_network/new", "update container/app", "delete container_network/old"],
        ),
    ],
)
def test_what_is_left_goes_after_those_that_leave_it(
    planned: Planned, found: Collection[Any], asked: dict[str, Any], plan: list[str]
) -> None:
    assert planned(found, **asked) == plan


@pytest.mark.parametrize(
    "options",
    [
        {"image": "x"},
        {"image": "y"},
        {"image": "x", "volumes": ["new:/more"], "comparisons": {"volumes": "allow_more_present"}},
    ],
)
def test_what_keeps_it_unasked_keeps_it(planned: Planned, options: dict[str, Any]) -> None:
    found = [container(volumes=["old:/data"]), Volume("old", users=("app",))]
    with pytest.raises(Refused, match="is in use by container/app"):
        planned(found, containers=[{"name": "app", **options}])


def test_a_port_goes_from_one_to_the_other(planned: Planned) -> None:
    found = [container("web", published_ports=["80:80"]), container("proxy", published_ports=["81:80"])]
    asked = [{"name": "admin", "published_ports": ["80:80"]}, {"name": "proxy", "published_ports": ["82:80"]}]
    asked += [{"name": "another", "published_ports": ["81:80"]}]
    plan = planned(found, containers=[{**item, "image": "x"} for item in asked])
    assert plan.index("delete container/web") < plan.index("create container/admin")
    assert plan.index("replace container/proxy") < plan.index("create container/another")


def test_two_that_exchange_their_ports_go_in_no_circle(planned: Planned) -> None:
    found = [container("a", published_ports=["80:80"]), container("b", published_ports=["81:80"])]
    asked = [{"name": "a", "published_ports": ["81:80"]}, {"name": "b", "published_ports": ["80:80"]}]
    plan = planned(found, containers=[{**item, "image": "x"} for item in asked])
    assert sorted(plan) == ["replace container/a", "replace container/b"]
