# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack is its objects, each with its name on it, and says how far changes and removal may go."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import EngineUnreachable, InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._model.dependency import Dependency
from ansible_collections.hybrid.host.plugins.module_utils._model.stack import Stack
from ansible_collections.hybrid.host.plugins.module_utils._model.volume import Volume

from ...nouns import DRIVERS, stack_params

SHOP: dict[str, Any] = {
    "networks": [{"name": "lan"}],
    "disks": [{"path": "erp.qcow2", "size": "1G"}],
    "images": [{"name": "shop/app:3", "build": {"path": "/srv/app"}}, {"name": "redis:7"}],
    "volumes": [{"name": "db"}],
    "containers": [{"name": "redis", "image": "redis:7"}],
    "vms": [{"name": "erp", "memory": "1G", "disks": [{"source": "erp.qcow2"}]}],
}


def stack(**params: Any) -> Stack:
    return Stack.from_params(stack_params(**params), lambda: True, lambda: True)


def targets(**params: Any) -> list[Target]:
    return stack(**params).targets(DRIVERS, stack_params(**params))


def test_every_object_carries_the_name_of_the_stack() -> None:
    shop = stack(**SHOP)
    owners = {f"{kind}/{spec.name}": spec.owner for kind, specs in shop.specs.items() for spec in specs}
    assert owners == {
        "network/lan": "shop",
        "container_network/lan": "shop",
        "disk//var/lib/libvirt/images/erp.qcow2": "shop",
        "image/shop/app:3": "shop",
        "image/redis:7": None,
        "volume/db": "shop",
        "container/redis": "shop",
        "vm/erp": "shop",
    }


def test_kinds_of_which_there_is_nothing_need_no_engine() -> None:
    assert stack().kinds == set()
    assert stack(volumes=SHOP["volumes"]).kinds == {"volume"}
    assert stack(networks=SHOP["networks"]).kinds == {
        "network",
        "container_network",
    }


def test_a_network_has_the_halves_whose_engine_is_there() -> None:
    networks = {"name": "shop", "networks": [{"name": "lan"}]}
    assert Stack.from_params(stack_params(**networks), lambda: True, lambda: False).kinds == {"network"}
    assert Stack.from_params(stack_params(**networks), lambda: False, lambda: True).kinds == {
        "container_network"
    }
    with pytest.raises(EngineUnreachable, match="network lan"):
        Stack.from_params(stack_params(**networks), lambda: False, lambda: False)


def test_bare_names_are_containers_or_else_vms() -> None:
    answering = {"name": "vm/twin", "condition": "port", "port": 80}
    shop = stack(
        vms=[{"name": "erp"}, {"name": "twin", "depends_on": ["erp", "container/redis"]}],
        containers=[
            {"name": "redis"},
            {"name": "twin"},
            {
                "name": "app",
                "depends_on": ["redis", "erp", "twin", answering],
            },
        ],
    )
    app = {spec.name: spec for spec in shop.specs["container"]}["app"]
    assert app.depends_on == (
        Dependency("container", "redis"),
        Dependency("vm", "erp"),
        Dependency("container", "twin"),
        Dependency("vm", "twin", "port:80"),
    )
    twin = {spec.name: spec for spec in shop.specs["vm"]}["twin"]
    assert twin.depends_on == (Dependency("vm", "erp"), Dependency("container", "redis"))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"name": "<b/>"}, "stack '<b/>': '<b/>' is not a name"),
        ({"networks": [{"name": "a/b"}]}, "network 'a/b'"),
        ({"disks": [{"path": "../x"}]}, r"disk \.\./x: '\.\./x' leads out of"),
        ({"vms": [{"name": "erp", "vcpus": 0}]}, "vm erp: vcpus: 0 is out of range"),
        (
            {"containers": [{"name": "app", "depends_on": ["disk/x"]}]},
            "container app: depends_on: 'disk/x' names no",
        ),
        (
            {"containers": [{"name": "app", "depends_on": [{"name": "db", "condition": "agent"}]}]},
            "container app: depends_on: db is a container, and never agent",
        ),
        (
            {
                "vms": [{"name": "erp"}],
                "containers": [{"name": "app", "depends_on": [{"name": "erp", "condition": "healthy"}]}],
            },
            "container app: depends_on: erp is a vm, and never healthy",
        ),
        *(
            (
                {"containers": [{"name": "app", "depends_on": [entry]}]},
                f"container app: depends_on: .*{words}",
            )
            for entry, words in [
                (5, "5 names no workload"),
                (None, "None names no workload"),
                (["db"], "names no workload"),
                ({"name": "db", "condition": "port"}, "None is not a port"),
                ({"name": "db", "condition": "port", "port": "http"}, "'http' is not a port"),
                ({"name": "db", "condition": "port", "port": 65536}, "65536 is not a port"),
            ]
        ),
        ({"parallel": 0}, "stack shop: parallel: 0 is out of range"),
        (
            {"containers": [{"name": "app", "depends_on": [{"name": "db", "condition": "soon"}]}]},
            "container app: depends_on: 'soon' is not a condition",
        ),
    ],
)
def test_what_is_refused_names_the_object(params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpec, match=words):
        stack(**params)


def test_changes_may_cost_what_the_kind_bears_unless_the_user_says() -> None:
    bears = {t.address.kind: t.allow for t in targets(**SHOP)}
    replaced = {kind for kind, allow in bears.items() if allow is Disruption.REPLACE}
    assert replaced == {"image", "container"}
    assert set(bears.values()) == {Disruption.REPLACE, Disruption.LIVE}
    said = targets(**SHOP, allow_disruption="restart", adopt=True)
    assert {(t.allow, t.adopt) for t in said} == {(Disruption.RESTART, True)}


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({}, {"disk", "volume"}),
        ({"delete_disks": True}, {"volume"}),
        ({"delete_disks": True, "delete_volumes": True}, set()),
    ],
)
def test_what_holds_content_goes_when_that_is_said(params: dict[str, Any], kept: set[str]) -> None:
    gone = targets(**SHOP, state="absent", **params)
    assert all(target.absent for target in gone)
    everything = {"network", "container_network", "disk", "image", "volume", "container", "vm"}
    assert {t.address.kind for t in gone} == everything - kept
    parting = stack(**SHOP, **params).parting
    assert {kind for kind in everything if parting(Address(kind, "x"), Volume("x")) is None} == kept


@pytest.mark.parametrize(
    ("params", "says", "takes"),
    [
        ({}, "none", "none"),
        ({"delete_disks": True}, "none", "volumes"),
        ({"delete_disks": True}, "owned", "owned"),
    ],
)
def test_a_vm_goes_with_its_volumes_where_that_is_said(params: dict[str, Any], says: str, takes: str) -> None:
    vms = [{"name": "erp", "delete_disks": says}]
    (gone,) = targets(vms=vms, state="absent", **params)
    assert gone.asked.delete_disks == takes
    shop = stack(vms=vms, **params)
    assert shop.parting(gone.address, shop.specs["vm"][0]) == gone.asked


def test_a_stack_that_goes_takes_only_its_own() -> None:
    shop = stack(**SHOP, state="absent")
    asked = shop.targets(DRIVERS, stack_params(**SHOP, state="absent"))
    other = stack(**{**SHOP, "name": "other"}).specs
    found = {
        Address("vm", "erp"): shop.specs["vm"][0],
        Address("network", "lan"): other["network"][0],
        Address("image", "redis:7"): shop.specs["image"][1],
    }
    assert [t.address for t in shop.owned(asked, found)] == [Address("vm", "erp")]
