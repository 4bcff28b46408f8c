# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The container engine's half of networks, over an engine that answers as Docker does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.engine import Engine, EngineFailed
from ansible_collections.hybrid.host.plugins.module_utils._container.network import (
    ContainerNetworkDriver,
)
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address, Change
from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Outcome, Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import EngineUnreachable, Refused
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._model.container_network import ContainerNetwork

SHARED: dict[str, Any] = {
    "subnet": "10.71.1.0/24",
    "gateway": "10.71.1.1",
    "ip_range": "10.71.1.128/25",
    "bridge": "hv-lan",
    "internal": False,
    "masquerade": False,
    "mtu": 1400,
    "owner": "shop",
}
MAC, PID, PEER = "02:42:0a:47:01:80", 4711, 12


class Docker:
    """As much of the library's API as a network needs, and an engine and a host around it."""

    name = "docker"
    podman = None

    def __init__(self) -> None:
        self.held: list[dict[str, Any]] = []
        self.running: list[dict[str, Any]] = []
        self.loose: dict[int, str] = {}
        self.waiting: set[str] = set()
        self.waits, self.wait = self.waiting.__contains__, self.waiting.add
        self.wait_no_more = self.waiting.discard
        self.manages = True
        self.attached: list[tuple[str, str]] = []

    def do(self, _tried: str, call: Callable[[Any], Any]) -> Any:
        return call(self)

    def understood(self, _tried: str, read: Callable[[], Any]) -> Any:
        return read()

    def rows(self, _tried: str, call: Callable[[Any], Any]) -> Any:
        return call(self)

    def find(self, call: Callable[[Any], Any], _tried: str = "") -> Any:
        return call(self)

    def post(self, _tried: str, path: str, body: dict[str, Any]) -> None:
        _empty, _networks, name, act = path.split("/")
        there = next(c for c in self.running if c["Id"] == body["Container"])["NetworkSettings"]["Networks"]
        if act == "disconnect":
            del there[name]
        else:
            there[name] = {"MacAddress": MAC, **body["EndpointConfig"]}

    def networks(self) -> list[dict[str, Any]]:
        return self.held

    def info(self) -> dict[str, Any]:
        return {"Swarm": {"ControlAvailable": self.manages}}

    def containers(self, **options: bool) -> list[dict[str, Any]]:
        return [c for c in self.running if options.get("all") or c["State"] == "running"]

    def inspect_container(self, name: str) -> dict[str, Any]:
        return next((c for c in self.running if c["Id"] == name), {}) | {"State": {"Pid": PID}}

    def create_network(self, **asked: Any) -> None:
        self.held.append(
            {
                "Id": f"{len(self.held):064x}",
                "Name": asked["name"],
                "Driver": asked["driver"],
                "Options": asked["options"],
                "Labels": asked["labels"],
                "Internal": asked["internal"],
                "IPAM": asked["ipam"],
            }
        )

    def remove_network(self, identity: str) -> None:
        self.held = [network for network in self.held if network["Id"] != identity]

    def run(self, name: str, state: str = "running") -> None:
        place = {"MacAddress": MAC, "IPAddress": "10.71.1.128", "Aliases": ["web", name[:12]]}
        settings = {"Networks": {"lan": place}}
        self.running.append({"Id": name, "Names": [f"/{name}"], "State": state, "NetworkSettings": settings})

    def loose_interfaces(self, _prefix: str) -> dict[int, str]:
        return self.loose

    def peers(self, pid: int) -> dict[str, int]:
        return {MAC: PEER} if pid == PID else {}

    def attach(self, interface: str, bridge: str) -> None:
        self.attached.append((interface, bridge))
        self.loose.clear()


@pytest.fixture
def docker() -> Docker:
    return Docker()


def run(docker: Docker, *, allow: Disruption = Disruption.LIVE, **params: Any) -> Outcome:
    asked = ContainerNetwork("lan", **{**SHARED, **params})
    outcome = converge([Target(ContainerNetworkDriver(docker, docker, docker), asked, allow)], Run())
    assert outcome.errors == []
    return outcome


def changes(outcome: Outcome) -> list[str]:
    return [f"{c.action}: {', '.join(c.fields)}" for c in outcome.plan.changes]


def test_twice_is_once(docker: Docker) -> None:
    assert changes(run(docker)) == ["create: "]
    assert changes(run(docker)) == []
    assert docker.held[0]["Options"] == {
        "com.docker.network.bridge.name": "hv-lan",
        "com.docker.network.bridge.enable_ip_masquerade": "false",
        "com.docker.network.driver.mtu": "1400",
    }
    assert docker.held[0]["Labels"] == {"hybrid.host/stack": "shop", "hybrid.host/name": "lan"}


def test_an_engine_s_own_choices_are_no_difference(docker: Docker) -> None:
    docker.create_network(
        name="lan", options=None, labels=None, internal=False, ipam={"Config": None}, driver="bridge"
    )
    asked = ContainerNetwork("lan", labels={}, internal=False)
    assert converge([Target(ContainerNetworkDriver(docker, docker, docker), asked)], Run()).changed is False


def test_docker_waits_for_the_bridge_as_long_as_the_network_is_there(docker: Docker) -> None:
    run(docker, waits=True)
    assert docker.waiting == {"lan"}
    docker.waiting.clear()
    assert changes(run(docker, waits=True)) == ["update: waits"]
    assert changes(run(docker, waits=True)) == []
    run(docker, allow=Disruption.REPLACE, waits=True, mtu=1500)
    assert docker.waiting == {"lan"}
    run(docker, state="absent")
    assert docker.waiting == set()


def test_every_change_makes_it_anew(docker: Docker) -> None:
    run(docker)
    with pytest.raises(Refused, match=r"replace\) for mtu"):
        run(docker, mtu=1500)
    assert changes(run(docker, allow=Disruption.REPLACE, mtu=1500)) == ["replace: mtu"]
    assert [network["Options"]["com.docker.network.driver.mtu"] for network in docker.held] == ["1500"]


@pytest.mark.parametrize("state", ["running", "exited"])
def test_it_is_not_taken_from_containers(docker: Docker, state: str) -> None:
    run(docker)
    docker.run("app", state)
    with pytest.raises(Refused, match="in use by container/app"):
        run(docker, state="absent")
    with pytest.raises(Refused, match=r"\(replace\) for mtu, which cuts off container/app"):
        run(docker, mtu=1500)
    driver = ContainerNetworkDriver(docker, docker, docker)
    app = Address("container", "app")
    planning = Planning(planned={app: (Change("delete", app),)})
    assert driver.plan(ContainerNetwork("lan", state="absent"), driver.observe(["lan"])["lan"], planning)


@pytest.mark.parametrize(
    ("params", "address"),
    [({"mtu": 1500}, "10.71.1.128"), ({"subnet": "10.71.2.0/24", "gateway": "10.71.2.1"}, None)],
)
def test_containers_are_on_the_new_one_as_they_were(
    docker: Docker, params: dict[str, Any], address: str | None
) -> None:
    run(docker)
    docker.run("app")
    assert run(docker, allow=Disruption.REPLACE, **params).changed
    place = docker.running[0]["NetworkSettings"]["Networks"]["lan"]
    assert (place["Aliases"], place.get("IPAMConfig", {}).get("IPv4Address")) == (["web"], address)


def test_what_a_network_was_given_before_goes_along_as_far_as_it_fits() -> None:
    found = ContainerNetwork(
        "lan", driver="bridge", labels={"a": "b"}, **{**SHARED, "subnet6": "fd00:71::/64"}
    )
    kept = ContainerNetwork("lan", mtu=1500, labels={"c": "d"}).over(found)
    assert (kept.ip_range, kept.gateway, kept.subnet6, kept.mtu) == (
        "10.71.1.128/25",
        "10.71.1.1",
        "fd00:71::/64",
        1500,
    )
    assert kept.labels == {"a": "b", "c": "d"}
    moved = ContainerNetwork("lan", subnet="10.71.2.0/24", gateway="10.71.2.1").over(found)
    assert (moved.ip_range, moved.gateway, moved.bridge) == (None, "10.71.2.1", "hv-lan")
    other = ContainerNetwork("lan", driver="macvlan", parent="eth1").over(found)
    assert (other.bridge, other.subnet, other.labels) == (None, None, {"a": "b"})


def test_containers_are_on_the_old_one_where_there_is_no_new_one(docker: Docker) -> None:
    run(docker)
    docker.run("app")
    made = docker.create_network

    def once(**_asked: Any) -> None:
        docker.create_network = made
        raise EngineFailed("create the network", cause="no room", status=500)

    docker.create_network = once
    asked = ContainerNetwork("lan", **{**SHARED, "mtu": 1500})
    target = Target(ContainerNetworkDriver(docker, docker, docker), asked, Disruption.REPLACE)
    assert "no room" in str(converge([target], Run()).errors[0])
    assert docker.held[0]["Options"]["com.docker.network.driver.mtu"] == "1400"
    assert docker.running[0]["NetworkSettings"]["Networks"]["lan"]["IPAMConfig"] == {
        "IPv4Address": "10.71.1.128"
    }


def test_a_container_off_its_bridge_is_put_back(docker: Docker) -> None:
    run(docker)
    docker.run("app")
    docker.loose = {PEER: "veth1", 99: "veth2"}
    assert changes(run(docker)) == ["update: workloads[app]"]
    assert docker.attached == [("veth1", "hv-lan")]


def test_a_container_that_stands_still_is_not_off_its_bridge(docker: Docker) -> None:
    run(docker)
    docker.run("app", "exited")
    docker.loose = {PEER: "veth1"}
    assert changes(run(docker)) == []


def test_it_goes(docker: Docker) -> None:
    run(docker)
    assert changes(run(docker, state="absent")) == ["delete: "]
    assert docker.held == []


def test_the_owner_finds_its_own(docker: Docker) -> None:
    run(docker)
    driver = ContainerNetworkDriver(docker, docker, docker)
    assert list(driver.observe([], "shop")) == ["lan"]
    assert driver.observe([], "other") == {}


def test_what_the_engine_occupies(docker: Docker) -> None:
    run(docker)
    docker.create_network(
        name="six",
        options={},
        labels={},
        internal=False,
        ipam={"Config": [{"Subnet": "fd00::/64"}]},
        driver="bridge",
    )
    four, six = ContainerNetworkDriver(docker, docker, docker).occupied()
    assert (str(four.subnet), four.owner, four.bridge) == (
        "10.71.1.0/24",
        "container network lan",
        "hv-lan",
    )
    assert (str(six.subnet), six.owner) == ("fd00::/64", "container network six")


def test_podman_does_not_share_a_bridge_of_libvirt(docker: Docker) -> None:
    docker.name = "podman"
    with pytest.raises(Refused, match="podman cannot put"):
        run(docker)


def test_a_list_of_things_that_are_no_networks_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine({"engine": "docker", "docker_host": "unix:///run/stand-in.sock"})
    monkeypatch.setattr(engine, "rows", lambda tried, call: [{"Name": "lan", "Labels": None}])
    driver = ContainerNetworkDriver(engine, Docker(), Docker())
    with pytest.raises(EngineUnreachable, match="its answer is not of its protocol"):
        driver.observe(["lan"])


@pytest.mark.parametrize(
    ("spec", "driver", "options"),
    [
        ({"driver": "macvlan", "parent": "eth1"}, "macvlan", {"parent": "eth1"}),
        (
            {"driver": "bridge", "bridge": "br0", "hands_off": True},
            "bridge",
            {"com.docker.network.bridge.name": "br0", "com.docker.network.bridge.inhibit_ipv4": "true"},
        ),
        ({"driver": "overlay", "options": {"encrypted": "true"}}, "overlay", {"encrypted": "true"}),
    ],
)
def test_a_network_of_any_driver(
    docker: Docker, spec: dict[str, Any], driver: str, options: dict[str, str]
) -> None:
    six = {"subnet6": "fd00:71::/64", "gateway6": "fd00:71::1"}
    asked = ContainerNetwork("lan", subnet="10.71.1.0/24", gateway="10.71.1.1", **six, **spec)
    for expected in (True, False):
        outcome = converge([Target(ContainerNetworkDriver(docker, docker, docker), asked)], Run())
        assert (outcome.errors, outcome.changed) == ([], expected)
    assert (docker.held[0]["Driver"], docker.held[0]["Options"]) == (driver, options)
    assert docker.held[0]["IPAM"]["Config"] == [
        {"Subnet": "10.71.1.0/24", "Gateway": "10.71.1.1"},
        {"Subnet": "fd00:71::/64", "Gateway": "fd00:71::1"},
    ]


def test_a_network_of_a_swarm_wants_one(docker: Docker) -> None:
    docker.manages = False
    with pytest.raises(Refused, match="a manager of a swarm"):
        run(docker, driver="overlay", bridge=None, masquerade=None)
