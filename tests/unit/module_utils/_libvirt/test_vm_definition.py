# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written into a definition that is there already."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_definition import (
    for_another_machine,
    new_definition,
    write_changes,
)
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_tables import TABLE
from ansible_collections.hybrid.host.plugins.module_utils._model.bandwidth import Bandwidth, Rate
from ansible_collections.hybrid.host.plugins.module_utils._model.disk_attachment import DiskAttachment
from ansible_collections.hybrid.host.plugins.module_utils._model.new_vm import completed
from ansible_collections.hybrid.host.plugins.module_utils._model.nic import Nic
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_cost import aligned, differences
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_parts import Graphics

from tests.unit.nouns import HOST

GIB = 1024**3


def domain(memory: int, maximum: int) -> str:
    sizes = f'<memory unit="GiB">{maximum}</memory><currentMemory unit="GiB">{memory}</currentMemory>'
    return f"<domain><name>erp</name>{sizes}<by-hand/></domain>"


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        ((2, 2), 3, (3, 3)),
        ((4, 4), 3, (3, 3)),
        ((2, 4), 3, (3, 4)),
        ((2, 4), 4, (4, 4)),
        ((2, 4), 5, (5, 5)),
    ],
)
def test_memory_moves_its_maximum_only_where_it_has_to(
    before: tuple[int, int], asked: int, after: tuple[int, int]
) -> None:
    root = xml.parse(domain(*before))
    wanted, found = (
        Vm("erp", memory=asked * GIB),
        Vm("erp", memory=before[0] * GIB, max_memory=before[1] * GIB),
    )
    write_changes(root, wanted, differences(wanted, found), HOST)
    sizes = tuple(TABLE[field].read(root) // GIB for field in ("memory", "max_memory"))
    assert (sizes, root.find("by-hand") is not None) == (after, True)


SCREENS = {
    "none": "<listen type='none'/>",
    "socket": "<listen type='socket' socket='/run/erp.sock'/>",
    "network": "<listen type='network' network='lan'/>",
}


@pytest.mark.parametrize("listener", SCREENS.values(), ids=SCREENS)
@pytest.mark.parametrize("kind", ["vnc", "spice"])
def test_a_password_leaves_a_screen_where_it_listens(listener: str, kind: str) -> None:
    root = xml.parse(
        f"<domain><devices><graphics type='{kind}' passwd='old'>{listener}</graphics></devices></domain>"
    )
    changed(root, Vm("erp", graphics=Graphics(password="new")))
    after = f"<graphics type='{kind}' passwd='new'>{listener}</graphics>"
    assert canonical(root.find("./devices/graphics")) == canonical(xml.parse(after))


def test_a_screen_of_another_type_takes_the_place_of_the_first() -> None:
    devices = "<graphics type='spice' autoport='yes'/><graphics type='egl-headless'/>"
    root = xml.parse(f"<domain><devices>{devices}</devices></domain>")
    changed(root, Vm("erp", graphics=Graphics("vnc", port=5901)))
    assert [screen.get("type") for screen in root.findall("./devices/graphics")] == ["vnc", "egl-headless"]
    assert TABLE["graphics"].read(root) == Graphics("vnc", "127.0.0.1", 5901, "")


def test_a_disk_on_scsi_has_a_controller_that_guests_have_a_driver_for() -> None:
    disk = DiskAttachment("sda", "/a.qcow2", bus="scsi")
    new = new_definition(completed(Vm("erp", disks=(disk,)), HOST), log_console=False)
    old = xml.parse("<domain><devices/></domain>")
    changed(old, Vm("erp", disks=(disk,)))
    chosen = xml.parse("<domain><devices><controller type='scsi' model='lsilogic'/></devices></domain>")
    changed(chosen, Vm("erp", disks=(disk,)))
    models = [scsi_controllers(root) for root in (new, old, chosen)]
    assert models == [["virtio-scsi"], ["virtio-scsi"], ["lsilogic"]]
    for_another_machine(new)
    assert scsi_controllers(new) == ["virtio-scsi"]


def scsi_controllers(root: xml.Element) -> list[str | None]:
    return [c.get("model") for c in root.findall("./devices/controller[@type='scsi']")]


def test_limits_of_an_interface_go_one_by_one_and_leave_nothing_behind() -> None:
    limits = (
        "<bandwidth><inbound average='1' burst='2'/><outbound average='3'/></bandwidth><mtu size='1400'/>"
    )
    root = xml.parse(
        f"<domain><devices><interface type='bridge'><source bridge='br0'/>{limits}</interface></devices></domain>"
    )
    interface = root.find("./devices/interface")
    assert interface is not None
    changed(root, Vm("erp", networks=(Nic(bridge="br0", bandwidth=Bandwidth(inbound=Rate(0))),)))
    assert [rate.tag for rate in interface.iterfind("./bandwidth/*")] == ["outbound"]
    changed(root, Vm("erp", networks=(Nic(bridge="br0", mtu=0, bandwidth=Bandwidth(outbound=Rate(0))),)))
    assert [child.tag for child in interface] == ["source"]


def changed(root: xml.Element, asked: Vm) -> None:
    """Writes what differs into the definition."""
    found = Vm("erp", state="stopped", **xml.read(TABLE, root))
    write_changes(root, aligned(asked, found)[0], differences(asked, found), HOST)


def canonical(element: xml.Element | None) -> str:
    assert element is not None
    return ET.canonicalize(xml.render(element), strip_text=True)
