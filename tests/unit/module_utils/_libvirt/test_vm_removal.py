# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files go with a vm, on libvirt's own driver for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address, Change
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm import VmDriver
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_removal import Removal
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.volumes import volume_path
from ansible_collections.hybrid.host.plugins.module_utils._model.disk import Disk
from ansible_collections.hybrid.host.plugins.module_utils._model.disk_attachment import DiskAttachment
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost

DOMAIN = (
    "<domain type='test'><name>{name}</name><memory>1024</memory><os><type>hvm</type></os>{devices}</domain>"
)
DISK = "<devices><disk type='{type}' device='disk'><source {source}/><target dev='vda'/></disk></devices>"
SEEDED = "<metadata><h:vm xmlns:h='urn:hybrid:host'><h:seed path='/srv/erp-seed.img'/></h:vm></metadata>"
VOLUME = "<volume><name>base.qcow2</name><capacity>1</capacity></volume>"
BASE = DiskAttachment("vda", pool="default-pool", volume="base.qcow2")


class Images(LocalVmHost):
    """A host whose disks are all ours; ``below`` says what each rests on."""

    def __init__(self, below: Mapping[str, str]) -> None:
        super().__init__()
        self._below = below
        self.removed: list[str] = []

    def exists(self, path: str) -> bool:
        return True

    def is_ours(self, path: str) -> bool:
        return True

    def made_for(self, path: str) -> str:
        return "erp"

    def backing_files(self, path: str) -> Sequence[str]:
        return [self._below[path]] if path in self._below else []

    def resting_on(self, path: str) -> Sequence[str]:
        return [image for image, below in self._below.items() if below == path]

    def remove(self, path: str) -> None:
        self.removed.append(path)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """As if its volumes were files of this host."""
    monkeypatch.setattr(Session, "local", True)
    session = Session("test:///default")
    volume = session.do(
        "make a volume", lambda c: c.storagePoolLookupByName("default-pool").createXML(VOLUME)
    )
    yield session
    session.find(lambda _c: volume.delete(0))
    for name in ("erp", "other"):
        domain = session.find(lambda c, name=name: c.lookupByName(name))
        if domain is not None:
            session.find(lambda _c, domain=domain: domain.undefine())


def define(session: Session, name: str, devices: str) -> None:
    session.do("define", lambda c: c.defineXML(DOMAIN.format(name=name, devices=devices)))


@pytest.mark.parametrize(
    ("other", "below", "gone"),
    [
        ({"type": "file", "source": "file='/srv/own.qcow2'"}, {}, True),
        ({"type": "file", "source": "file='/srv/base.qcow2'"}, {}, False),
        ({"type": "file", "source": "file='/srv/top.qcow2'"}, {"/srv/top.qcow2": "/srv/base.qcow2"}, False),
        ({"type": "volume", "source": "pool='default-pool' volume='base.qcow2'"}, {}, False),
        ({"type": "volume", "source": "pool='nowhere' volume='base.qcow2'"}, {}, True),
        (
            {"type": "file", "source": "file='/srv/own.qcow2'"},
            {"/srv/nobody.qcow2": "/srv/base.qcow2"},
            False,
        ),
    ],
)
def test_a_disk_goes_only_where_nobody_needs_it(
    session: Session, other: Mapping[str, str], below: Mapping[str, str], *, gone: bool
) -> None:
    path = "/default-pool/base.qcow2" if other["type"] == "volume" else "/srv/base.qcow2"
    define(session, "erp", DISK.format(type="file", source=f"file='{path}'"))
    define(session, "other", DISK.format(**other))
    host = Images(below)
    spec = Vm("erp", state="absent", delete_disks="owned")
    found = Vm("erp", disks=(DiskAttachment("vda", path),))
    Removal(session, host, "erp").apply(Change("delete", Address("vm", "erp"), asked=spec, found=found))
    assert (path in host.removed) is gone


@pytest.mark.parametrize(
    ("disk", "gone"),
    [
        ({"source": "/default-pool/base.qcow2"}, False),
        ({"pool": "default-pool", "volume": "base.qcow2", "size": "1M"}, False),
        ({"pool": "default-pool", "volume": "top.qcow2", "size": "1M", "backing": "base.qcow2"}, False),
        ({"pool": "default-pool", "volume": "top.qcow2", "size": "1M"}, True),
    ],
)
@pytest.mark.parametrize("had", [BASE, DiskAttachment("vda", "/default-pool/base.qcow2")])
def test_what_another_vm_is_to_have_stays(
    session: Session, had: DiskAttachment, disk: Mapping[str, str], *, gone: bool
) -> None:
    define(session, "erp", "")
    host = Images({})
    driver = VmDriver(session, host)
    driver.plan(Vm.from_params({"name": "other", "disks": [disk]}), None, Planning())
    going, found = Vm("erp", state="absent", delete_disks="owned"), Vm("erp", disks=(had,))
    (change,) = driver.plan(going, found, Planning())
    driver.apply(change, Undo())
    assert (host.removed != [] or volume_path(session, BASE) is None) is gone


@pytest.mark.parametrize(
    ("image", "gone"),
    [
        ({"path": "/srv/base.qcow2"}, False),
        ({"path": "/srv/top.qcow2", "backing_file": "/srv/base.qcow2"}, False),
        ({"path": "/srv/copy.qcow2", "source": "/srv/base.qcow2"}, False),
        ({"path": "/srv/base.qcow2", "state": "absent"}, True),
        ({"path": "/srv/other.qcow2", "source": "https://example.com/srv/base.qcow2"}, True),
    ],
)
def test_what_an_image_of_the_run_needs_stays(
    session: Session, image: Mapping[str, str], *, gone: bool
) -> None:
    define(session, "erp", "")
    host = Images({})
    driver = VmDriver(session, host, [Disk.from_params(image)])
    going = Vm("erp", state="absent", delete_disks="owned")
    (change,) = driver.plan(going, Vm("erp", disks=(DiskAttachment("vda", "/srv/base.qcow2"),)), Planning())
    driver.apply(change, Undo())
    assert (host.removed == ["/srv/base.qcow2"]) is gone


@pytest.mark.parametrize(
    ("file", "gone"), [("/var/log/libvirt/qemu/erp-console.log", True), ("/srv/own.log", False)]
)
def test_the_log_of_a_console_goes_where_the_collection_made_it(
    session: Session, file: str, *, gone: bool
) -> None:
    define(session, "erp", f"<devices><serial type='pty'><log file='{file}'/></serial></devices>")
    host = Images({})
    Removal(session, host, "erp").apply(
        Change("delete", Address("vm", "erp"), asked=Vm("erp", state="absent"), found=Vm("erp"))
    )
    assert host.removed == ([file] if gone else [])


@pytest.mark.parametrize(("shared", "gone"), [(True, False), (False, True)])
def test_a_seed_goes_where_no_other_vm_has_it(session: Session, *, shared: bool, gone: bool) -> None:
    define(session, "erp", SEEDED)
    file = "erp" if shared else "other"
    define(session, "other", DISK.format(type="file", source=f"file='/srv/{file}-seed.img'"))
    host = Images({})
    Removal(session, host, "erp").apply(
        Change("delete", Address("vm", "erp"), asked=Vm("erp", state="absent"), found=Vm("erp"))
    )
    assert host.removed == (["/srv/erp-seed.img"] if gone else [])


def test_a_vm_that_nobody_defined_is_gone_as_it_stops(session: Session) -> None:
    session.do("start", lambda c: c.createXML(DOMAIN.format(name="erp", devices=SEEDED), 0))
    host, asked = Images({}), Vm("erp", state="absent", force_stop=True, shutdown_timeout=0)
    Removal(session, host, "erp").apply(Change("delete", Address("vm", "erp"), asked=asked, found=Vm("erp")))
    assert session.find(lambda c: c.lookupByName("erp")) is None
    assert host.removed == ["/srv/erp-seed.img"]


class Lxc(Session):
    """libvirt's LXC driver with one domain, of which nothing can be asked but what that driver knows."""

    def __init__(self) -> None:
        super().__init__("lxc:///system")
        self.undefined = 0
        self._domain = SimpleNamespace(
            isActive=lambda: False,
            isPersistent=lambda: True,
            XMLDesc=lambda flags: DOMAIN.format(name="erp", devices=""),
            listAllCheckpoints=lambda flags: [],
            undefine=self._undefine,
        )

    def constant(self, name: str) -> int:
        return 1

    def do(self, tried: str, call: Callable[[Any], Any], seconds: float = 0.0) -> Any:
        return call(SimpleNamespace(lookupByName=lambda name: self._domain))

    def _undefine(self) -> None:
        self.undefined += 1


def test_a_system_container_has_neither_saved_memory_nor_snapshots_to_look_for() -> None:
    session, asked = Lxc(), Vm("erp", state="absent")
    change = Change("delete", Address("vm", "erp"), asked=asked, found=Vm("erp", state="stopped"))
    Removal(session, LocalVmHost(), "erp").apply(change)
    assert session.undefined == 1
