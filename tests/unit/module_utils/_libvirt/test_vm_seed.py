# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of a seed as a vm's documents change."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed, Refused
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_disks import DISKS
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_reading import VmReader
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_seed import (
    build_seed,
    check_new_seed,
    seed_documents,
    write_seed,
)
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_tables import (
    SEED_DIGESTS,
    SEED_PATH,
    TABLE,
)
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._system.seed import (
    seed_documents as image_documents,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.seed import seed_image
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost

PATH = "/var/lib/libvirt/images/dc-seed.img"
ANSWERS = "autounattend.xml"
RENAMED = """<domain type='test'><name>{}</name><memory>1024</memory><os><type>hvm</type></os><devices>
<disk type='file' device='disk'><source file='{}'/><target dev='vda'/></disk></devices></domain>"""


class Seeds(LocalVmHost):
    """A host whose seeds are in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, Mapping[str, str]] = {}

    def read_seed(self, path: str) -> Mapping[str, str] | None:
        return self.files.get(path)

    def build_seed(self, path: str, documents: Mapping[str, str]) -> None:
        self.files[path] = documents

    def contents(self, path: str) -> bytes | None:
        return seed_image(self.files[path]) if path in self.files else None

    def write(self, path: str, contents: bytes) -> None:
        self.files[path] = image_documents(contents)

    def exists(self, path: str) -> bool:
        return path in self.files

    def is_seed(self, path: str) -> bool:
        return "foreign" not in self.files[path]

    def remove(self, path: str) -> None:
        self.files.pop(path, None)


def vm(**options: Any) -> Vm:
    return Vm.from_params({"name": "dc", **options})


def written(host: Seeds, root: xml.Element, asked: Vm) -> list[tuple[str | None, str | None]]:
    """The seed as it is attached after these options."""
    documents = seed_documents(root, asked, host)
    write_seed(root, asked, documents)
    host.build_seed(PATH, documents)
    assert set(SEED_DIGESTS.read(root)) == set(documents)
    return [(disk.device, disk.bus) for disk in DISKS.read(root)]


def test_one_kind_of_documents_leaves_the_other_alone() -> None:
    host, root = Seeds(), xml.parse("<domain><os><type machine='q35'/></os><devices/></domain>")
    assert written(host, root, vm(cloud_init={"hostname": "dc"})) == [("disk", "virtio")]
    assert written(host, root, vm(unattend={"answer_file": "<a/>"})) == [("cdrom", "sata")]
    assert set(host.files[PATH]) == {"meta-data", "user-data", ANSWERS}
    assert written(host, root, vm(cloud_init={"hostname": "other"})) == [("cdrom", "sata")]
    assert host.files[PATH][ANSWERS] == "<a/>"
    assert "other" in host.files[PATH]["user-data"]
    assert written(host, root, vm(cloud_init={})) == [("cdrom", "sata")]
    assert host.files[PATH] == {ANSWERS: "<a/>"}
    assert written(host, root, vm(unattend={})) == []
    assert (host.files[PATH], SEED_PATH.read(root)) == ({}, PATH)


@pytest.mark.parametrize("before", [None, {"user-data": "before"}])
def test_a_failure_brings_the_former_seed_back(before: Mapping[str, str] | None) -> None:
    host = Seeds()
    if before is not None:
        host.files[PATH] = before
    with contextlib.suppress(ApplyFailed), Undo() as undo:
        build_seed(host, PATH, {"user-data": "after"}, undo)
        assert host.files[PATH] == {"user-data": "after"}
        raise ApplyFailed("start the vm")
    assert host.files.get(PATH) == before


@pytest.mark.parametrize(
    ("file", "user", "refused"),
    [
        ({"user-data": "left by a run that was killed"}, None, None),
        ({"user-data": "of a run that was killed as it gave the vm another UUID"}, "dc~", None),
        ({"foreign": ""}, None, "was not made by this collection"),
        ({"user-data": "another's"}, "renamed", "is a disk of vm/renamed"),
    ],
)
def test_a_new_seed_is_written_over_none_of_others(
    file: Mapping[str, str], user: str | None, refused: str | None
) -> None:
    session, host, asked = Session("test:///default"), Seeds(), vm(cloud_init={"hostname": "dc"})
    host.files[PATH] = file
    domain = session.do(
        "define", lambda c: c.defineXML(RENAMED.format(user or "renamed", PATH if user else "/srv/dc.img"))
    )
    try:
        check_new_seed(session, asked, asked, host)
        with contextlib.nullcontext() if refused is None else pytest.raises(Refused, match=refused):
            check_new_seed(session, asked, None, host)
    finally:
        session.do("forget it", lambda _c: domain.undefine())


@pytest.mark.parametrize(("attached", "there"), [(True, True), (True, False), (False, True)])
def test_a_seed_is_found_where_the_vm_has_it(*, attached: bool, there: bool) -> None:
    session, host = Session("test:///default"), Seeds()
    host.files = {PATH: {"user-data": "a"}} if there else {}
    root = xml.parse(RENAMED.format("renamed", PATH if attached else "/srv/dc.img"))
    SEED_PATH.write(root, PATH)
    SEED_DIGESTS.write(root, {"user-data": "a"})
    domain = session.do("define", lambda c: c.defineXML(xml.render(root)))
    try:
        found = VmReader(session, host).read(["renamed"], None)["renamed"]
    finally:
        session.do("forget it", lambda _c: domain.undefine())
    assert found.cloud_init is not None
    assert found.cloud_init.digests == ({"user-data": "a"} if attached and there else {})


def test_what_is_noted_of_a_vm_is_not_believed_of_its_clone() -> None:
    root = xml.parse("<domain><uuid>one</uuid></domain>")
    TABLE["owner"].write(root, "shop")
    SEED_PATH.write(root, PATH)
    TABLE["uuid"].write(root, "two")
    assert (TABLE["owner"].read(root), SEED_PATH.read(root)) == ("shop", PATH)
    clone = xml.parse(xml.render(root).replace("<uuid>two", "<uuid>three"))
    assert (TABLE["owner"].read(clone), SEED_PATH.read(clone)) == (None, None)
    before = xml.parse(xml.render(clone).replace(' uuid="two"', ""))
    assert (TABLE["owner"].read(before), SEED_PATH.read(before)) == ("shop", PATH)
