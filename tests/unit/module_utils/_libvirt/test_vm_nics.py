# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interfaces are known by their MACs, in a definition and in the machine that runs."""

from __future__ import annotations

from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_definition import write_changes
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_nics import NICS
from ansible_collections.hybrid.host.plugins.module_utils._model.new_vm import completed, with_likely_macs
from ansible_collections.hybrid.host.plugins.module_utils._model.nic import Nic, paired
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_cost import aligned, differences

from tests.unit.nouns import HOST

FIRST, SECOND, THIRD = (f"52:54:00:00:00:0{number}" for number in (1, 2, 3))


def domain(*interfaces: str) -> xml.Element:
    return xml.parse(f"<domain><name>erp</name><devices>{''.join(interfaces)}</devices></domain>")


def interface(mac: str, inside: str = "", kind: str = "network", source: str = "network='lan'") -> str:
    return f"<interface type='{kind}'><mac address='{mac}'/><source {source}/>{inside}</interface>"


def test_the_first_goes_and_what_was_written_into_the_second_stays() -> None:
    root = domain(interface(FIRST), interface(SECOND, "<by-hand/>"))
    found = Vm("erp", networks=NICS.read(root))
    asked, _found = aligned(
        Vm("erp", networks=(Nic("lan", mac=SECOND, link_state="down"), Nic("lan", mac=THIRD, ordinal=2))),
        found,
    )
    write_changes(root, asked, differences(asked, found), HOST)
    left = {nic.mac: element for element, nic in NICS.elements(root).values()}
    assert set(left) == {SECOND, THIRD}
    assert left[SECOND].find("by-hand") is not None


def test_one_on_a_network_is_on_it_whatever_the_network_uses() -> None:
    bridged = interface(FIRST, kind="bridge", source="network='lan' bridge='br0' portid='x'")
    shared = interface(SECOND, kind="direct", source="network='wan' dev='eth0' mode='bridge'")
    plain = interface(THIRD, kind="bridge", source="bridge='br0'")
    root = domain(bridged, shared, plain)
    assert [(nic.key, nic.spot) for nic in NICS.read(root)] == [
        ("lan", ("lan", None, None, None)),
        ("wan", ("wan", None, None, None)),
        ("br0", (None, "br0", None, None)),
    ]
    assert NICS.put(root, Nic("lan", link_state="down")).get("type") == "network"


def test_the_one_that_somebody_took_away_comes_back_as_it_was() -> None:
    spec = Vm("erp", networks=(Nic("lan"), Nic("lan", ordinal=2)))
    first, second = completed(spec, HOST).networks or ()
    assert first.mac != second.mac
    asked, _found = aligned(with_likely_macs(spec, HOST), Vm("erp", networks=(Nic("lan", mac=second.mac),)))
    assert [(nic.key, nic.likely) for nic in asked.networks or ()] == [
        ("lan#2", first.mac),
        ("lan", second.mac),
    ]


def test_no_two_get_one_mac() -> None:
    first, second = completed(Vm("erp", networks=(Nic("lan"), Nic("lan", ordinal=2))), HOST).networks or ()
    asked = Vm("erp", networks=(Nic("lan", mac=second.mac), Nic("lan", ordinal=2)))
    macs = [nic.mac for nic in completed(asked, HOST).networks or ()]
    assert macs[0] == second.mac
    assert macs[1] not in (None, first.mac, second.mac)


def test_what_runs_beyond_the_definition_has_a_name_of_its_own() -> None:
    defined = (Nic("lan", mac=SECOND),)
    running = paired((Nic("lan", mac=FIRST), Nic("lan", mac=SECOND)), defined)
    assert [nic.key for nic in running] == ["lan#2", "lan"]
    new = paired((Nic("lan", mac=SECOND), Nic("lan", mac=THIRD)), defined, running)
    assert [nic.key for nic in new] == ["lan", "lan#3"]
