# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the XML of a network, and of a vm on it, says."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.network_users import Port
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.network_xml import fit_mode, network_table
from ansible_collections.hybrid.host.plugins.module_utils._model.network import Network

UNKNOWN = "<portgroup name='by-hand'/>"


@pytest.mark.parametrize("metadata", [True, False])
def test_the_owner_is_kept_and_replaced_in_either_place(*, metadata: bool) -> None:
    owner = network_table(metadata=metadata)["owner"]
    root = xml.parse(f"<network>{UNKNOWN}</network>")
    for name in ("shop", "<&'\">"):
        owner.write(root, name)
        for reads in (True, False):
            assert network_table(metadata=reads)["owner"].read(xml.parse(xml.render(root))) == name
    assert len(root.findall("portgroup")) == (1 if metadata else 2)


@pytest.mark.parametrize(
    ("port", "is_on"),
    [
        (Port("erp", "lan", "hv-lan", "vnet1"), True),
        (Port("erp", None, "hv-lan", "vnet1"), True),
        (Port("erp", "wan", "hv-lan", "vnet1"), False),
        (Port("erp", None, "br0", "vnet1"), False),
    ],
)
def test_an_interface_tells_its_network(port: Port, *, is_on: bool) -> None:
    assert port.on("lan", "hv-lan") is is_on


@pytest.mark.parametrize("mode", ["nat", "routed", "isolated", "bridge", "direct"])
def test_a_mode_has_nothing_of_another(mode: str) -> None:
    every = xml.parse(
        "<network trustGuestRxFilters='no'><forward mode='x' dev='eth1'><nat/><interface dev='eth1'/></forward>"
        "<bridge name='br0' stp='on' delay='2'/><mac/><domain name='x'/><dns/><mtu size='1400'/><ip/><ip/>"
        "<virtualport type='openvswitch'/><vlan/><portgroup name='by-hand'/></network>"
    )
    fit_mode(every, Network("lan", mode=mode))
    own = {"bridge", "mac", "domain", "dns", "mtu", "ip", "forward", "portgroup"}
    expected = {
        "bridge": {"forward", "bridge", "virtualport", "vlan", "portgroup"},
        "direct": {"forward", "portgroup"},
    }
    assert {child.tag for child in every} == expected.get(mode, own)
    bridge = every.find("bridge")
    assert bridge is None or bridge.attrib == (
        {"name": "br0"} if mode == "bridge" else {**bridge.attrib, "stp": "on"}
    )
    assert (every.find("forward/nat") is not None) == (mode == "nat")
    assert (every.find("forward/interface") is not None) == (mode != "bridge")
    assert every.get("trustGuestRxFilters") == ("yes" if mode == "direct" else None)
