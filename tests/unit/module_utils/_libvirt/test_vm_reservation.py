# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixed addresses of vms, on a network of libvirt's own driver for tests."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_reservation import Reservations

NETWORK = """<network><name>reserved</name><bridge name='vr0'/><ip address='10.9.0.1' netmask='255.255.255.0'>
<dhcp><range start='10.9.0.2' end='10.9.0.9'/></dhcp></ip></network>"""
MAC, OTHER = "52:54:00:00:00:01", "52:54:00:00:00:02"


class OneForm(Session):
    """libvirt's driver for tests, which has but one form of a network's XML."""

    def constant(self, name: str) -> int:
        return 0 if name == "VIR_NETWORK_XML_INACTIVE" else super().constant(name)


@pytest.fixture
def session() -> Iterator[Session]:
    session = OneForm("test:///default")
    network = session.do("define a network", lambda c: c.networkDefineXML(NETWORK))
    yield session
    session.do("forget it", lambda _c: network.undefine())


def names(session: Session) -> list[str | None]:
    text = session.do("read it", lambda c: c.networkLookupByName("reserved").XMLDesc(0))
    return [host.get("name") for host in ET.fromstring(text).findall("./ip/dhcp/host")]


@pytest.mark.parametrize(("vm", "named"), [("web", ["web", "web-525400000002"]), ("01-web", [None, None])])
def test_a_name_that_libvirt_takes_for_none_is_left_out(
    session: Session, vm: str, named: list[str | None]
) -> None:
    reservations = Reservations(session, "reserved")
    assert reservations.give(MAC, "10.9.0.20", vm)
    assert reservations.give(OTHER, "10.9.0.21", vm)
    assert not reservations.give(OTHER, "10.9.0.21", vm)
    assert names(session) == named
    assert not reservations.take(MAC, "other")
    assert reservations.take(MAC, vm)
    assert reservations.take(OTHER, vm)
    assert names(session) == []
