# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What libvirt keeps of snapshots, and the disks that they leave a vm with."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address, Change
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import Refused
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm import VmDriver
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_definition import write_changes
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_layers import layered
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_snapshot import VmSnapshotDriver
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_snapshot_xml import (
    new_snapshot,
    read_snapshot,
)
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_tables import TABLE
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_snapshot import VmSnapshot
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost
from hypothesis import given
from hypothesis import strategies as st

SCHEMA = "/usr/share/libvirt/schemas/domainsnapshot.rng"
HOST = LocalVmHost()
# VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA, VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
SNAPSHOTS_TOO, REDEFINED = 2, 1
UUID = "3e1a46b3-b29d-4cdf-ade6-dcdbfa0d03e7"
TEST_DOMAIN = """<domain type='test'><name>erp</name><uuid>{uuid}</uuid><memory>1024</memory><os><type>hvm</type></os>
<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{file}'/>
<target dev='vda'/></disk></devices></domain>"""
TAKEN = """<domainsnapshot><name>a</name><state>disk-snapshot</state><creationTime>1</creationTime>
<disks><disk name='vda' snapshot='{kind}'>{layer}</disk></disks>{domain}</domainsnapshot>"""
LAYER = "<driver type='qcow2'/><source file='/x/erp.a'/>"


class Images(LocalVmHost):
    """A host on whose images others rest, as it is told."""

    def __init__(self, above: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._above = above

    def resting_on(self, path: str) -> Sequence[str]:
        return self._above.get(path, ())


DOMAIN = """<domain type="qemu"><name>erp</name><memory>1024</memory><devices>
<disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="/x/erp.before"/>
<target dev="{target}" bus="{bus}"/></disk></devices></domain>"""


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session("test:///default")
    yield session
    session.find(lambda c: c.lookupByName("erp").undefineFlags(SNAPSHOTS_TOO))


def text() -> st.SearchStrategy[str]:
    return st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    )


@given(description=text(), memory=st.booleans(), kind=st.sampled_from(["internal", "external"]))
def test_a_snapshot_is_read_as_it_was_written(description: str, *, memory: bool, kind: str) -> None:
    spec = VmSnapshot("erp/a", vm="erp", description=description, type=kind, memory=memory, disks=("vda",))
    root = xml.parse(xml.render(new_snapshot(spec, ["vda", "sda"], "/x/erp.memory")))
    found = read_snapshot(root, "erp", None)
    assert (found.name, found.description) == (spec.name, spec.description)
    assert (found.type, found.memory, found.disks) == (spec.type, spec.memory, spec.disks)
    assert [disk.get("snapshot") for disk in root.findall("./disks/disk")] == [kind, "no"]


@pytest.mark.parametrize("memory", [True, False])
@pytest.mark.parametrize("kind", ["internal", "external"])
def test_what_is_written_is_valid(kind: str, *, memory: bool) -> None:
    spec = VmSnapshot("erp/a", vm="erp", description="<b>", type=kind, memory=memory, disks=("vda",))
    text = xml.render(new_snapshot(spec, ["vda", "sda"], "/x/erp.memory"))
    argv = ["xmllint", "--noout", "--relaxng", SCHEMA, "-"]
    checked = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, f"{checked.stderr}\n{text}"


def test_a_disk_under_snapshots_is_changed_where_the_vm_goes_on_writing() -> None:
    """Also at a target that the spec does not name, in a format that the image below has not."""
    below = {"/x/erp.before": "/x/erp.older", "/x/erp.older": "/x/erp.raw"}
    for target, bus in (("vda", "virtio"), ("sda", "sata")):
        root = xml.parse(DOMAIN.format(target=target, bus=bus))
        found = layered(Vm("erp", state="stopped", **xml.read(TABLE, root)), below)
        disk = {"source": "/x/erp.raw", "format": "raw", "cache": "none"}
        asked = Vm.from_params({"name": "erp", "state": "stopped", "disks": [disk]})
        [change] = VmDriver(Session("test://nowhere"), HOST).plan_fields(asked, found, Planning())
        assert [path for path in change.fields if path.startswith("disks")] == [f"disks[{target}].cache"]
        write_changes(root, change.asked, change.differences, HOST)
        [written] = xml.read(TABLE, root)["disks"]
        assert (written.target, written.source, written.format, written.cache) == (
            *(target, "/x/erp.before"),
            *("qcow2", "none"),
        )


def test_going_back_gives_up_a_memory_that_was_saved(session: Session) -> None:
    domain = session.do("define", lambda c: c.defineXML(TEST_DOMAIN.format(uuid=UUID, file="/x/erp")))
    driver, spec = VmSnapshotDriver(session, HOST), VmSnapshot("erp/a", vm="erp", state="reverted")
    session.do(
        "take it", lambda _c: domain.snapshotCreateXML("<domainsnapshot><name>a</name></domainsnapshot>")
    )
    session.do("save it", lambda _c: (domain.create(), domain.managedSave(0)))
    driver.apply(Change("revert", Address("snapshot", spec.name), asked=spec), Undo())
    assert not session.do("look", lambda _c: domain.hasManagedSaveImage(0))


@pytest.mark.parametrize(
    ("asked", "above", "spoilt"),
    [
        ("external absent", {"/x/erp": ["/x/erp.a"]}, None),
        ("external absent", {"/x/erp": ["/x/erp.a", "/x/test"]}, "/x/test rests on /x/erp too"),
        ("external absent", {"/x/erp.a": ["/x/test"]}, "/x/test rests on /x/erp.a too"),
        ("external reverted", {"/x/erp.a": ["/x/test"]}, "/x/test rests on /x/erp.a too"),
        ("external reverted", {"/x/erp": ["/x/erp.a", "/x/test"]}, None),
        ("internal reverted", {"/x/erp": ["/x/test"]}, "/x/test rests on /x/erp too"),
        ("internal absent", {"/x/erp": ["/x/test"]}, None),
    ],
)
def test_no_image_is_changed_under_another(
    session: Session, asked: str, above: Mapping[str, Sequence[str]], spoilt: str | None
) -> None:
    kind, state = asked.split()
    external = kind == "external"
    before = TEST_DOMAIN.format(uuid=UUID, file="/x/erp")
    taken = TAKEN.format(kind=kind, layer=LAYER if external else "", domain=before)
    domain = session.do(
        "define",
        lambda c: c.defineXML(TEST_DOMAIN.format(uuid=UUID, file="/x/erp.a" if external else "/x/erp")),
    )
    session.do("take it", lambda _c: domain.snapshotCreateXML(taken, REDEFINED))
    driver = VmSnapshotDriver(session, Images(above))
    found = driver.observe(["erp/a"])["erp/a"]
    assert found.type == kind
    spec = VmSnapshot("erp/a", vm="erp", state=state)
    if spoilt is None:
        assert len(driver.plan(spec, found, Planning())) == 1
    else:
        with pytest.raises(Refused, match=spoilt):
            driver.plan(spec, found, Planning())


class Stale(LocalVmHost):
    """A host on which what an image rests on has been replaced."""

    def exists(self, path: str) -> bool:
        return True

    def check_images_below(self, path: str) -> None:
        raise Refused(f"the backing file of {path} has changed")


def test_a_vm_does_not_go_back_onto_another_image(session: Session) -> None:
    domain = session.do("define", lambda c: c.defineXML(TEST_DOMAIN.format(uuid=UUID, file="/x/erp")))
    session.do(
        "take it", lambda _c: domain.snapshotCreateXML("<domainsnapshot><name>a</name></domainsnapshot>")
    )
    driver = VmSnapshotDriver(session, Stale())
    (found,) = driver.observe(["erp/a"]).values()
    with pytest.raises(Refused, match="the backing file of /x/erp has changed"):
        driver.prepare(VmSnapshot("erp/a", vm="erp", state="reverted"), found)
