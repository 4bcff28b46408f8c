# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""libvirt's half of networks, on libvirt's own driver for tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address, Change
from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Outcome, Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError, Refused
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.network import NetworkDriver
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.network_live import live_steps
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._model.network import Network
from ansible_collections.hybrid.host.plugins.module_utils._model.surroundings import Surroundings

MAC = "52:54:00:71:00:01"
UNKNOWN = "<portgroup name='by-hand'/>"


class MadeUp(Session):
    """libvirt's driver for tests, which takes no flag to ask for the definition that is written, and does not start by
    one that was written while the network ran.
    """

    def __init__(self, uri: str) -> None:
        super().__init__(uri)
        self._written: Callable[[Any], Any] = lambda _connection: None
        self.tried: list[str] = []

    def constant(self, name: str) -> int:
        return 0 if name == "VIR_NETWORK_XML_INACTIVE" else super().constant(name)

    def do(self, tried: str, call: Callable[[Any], Any]) -> Any:
        self.tried.append(tried)
        answer = super().do(tried, call)
        if tried == "define the network" and answer.isActive():
            self._written = call
        elif tried == "stop the network":
            super().do("define it", self._written)
        return answer


class OnThisHost(MadeUp):
    """The same, taken for this host's own."""

    @property
    def local(self) -> bool:
        return True


class NoLinks:
    """A host without interfaces of its own."""

    def loose_interfaces(self, prefix: str) -> dict[int, str]:
        return {}

    def attach(self, interface: str, bridge: str) -> None:
        raise AssertionError(f"nothing to attach: {interface} to {bridge}")

    def peers(self, pid: int) -> dict[str, int]:
        return {}


class TwoBridges(NoLinks):
    """A host whose br0 has its own NIC as a port, and vms' ends; ``attached`` are those that were put elsewhere."""

    def __init__(self) -> None:
        self.attached: list[tuple[str, str]] = []

    def ports(self, bridge: str) -> list[str]:
        return {"br0": ["enp1s0", "tap1", "tap2"], "hv-lan": ["tap1", "veth1"]}[bridge]

    def attach(self, interface: str, bridge: str) -> None:
        self.attached.append((interface, bridge))


@pytest.fixture
def session() -> Iterator[MadeUp]:
    session = MadeUp("test:///default")
    yield session
    network = session.find(lambda c: c.networkLookupByName("lan"))
    if network is not None:
        if network.isActive():
            network.destroy()
        session.find(lambda _c: network.undefine())


@pytest.fixture
def driver(session: Session) -> NetworkDriver:
    return NetworkDriver(session, NoLinks())


def run(driver: NetworkDriver, *, allow: Disruption = Disruption.LIVE, **params: Any) -> Outcome:
    surroundings = Surroundings([driver.occupied], lambda _bridge: False, lambda _interface: None)
    asked = Network.from_params({"name": "lan", "subnet": "10.71.1.0/24", **params})
    outcome = converge([Target(driver, asked, allow)], Run(resolve=surroundings))
    assert outcome.errors == []
    return outcome


def changes(outcome: Outcome) -> list[str]:
    return [f"{c.action}: {', '.join(c.fields)}" for c in outcome.plan.changes]


def by_hand(session: Session, edit: Callable[[xml.Element], None]) -> None:
    """Writes another definition of the stopped network and starts it again, as a person does with virsh."""
    network = session.do("find", lambda c: c.networkLookupByName("lan"))
    root = xml.parse(network.XMLDesc(0))
    edit(root)
    network.destroy()
    session.do("define", lambda c: c.networkDefineXML(xml.render(root)))
    network.create()


MOVED = {"reservations": [{"mac": "52:54:00:71:00:02", "ip": "10.71.1.9"}]}
WHOLE = {
    "mtu": 1400,
    "owner": "shop",
    "reservations": [{"mac": MAC, "ip": "10.71.1.9", "name": "erp"}],
    "dns": {
        "domain": "shop.internal",
        "forwarders": ["10.71.9.9"],
        "hosts": [{"ip": "10.71.1.9", "hostnames": ["erp"]}],
    },
}


ROUTED = {
    "mode": "routed",
    "uplink": "eth1",
    "subnet6": "fd00:71::/64",
    "bandwidth": {"inbound": {"average": 1000, "peak": 2000}, "outbound": {"average": 500}},
}


@pytest.mark.parametrize(
    "params",
    [{}, {"mode": "isolated"}, WHOLE, ROUTED, {"subnet6": "fd00:71::/64"}],
    ids=["shortest", "isolated", "whole", "routed", "six"],
)
def test_twice_is_once(driver: NetworkDriver, params: dict[str, Any]) -> None:
    assert changes(run(driver, **params)) == ["create: "]
    assert changes(run(driver, **params)) == []
    found = driver.observe(["lan"])["lan"]
    assert (found.state, found.autostart, found.bridge) == ("present", True, "hv-lan")


def test_a_domain_is_answered_here_alone(driver: NetworkDriver, session: Session) -> None:
    run(driver, **WHOLE)
    text = session.do("read", lambda c: c.networkLookupByName("lan").XMLDesc(0))
    assert "localOnly='yes'" in text
    assert "stp='off'" in text


def test_the_owner_finds_its_own(driver: NetworkDriver) -> None:
    run(driver, owner="shop")
    assert [spec.owner for spec in driver.observe([], "shop").values()] == ["shop"]
    assert driver.observe([], "other") == {}


def test_only_what_differs_is_changed_and_the_unknown_stays(driver: NetworkDriver, session: Session) -> None:
    run(driver)
    by_hand(session, lambda root: root.append(xml.parse(UNKNOWN)))
    assert changes(run(driver, mode="nat")) == []
    assert changes(run(driver, autostart=False)) == ["update: autostart"]
    assert changes(run(driver, allow=Disruption.REPLACE, subnet="10.71.2.0/24")) == [
        "replace: subnet, gateway, dhcp.start, dhcp.end"
    ]
    written = session.do("read", lambda c: c.networkLookupByName("lan").XMLDesc(0))
    assert "by-hand" in written
    assert "10.71.1." not in written


def test_a_network_that_was_stopped_is_started(driver: NetworkDriver, session: Session) -> None:
    run(driver)
    session.do("stop", lambda c: c.networkLookupByName("lan").destroy())
    assert changes(run(driver)) == ["start: "]


def test_it_goes(driver: NetworkDriver) -> None:
    run(driver)
    assert changes(run(driver, state="absent")) == ["delete: "]
    assert changes(run(driver, state="absent")) == []


def test_a_dearer_change_is_refused(driver: NetworkDriver) -> None:
    run(driver)
    with pytest.raises(Refused, match=r"replace\) for mode"):
        run(driver, mode="isolated")


def test_an_overlap_is_refused(driver: NetworkDriver) -> None:
    with pytest.raises(Refused, match="libvirt network default"):
        run(driver, subnet="192.168.122.0/25")


def test_two_networks_of_one_run_claim_subnets_of_either_version(driver: NetworkDriver) -> None:
    lan = driver.claims(Network("lan", subnet="10.71.1.0/24", subnet6="fd00:71::/64", bridge="hv-lan"))
    wan = driver.claims(Network("wan", subnet="10.71.2.0/24", subnet6="fd00:71::/64", bridge="hv-wan"))
    assert [one.resource for one in lan for other in wan if one.collides(other)] == ["subnet"]


def test_networks_on_one_bridge_of_the_host(session: Session) -> None:
    driver = NetworkDriver(session, NoLinks())
    surroundings = Surroundings([], lambda name: name == "br0", lambda _interface: None)
    tagged = [
        Network.from_params(
            {"name": name, "mode": "bridge", "bridge": "br0", "vlan": vlan, "attach": ["vms"]}
        )
        for name, vlan in (("lan", 10), ("lan20", 20))
    ]
    guest = session.do("start a vm", lambda c: c.createXML(GUEST, 0))
    try:
        outcome = converge([Target(driver, spec) for spec in tagged], Run(resolve=surroundings))
        found = driver.observe(["lan", "lan20"])
        gone = converge([Target(driver, Network("lan20", state="absent"))], Run())
    finally:
        guest.destroy()
    assert (outcome.errors, gone.errors) == ([], [])
    assert {name: spec.workloads for name, spec in found.items()} == {"lan": ("guest",), "lan20": None}


def test_a_network_in_use_is_not_taken_away(driver: NetworkDriver) -> None:
    asked, found = Network("lan", state="absent"), Network("lan", mode="nat", workloads=("erp",))
    with pytest.raises(Refused, match="vm/erp"):
        driver.plan(asked, found, Planning())
    goes = {Address("vm", "erp"): (Change("delete", Address("vm", "erp")),)}
    assert len(driver.plan(asked, found, Planning(planned=goes))) == 1


def test_who_is_cut_off_is_said(driver: NetworkDriver) -> None:
    asked, found = Network("lan", mode="isolated"), Network("lan", mode="nat", workloads=("erp",))
    (change,) = driver.plan(asked, found, Planning())
    assert (change.action, change.users) == ("replace", ("vm/erp",))


def test_a_vm_off_its_bridge_is_put_back(driver: NetworkDriver) -> None:
    (change,) = driver.plan(Network("lan"), Network("lan", detached=("erp",)), Planning())
    assert (change.action, change.fields) == ("update", ("workloads[erp]",))


@pytest.mark.parametrize(
    ("written", "running", "plan"),
    [
        ({"mtu": 1400}, {"mtu": 1500}, [("mtu", Disruption.REPLACE)]),
        ({"mtu": 1500}, {"mtu": 1400}, [("mtu", Disruption.NONE)]),
        ({"mtu": 1500}, {"mtu": 1300}, [("mtu", Disruption.REPLACE)]),
    ],
)
def test_what_runs_costs_and_what_is_only_written_does_not(
    driver: NetworkDriver, written: dict[str, Any], running: dict[str, Any], plan: list[Any]
) -> None:
    found = Network("lan", live=Network("lan", **running), **written)
    (change,) = driver.plan(Network("lan", mtu=1400), found, Planning())
    assert [(d.path, d.disruption) for d in change.differences] == plan


def test_an_address_moves_in_the_order_that_libvirt_takes() -> None:
    running = Network.from_params({"name": "lan", **WHOLE})
    asked = dataclasses.replace(
        running, reservations=Network.from_params({"name": "lan", **MOVED}).reservations
    )
    steps = [
        (step.command.rpartition("_")[2], xml.render(step.element)) for step in live_steps(asked, running)
    ]
    assert [command for command, _text in steps] == ["DELETE", "LAST"]
    assert MAC in steps[0][1]
    assert "52:54:00:71:00:02" in steps[1][1]


@pytest.mark.parametrize(
    ("params", "written"),
    [
        ({"mode": "bridge", "bridge": "br0"}, "<bridge name='br0'/>"),
        ({"mode": "direct", "uplink": "eth1"}, "<forward dev='eth1' mode='bridge'>"),
        ({"mode": "direct", "uplink": "eth1", "vlan": 5}, "<interface dev='eth1.5'/>"),
        ({"mode": "bridge", "bridge": "br0", "vlan": 5, "attach": ["vms"]}, "<tag id='5'/>"),
    ],
)
def test_a_network_on_the_host_s_own_interface(
    session: Session, driver: NetworkDriver, params: dict[str, Any], written: str
) -> None:
    surroundings = Surroundings([], lambda name: name in ("br0", "eth1"), lambda _interface: None)
    asked = Network.from_params({"name": "lan", **params})
    for expected in (True, False):
        outcome = converge([Target(driver, asked)], Run(resolve=surroundings))
        assert (outcome.errors, outcome.changed) == ([], expected)
    text = session.do("read", lambda c: c.networkLookupByName("lan").XMLDesc(0))
    assert written in text
    assert "<ip" not in text


ON_THE_HOST = {"mode": "bridge", "bridge": "br0"}
GUEST = """<domain type='test'><name>guest</name><memory>1024</memory><os><type>hvm</type></os><devices>
<interface type='network'><source network='lan'/><target dev='tap1'/></interface>
<interface type='bridge'><source bridge='br0'/><target dev='tap2'/></interface></devices></domain>"""


@pytest.mark.parametrize(
    ("before", "after", "attached"),
    [
        (ON_THE_HOST, {"mode": "bridge", "bridge": "br1"}, [("tap1", "br1")]),
        (ON_THE_HOST, {"mode": "nat"}, [("tap1", "hv-lan")]),
        ({"mode": "nat"}, ON_THE_HOST, [("tap1", "br0")]),
        ({"mode": "nat"}, {"mode": "direct", "uplink": "enp1s0"}, []),
        ({"mode": "nat"}, {"mode": "isolated"}, [("tap1", "hv-lan"), ("veth1", "hv-lan")]),
    ],
)
def test_only_what_is_on_the_network_goes_along(
    session: Session, before: dict[str, Any], after: dict[str, Any], attached: list[tuple[str, str]]
) -> None:
    links = TwoBridges()
    driver = NetworkDriver(OnThisHost(session.uri), links)
    surroundings = Surroundings([], lambda name: not name.startswith("hv-"), lambda _interface: None)
    guest = session.do("start a vm", lambda c: c.createXML(GUEST, 0))
    try:
        for params in (before, after):
            asked = Network.from_params({"name": "lan", **params})
            outcome = converge([Target(driver, asked, Disruption.REPLACE)], Run(resolve=surroundings))
            assert outcome.errors == []
    finally:
        guest.destroy()
    assert links.attached == attached


def test_what_libvirt_refuses_does_not_stop_the_network(session: MadeUp, driver: NetworkDriver) -> None:
    run(driver)
    asked = Network.from_params({"name": "lan", "mode": "direct", "uplink": "eth1"})
    found = driver.observe(["lan"])["lan"]
    change = Change("replace", Address("network", "lan"), Disruption.REPLACE, (), asked, found)
    with pytest.raises(HostError, match="define the network"), Undo() as undo:
        # Its fields are not told, and so nothing is taken out.
        driver.apply(change, undo)
    assert (driver.observe(["lan"])["lan"], "stop the network" in session.tried) == (found, False)


def test_ipv6_is_behind_nat_where_ipv4_is(session: Session, driver: NetworkDriver) -> None:
    run(driver, subnet6="fd00:71::/64")
    text = session.do("read", lambda c: c.networkLookupByName("lan").XMLDesc(0))
    assert "<nat ipv6='yes'" in text
    assert "<ip family='ipv6' address='fd00:71::1' prefix='64'" in text


def test_a_limit_of_bandwidth_makes_it_anew(driver: NetworkDriver) -> None:
    run(driver, **ROUTED)
    slower = {**ROUTED, "bandwidth": {"inbound": {"average": 900}}}
    with pytest.raises(Refused, match=r"replace\) for bandwidth.inbound.average"):
        run(driver, **slower)
    assert changes(run(driver, allow=Disruption.REPLACE, **slower)) == ["replace: bandwidth.inbound.average"]
