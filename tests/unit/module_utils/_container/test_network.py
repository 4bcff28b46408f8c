# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The container engine's half of networks, over an engine that answers as Docker does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.engine import Engine
from ansible_collections.hybrid.host.plugins.module_utils._container.network import ContainerNetworkDriver
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

    def __init__(self) -> None:
        self.held: list[dict[str, Any]] = []
        self.running: list[dict[str, Any]] = []
        self.loose: dict[int, str] = {}
        self.attached: list[tuple[str, str]] = []

    def do(self, _tried: str, call: Callable[[Any], Any]) -> Any:
        return call(self)

    def understood(self, _tried: str, read: Callable[[], Any]) -> Any:
        return read()

    def rows(self, _tried: str, call: Callable[[Any], Any]) -> Any:
        return call(self)

    def find(self, call: Callable[[Any], Any]) -> Any:
        return call(self)

    def networks(self) -> list[dict[str, Any]]:
        return self.held

    def containers(self, **options: bool) -> list[dict[str, Any]]:
        return [c for c in self.running if options.get("all") or c["State"] == "running"]

    def inspect_container(self, _id: str) -> dict[str, Any]:
        return {"State": {"Pid": PID}}

    def create_network(self, **asked: Any) -> None:
        self.held.append(
            {
                "Id": f"{len(self.held):064x}",
                "Name": asked["name"],
                "Options": asked["options"],
                "Labels": asked["labels"],
                "Internal": asked["internal"],
                "IPAM": asked["ipam"],
            }
        )

    def remove_network(self, identity: str) -> None:
        self.held = [network for network in self.held if network["Id"] != identity]

    def run(self, name: str, state: str = "running") -> None:
        settings = {"Networks": {"lan": {"MacAddress": MAC}}}
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
    outcome = converge([Target(ContainerNetworkDriver(docker, docker), asked, allow)], Run())
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
    docker.create_network(name="lan", options=None, labels=None, internal=False, ipam={"Config": None})
    asked = ContainerNetwork("lan", labels={}, internal=False)
    assert converge([Target(ContainerNetworkDriver(docker, docker), asked)], Run()).changed is False


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
    for params in ({"state": "absent"}, {"mtu": 1500, "allow": Disruption.REPLACE}):
        with pytest.raises(Refused, match="in use by container/app"):
            run(docker, **params)
    driver = ContainerNetworkDriver(docker, docker)
    app = Address("container", "app")
    planning = Planning(planned={app: (Change("delete", app),)})
    assert driver.plan(ContainerNetwork("lan", state="absent"), driver.observe(["lan"])["lan"], planning)


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
    driver = ContainerNetworkDriver(docker, docker)
    assert list(driver.observe([], "shop")) == ["lan"]
    assert driver.observe([], "other") == {}


def test_what_the_engine_occupies(docker: Docker) -> None:
    run(docker)
    docker.create_network(
        name="six", options={}, labels={}, internal=False, ipam={"Config": [{"Subnet": "fd00::/64"}]}
    )
    (occupied,) = ContainerNetworkDriver(docker, docker).occupied()
    assert (str(occupied.subnet), occupied.owner, occupied.bridge) == (
        "10.71.1.0/24",
        "container network lan",
        "hv-lan",
    )


def test_podman_does_not_share_a_bridge_of_libvirt(docker: Docker) -> None:
    docker.name = "podman"
    with pytest.raises(Refused, match="podman cannot"):
        run(docker)


def test_a_list_of_things_that_are_no_networks_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine({"engine": "docker", "docker_host": "unix:///run/stand-in.sock"})
    monkeypatch.setattr(engine, "rows", lambda tried, call: [{"Name": "lan", "Labels": None}])
    driver = ContainerNetworkDriver(engine, Docker())
    with pytest.raises(EngineUnreachable, match="its answer is not of its protocol"):
        driver.observe(["lan"])
