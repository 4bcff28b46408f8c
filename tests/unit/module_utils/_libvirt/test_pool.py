# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage pools: on libvirt's own driver for tests, and by libvirt's schema for every type."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Optional

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import compare
from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Outcome, Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec, Refused
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.pool import PoolDriver
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.pool_users import pool_users, users_of
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.pool_xml import TABLE, new_definition
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._model.pool import Pool
from ansible_collections.hybrid.host.plugins.module_utils._model.pool_parts import TYPES, PoolTarget
from ansible_collections.hybrid.host.plugins.module_utils._system import pool_host

from tests.unit.nouns import NOUNS, spec_of

SCHEMA = "/usr/share/libvirt/schemas/storagepool.rng"
IQN = "iqn.2026-01.com.example:disks"
SECRET = {"username": "vms", "secret": {"usage": "a <secret>"}}
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "shortest": {"target": "/srv/fast"},
    "dir": {
        "type": "dir",
        "target": {"path": "/srv/fast", "owner": "0", "group": "0", "mode": "0711"},
        "cow": True,
    },
    "fs": {"type": "fs", "source": {"devices": ["/dev/sdb"], "format": "xfs"}, "target": "/srv/fast"},
    "netfs": {
        "type": "netfs",
        "source": {"hosts": [{"name": "nas"}], "dir": "/e", "format": "nfs", "protocol_version": "4"},
        "target": "/srv/nas",
    },
    "netfs of GlusterFS": {
        "type": "netfs",
        "source": {"hosts": [{"name": "nas"}], "dir": "vol/", "format": "glusterfs"},
        "target": "/srv/nas",
    },
    "logical": {
        "type": "logical",
        "source": {"devices": ["/dev/sdb", "/dev/sdc"], "vg": "vg0", "format": "lvm2"},
    },
    "disk": {"type": "disk", "source": {"device": "/dev/sdb", "format": "gpt"}},
    "iscsi": {
        "type": "iscsi",
        "source": {
            "devices": [IQN],
            "hosts": [{"name": "10.0.0.1", "port": 3260}],
            "initiator": IQN + ".host",
            "auth": SECRET,
        },
    },
    "iscsi-direct": {
        "type": "iscsi-direct",
        "source": {"devices": [IQN], "hosts": [{"name": "10.0.0.1"}], "initiator": IQN + ".host"},
    },
    "scsi": {"type": "scsi", "source": {"adapter": {"name": "scsi_host1"}}},
    "scsi on Fibre Channel": {
        "type": "scsi",
        "source": {
            "adapter": {
                "parent": "scsi_host3",
                "wwnn": "20000000c9831b4b",
                "wwpn": "10000000c9831b4b",
                "managed": True,
            }
        },
    },
    "mpath": {"type": "mpath"},
    "rbd": {
        "type": "rbd",
        "source": {
            "hosts": [{"name": "a", "port": 6789}, {"name": "b"}],
            "name": "vms",
            "auth": {"username": "vms", "secret": {"uuid": "f65d4c1e-4cb4-4d4a-9d8e-2f6a34a3a1b9"}},
        },
    },
    "gluster": {"type": "gluster", "source": {"hosts": [{"name": "nas"}], "name": "vol", "dir": "/images"}},
    "zfs": {"type": "zfs", "source": {"name": "tank", "devices": ["/dev/sdb"]}},
}
# libvirt's schema has no place for the mark in these; its parser does not mind, and keeps it.
UNMARKED = ("iscsi-direct", "mpath", "rbd", "gluster", "zfs")


def asked(written: Mapping[str, Any]) -> Pool:
    spec: Pool = spec_of(NOUNS["pool"], {"name": "fast", **written})
    return spec


def valid(root: xml.Element) -> str:
    """What libvirt's schema has against the pool; ``""`` for nothing."""
    argv = ["xmllint", "--noout", "--relaxng", SCHEMA, "-"]
    done = subprocess.run(argv, input=xml.render(root), capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


def read(root: xml.Element) -> Pool:
    return Pool("fast", **xml.read(TABLE, root))


@pytest.mark.parametrize("written", EXAMPLES.values(), ids=EXAMPLES)
def test_a_new_definition_is_valid_and_says_what_was_asked(written: Mapping[str, Any]) -> None:
    owner = None if written.get("type") in UNMARKED else "shop"
    spec = asked({**written, "owner": owner})
    root = new_definition(spec.completed())
    assert valid(root) == ""
    assert [d.path for d in compare(spec, read(root)) if d.path != "autostart"] == []


def test_there_is_an_example_of_every_type() -> None:
    assert {example.get("type", "dir") for example in EXAMPLES.values()} == set(TYPES)


@pytest.fixture
def session() -> Iterator[Session]:
    session = MadeUp("test:///default")
    yield session
    pool = session.find(lambda c: c.storagePoolLookupByName("fast"))
    if pool is not None:
        if pool.isActive():
            pool.destroy()
        session.find(lambda _c: pool.undefine())


class MadeUp(Session):
    """libvirt's driver for tests, which takes no flags."""

    def constant(self, name: str) -> int:
        return 0 if "XML_INACTIVE" in name or "POOL_BUILD" in name else super().constant(name)


@pytest.fixture
def driver(session: Session) -> PoolDriver:
    return PoolDriver(session, pool_host)


def run(driver: PoolDriver, *, allow: Disruption = Disruption.LIVE, **params: Any) -> Outcome:
    outcome = converge([Target(driver, asked(params), allow)], Run())
    assert outcome.errors == []
    return outcome


def changes(outcome: Outcome) -> list[str]:
    return [f"{c.action}: {', '.join(c.fields)}" for c in outcome.plan.changes]


# The driver for tests has no end for the adapter that it makes of Fibre Channel.
STARTED = {name: written for name, written in EXAMPLES.items() if "Fibre" not in name}


@pytest.mark.parametrize("written", STARTED.values(), ids=STARTED)
def test_twice_is_once(driver: PoolDriver, written: Mapping[str, Any]) -> None:
    spec = {**written, "owner": "shop"}
    assert changes(run(driver, **spec)) == ["create: ", "start: "]
    assert changes(run(driver, **spec)) == []
    (found,) = driver.observe([], "shop").values()
    assert (found.state, found.autostart, found.owner) == ("active", True, "shop")
    assert found.capacity > 0


def test_only_what_differs_is_changed_and_the_unknown_stays(driver: PoolDriver, session: Session) -> None:
    by_hand = """<pool type='fs'><name>fast</name><uuid>f65d4c1e-4cb4-4d4a-9d8e-2f6a34a3a1b9</uuid>
      <source><device path='/dev/sdb'/><vendor name='ACME'/><product name='disk'/></source>
      <target><path>/srv/fast</path><permissions><label>x</label></permissions></target></pool>"""
    session.do("define", lambda c: c.storagePoolDefineXML(by_hand, 0).create(0))
    assert changes(run(driver, target="/srv/fast")) == []
    assert changes(run(driver, autostart=True)) == ["update: autostart"]
    with pytest.raises(Refused, match=r"update \(restart\) for target.path"):
        run(driver, target="/srv/other")
    changed = run(driver, allow=Disruption.RESTART, target={"path": "/srv/other", "mode": "0700"})
    assert changes(changed) == ["update: target.path, target.mode"]
    text = session.do("read", lambda c: c.storagePoolLookupByName("fast").XMLDesc(0))
    assert "ACME" in text
    assert "<label>x</label>" in text
    assert "f65d4c1e-4cb4-4d4a-9d8e-2f6a34a3a1b9" in text


def test_a_mark_leaves_what_is_somebodys_own() -> None:
    root = xml.parse("<pool><source><product name='disk'/></source></pool>")
    for name in ("shop", "<&'\">"):
        TABLE["owner"].write(root, name)
        assert TABLE["owner"].read(xml.parse(xml.render(root))) == name
    assert [e.get("name") for e in root.findall("./source/product")] == ["disk"]
    TABLE["owner"].write(root, None)
    assert root.find("./source/vendor") is None


class Local(MadeUp):
    """The same, as if it were this host's own."""

    local = True


class MountingHost:
    """Has every folder; while the pool is active a file system is mounted on it, of which this is the mode."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.mode = "0755"

    def exists(self, path: str) -> bool:
        return True

    def files(self, path: str) -> list[str]:
        return []

    def mounted(self, path: str) -> bool:
        pool = self._session.find(lambda c: c.storagePoolLookupByName("fast"))
        return bool(pool is not None and pool.isActive())

    def content(self, device: str) -> str:
        return "xfs"

    def access(self, path: str) -> tuple[str, str, str] | None:
        return "0", "0", self.mode if self.mounted(path) else "0700"

    def set_access(self, path: str, owner: str | None, group: str | None, mode: str | None) -> None:
        assert self.mounted(path), "the folder to mount on is not the pool's"
        self.mode = mode or self.mode


@pytest.mark.usefixtures("session")
def test_what_is_mounted_gets_the_mode_and_keeps_it() -> None:
    """A new file system has its own, and whoever changes it by hand does not tell libvirt."""
    session = Local("test:///default")
    host = MountingHost(session)
    driver = PoolDriver(session, host)
    spec = {**EXAMPLES["fs"], "target": {"path": "/srv/fast", "mode": "0711"}}
    assert changes(run(driver, **spec)) == ["create: ", "start: "]
    assert host.mode == "0711"
    host.mode = "0777"
    assert changes(run(driver, **spec)) == ["update: target.mode"]
    assert host.mode == "0711"
    run(driver, state="inactive")
    host.mode = "0755"
    assert changes(run(driver, **spec)) == ["start: "]
    assert host.mode == "0711"
    assert changes(run(driver, **spec)) == []


def test_another_type_keeps_name_and_uuid(driver: PoolDriver) -> None:
    run(driver, target="/srv/fast")
    before = driver.observe(["fast"])["fast"]
    anew = run(driver, allow=Disruption.REPLACE, **EXAMPLES["fs"])
    assert changes(anew) == ["replace: type, source.devices, source.format"]
    assert driver.observe(["fast"])["fast"].uuid == before.uuid


# The type of a pool, its target, and what a vm has as a disk.
USED = [
    ("dir", "/srv/fast", "/srv/fast/erp.qcow2"),
    ("dir", "{tmp}/link", "{tmp}/real/erp"),
    ("dir", "{tmp}/real", "{tmp}/link/erp"),
    ("logical", "/dev/vg0", "/dev/vg0/erp"),
    ("logical", "{tmp}/dev", "{tmp}/real/erp"),
    ("zfs", "/dev/zvol/tank", "/dev/zvol/tank/erp"),
    ("disk", "/dev", "/dev/erp"),
]
UNUSED = [
    ("dir", "/srv/fast", "/srv/faster/erp.qcow2"),
    ("dir", "{tmp}/dev", "{tmp}/real/erp"),
    ("logical", "/dev/vg0", "/dev/vg1/erp"),
    ("disk", "/dev", "/dev/vg0/other"),
    ("mpath", "/dev/mapper", "/dev/mapper/other"),
    ("scsi", "/dev/disk/by-path", "/dev/disk/by-path/other"),
    ("scsi", "/dev/disk/by-id", "/dev/disk/by-id/other"),
    ("rbd", None, "/srv/fast/erp.qcow2"),
]
Named = tuple[str, Optional[str], str]


def users(session: Session, folder: Path, named: Named) -> list[str]:
    """The vms that use a pool with the volume erp."""
    for name in ("real", "dev"):
        (folder / name).mkdir()
    (folder / "real/erp").touch()
    (folder / "link").symlink_to("real")
    (folder / "dev/erp").symlink_to("../real/erp")
    kind, target, source = (text and text.format(tmp=folder) for text in named)
    vm = f"""<domain type='test'><name>sp-vm</name><memory>1024</memory><os><type>hvm</type></os><devices>
      <disk type='block'><source dev='{source}'/><target dev='vda'/></disk></devices></domain>"""
    domain = session.do("define", lambda c: c.defineXML(vm))
    pool = Pool("fast", type=kind, target=PoolTarget(target) if target else None, volumes=("erp",))
    try:
        return [user.vm for user in users_of(pool, pool_users(session))]
    finally:
        domain.undefine()


@pytest.mark.parametrize("named", USED)
def test_a_vm_uses_a_pool_by_whatever_path(session: Session, tmp_path: Path, named: Named) -> None:
    assert users(session, tmp_path, named) == ["sp-vm"]


@pytest.mark.parametrize("named", UNUSED)
def test_what_is_beside_a_pool_is_not_of_it(session: Session, tmp_path: Path, named: Named) -> None:
    assert users(session, tmp_path, named) == []


def test_states(driver: PoolDriver) -> None:
    assert changes(run(driver, target="/srv/fast", state="inactive")) == ["create: "]
    assert changes(run(driver, state="active")) == ["start: "]
    assert changes(run(driver, state="inactive")) == ["stop: "]
    assert changes(run(driver, state="absent")) == ["delete: "]
    assert changes(run(driver, state="absent")) == []


def test_the_folder_of_another_pool_is_refused(driver: PoolDriver) -> None:
    with pytest.raises(Refused, match="/default-pool is that of the pool default-pool"):
        run(driver, target="/default-pool/")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"name": "a/b"}, "is not a name"),
        ({"target": "srv/fast"}, "is not an absolute path"),
        ({"target": ["/srv"]}, "it is a path, or has"),
        ({"target": {"path": "/srv", "size": "1G"}}, "it is a path, or has"),
        ({"target": {"path": "/srv", "mode": 711}}, "is not a mode"),
        ({"target": {"path": "/srv", "owner": "nobody-here"}}, "this host knows no"),
        ({"source": {"devices": ["/dev/sdb"]}}, "it needs a type"),
        ({"type": "dir", "source": {"devices": ["/dev/sdb"]}}, "a pool of type dir has no devices"),
        (
            {"type": "fs", "source": {"devices": ["/dev/sdb"], "format": "btrfs"}},
            "libvirt knows btrfs by itself",
        ),
        ({"type": "fs", "source": {"devices": ["sdb"]}}, "is not an absolute path"),
        ({"type": "fs", "source": {"devices": ["/dev/a", "/dev/b"]}}, "a pool of type fs has one"),
        ({"type": "zfs", "source": {"devices": ["/dev/a", "/dev/a"]}}, "is there twice"),
        ({"type": "iscsi", "source": {"devices": ["/dev/sdb"]}}, "is not the name of a target"),
        ({"type": "iscsi", "source": {"initiator": "me"}}, "is not the name of an initiator"),
        ({"type": "netfs", "source": {"hosts": [{"name": "a b"}]}}, "neither a name nor an address"),
        ({"type": "netfs", "source": {"hosts": [{"name": "a", "port": 0}]}}, "0 is no port"),
        ({"type": "netfs", "source": {"hosts": [{"name": "a"}, {"name": "a"}]}}, "is there twice"),
        ({"type": "netfs", "source": {"dir": "export"}}, "is not an absolute path"),
        ({"type": "rbd", "target": "/srv"}, "a pool of type rbd has none"),
        ({"type": "rbd", "source": {"auth": {"username": "a", "secret": {}}}}, "it needs usage or uuid"),
        ({"type": "rbd", "cow": True}, "whose volumes are files"),
        ({"type": "scsi", "source": {"adapter": {"parent": "a"}}}, "a SCSI host needs its name"),
        ({"type": "scsi", "source": {"adapter": {"wwnn": "a"}}}, "needs wwnn and wwpn"),
        ({"type": "netfs", "source": {"dir": "/a\x01"}}, "characters that XML cannot carry"),
    ],
)
def test_bad_input(written: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpec, match="pool") as caught:
        asked(written)
    assert words in str(caught.value)
