# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes in pools that are no folders of this host: libvirt's test driver has some."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed, HostError, Refused
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_volumes import VmVolumes, allocation
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.volumes import volume_path, volume_size
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost

KINDS = ("logical", "mpath")
POOL = """<pool type='{}'><name>{}</name><source><name>vg</name><device path='/dev/vg'/></source>
<target><path>/dev/vg</path></target></pool>"""

OTHER = """<domain type='test'><name>other</name><memory>1024</memory><os><type>hvm</type></os><devices>
<disk type='volume' device='disk'><source pool='{pool}' volume='shared'/><target dev='vda'/><shareable/></disk>
</devices></domain>"""


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session("test:///default")
    yield session
    for kind in KINDS:
        session.find(lambda c, kind=kind: c.storagePoolLookupByName(f"hybrid-{kind}").destroy())


def started(session: Session, kind: str) -> str:
    """The name of a new pool of that type, which is active."""
    text = POOL.format(kind, f"hybrid-{kind}")
    session.do("start a pool", lambda c: c.storagePoolCreateXML(text, 0))
    return f"hybrid-{kind}"


def with_disk(**disk: object) -> Vm:
    return Vm.from_params({"name": "erp", "disks": [disk]})


def test_a_volume_is_made_once_and_taken_back_where_its_vm_fails(session: Session) -> None:
    volumes = VmVolumes(session, LocalVmHost())
    asked = volumes.seen(with_disk(pool=started(session, "logical"), volume="db", size="8M"), None)
    (change,) = allocation(asked, None)
    disk = asked.volumes[0]
    undo = Undo()
    volumes.allocate(change, undo)
    assert volume_size(session, disk) == 8 * 1024**2
    assert volumes.seen(asked, None).new_volumes == ()
    volumes.allocate(change, Undo())
    with pytest.raises(ApplyFailed), undo:
        raise ApplyFailed("start the vm")
    assert volume_path(session, disk) is None
    assert volumes.seen(asked, asked).new_volumes == ()


def test_a_volume_that_another_vm_has_got_meanwhile_stays(session: Session) -> None:
    volumes, pool = VmVolumes(session, LocalVmHost()), started(session, "logical")
    asked = volumes.seen(with_disk(pool=pool, volume="shared", size="8M", shareable=True), None)
    undo = Undo()
    volumes.allocate(allocation(asked, None)[0], undo)
    text = OTHER.format(pool=pool)
    session.do("define", lambda c: c.defineXML(text))
    with pytest.raises(ApplyFailed), undo:
        raise ApplyFailed("start the vm")
    assert volume_path(session, asked.volumes[0]) is not None
    session.do("undefine", lambda c: c.lookupByName("other").undefine())


@pytest.mark.parametrize(
    ("kind", "disk", "said"),
    [
        ("logical", {}, "nothing says how it is to be"),
        ("logical", {"size": "8M", "clone_of": "base"}, "makes no volume of another"),
        ("logical", {"size": "8M", "format": "qcow2"}, "volumes of a pool of type logical are raw"),
        ("logical", {"size": "8M", "volume": ".db"}, "is not a name for a volume"),
        ("mpath", {"size": "8M"}, "libvirt gives no volume of a pool of type mpath to a vm"),
    ],
)
def test_what_cannot_be_made_is_refused(session: Session, kind: str, disk: dict[str, str], said: str) -> None:
    asked = with_disk(**{"pool": started(session, kind), "volume": "db", **disk})
    with pytest.raises(Refused, match=said):
        VmVolumes(session, LocalVmHost()).seen(asked, None)


def test_a_volume_that_is_there_is_not_shrunk(session: Session) -> None:
    volumes = VmVolumes(session, LocalVmHost())
    pool = started(session, "logical")
    asked = volumes.seen(with_disk(pool=pool, volume="db", size="8M"), None)
    volumes.allocate(allocation(asked, None)[0], Undo())
    with pytest.raises(HostError, match="a size is never shrunk"):
        volumes.seen(with_disk(pool=pool, volume="db", size="4M"), None)


class Files(LocalVmHost):
    """A host that has every file; on one image another rests."""

    def exists(self, path: str) -> bool:
        return True

    def resting_on(self, path: str) -> Sequence[str]:
        return ["/srv/over.qcow2"] if path.endswith("base.qcow2") else []

    def check_images_below(self, path: str) -> None:
        if path.endswith("stale.qcow2"):
            raise Refused("the backing file has changed")


@pytest.mark.parametrize(
    ("volume", "said"),
    [
        ("base.qcow2", "/srv/over.qcow2 rests on /default-pool/base.qcow2"),
        ("stale.qcow2", "the backing file has changed"),
        ("top.qcow2", None),
    ],
)
def test_a_vm_starts_on_volumes_as_on_files(
    session: Session, monkeypatch: pytest.MonkeyPatch, volume: str, said: str | None
) -> None:
    monkeypatch.setattr(Session, "local", True)
    text = f"<volume><name>{volume}</name><capacity>1048576</capacity></volume>"
    made = session.do("make", lambda c: c.storagePoolLookupByName("default-pool").createXML(text))
    asked = Vm("erp", disks=with_disk(pool="default-pool", volume=volume).disks)
    with pytest.raises(Refused, match=said) if said else contextlib.nullcontext():
        VmVolumes(session, Files()).check_start(asked, None)
    session.do("delete", lambda _c: made.delete(0))
