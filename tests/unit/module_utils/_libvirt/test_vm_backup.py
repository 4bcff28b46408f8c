# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What libvirt is told of backups, and the definition that comes back from one."""

from __future__ import annotations

import dataclasses
import subprocess

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_backup_xml import (
    Ends,
    new_backup,
    new_checkpoint,
    nvram_of,
    written_disks,
)
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_restore_xml import (
    put_passwords,
    restored_definition,
)
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_backup import (
    BackupDisk,
    Restore,
    VmBackup,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost

SCHEMAS = "/usr/share/libvirt/schemas"
DISKS = (
    BackupDisk("vda", "vda.qcow2", 8, source="/x/a.qcow2", parent="one"),
    BackupDisk("vdb", "vdb.qcow2", 8, format="raw", source="/x/b.raw"),
)
DOMAIN = """<domain type="qemu" xmlns:hybrid="urn:hybrid:host"><name>erp</name>
<uuid>11111111-1111-4111-8111-111111111111</uuid>
<metadata><hybrid:vm><hybrid:stack name="shop"/><hybrid:seed path="/x/erp-seed.img"/></hybrid:vm></metadata>
<memory>1024</memory><os><type>hvm</type><nvram>/n/erp_VARS.fd</nvram></os><devices>
<disk type="block" device="disk"><driver name="qemu" type="qcow2"/><source dev="/dev/vg/a"/><target dev="vda"/></disk>
<disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="/x/b"/><target dev="vdb"/></disk>
<disk type="file" device="disk"><source file="/x/erp-seed.img"/><target dev="vdc"/><readonly/></disk>
<disk type="file" device="cdrom"><source file="/x/gone.iso"/><target dev="sda"/><readonly/></disk>
<disk type="file" device="cdrom"><source file="/x/there.iso"/><target dev="sdb"/><readonly/></disk>
<disk type="file" device="disk"><source file="/x/c"/><target dev="vdd"/><encryption format="luks"/></disk>
<disk type="file" device="disk"><source file="/x/d"/><target dev="vde"/><shareable/></disk>
<interface type="network"><mac address="52:54:00:00:00:01"/><source network="lan"/></interface>
<interface type="network"><mac address="52:54:00:00:00:02"/><source network="lan"/></interface>
<serial type="pty"><log file="/log/erp-console.log"/></serial></devices></domain>"""


class Host(LocalVmHost):
    """A host that has every file but those that are gone."""

    def machine_id(self) -> str:
        return "0" * 32

    def exists(self, path: str) -> bool:
        return "gone" not in path


@pytest.mark.parametrize("checkpoint", ["c-one", None])
@pytest.mark.parametrize("method", ["push", "pull"])
def test_what_is_written_is_valid(method: str, checkpoint: str | None) -> None:
    disks = DISKS if checkpoint else tuple(dataclasses.replace(disk, parent=None) for disk in DISKS)
    spec = VmBackup("erp/two", vm="erp", method=method, disks=disks)
    ends = Ends({"vda": "/b/<a>", "vdb": "/b/b"}, "/run/s")
    backup, point = new_backup(spec, checkpoint, ends), new_checkpoint("c-two", spec)
    assert point is not None
    for root, schema in ((backup, "domainbackup"), (point, "domaincheckpoint")):
        argv = ["xmllint", "--noout", "--relaxng", f"{SCHEMAS}/{schema}.rng", "-"]
        text = xml.render(root)
        checked = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, f"{checked.stderr}\n{text}"
    assert [disk.get("incremental") for disk in backup.findall("./disks/disk")] == [checkpoint, None]
    assert [disk.get("name") for disk in point.findall("./disks/disk")] == ["vda"]


def test_a_checkpoint_of_nothing_is_none() -> None:
    assert new_checkpoint("c", VmBackup("erp/a", disks=DISKS[1:])) is None


def test_the_disks_that_a_vm_writes_to() -> None:
    found = {target: disk for target, (disk, _source) in written_disks(xml.parse(DOMAIN)).items()}
    assert list(found) == ["vda", "vdb", "vdd", "vde"]
    assert (found["vda"].path, found["vdb"].bars) == ("/dev/vg/a", None)
    assert "encrypted" in (found["vdd"].bars or "")
    assert "shared" in (found["vde"].bars or "")


def restored(restore: Restore) -> tuple[xml.Element, list[str]]:
    disks = (BackupDisk("vda", "vda.qcow2"), BackupDisk("vdb", "vdb.qcow2", format="raw"))
    backup = VmBackup("erp/one", vm="erp", definition=DOMAIN, disks=disks, restore=restore)
    return restored_definition(backup, {"vda": "/new/a", "vdb": "/x/b"}, Host())


def test_a_vm_comes_back_as_it_was() -> None:
    root, left = restored(Restore())
    assert left == ["sda (/x/gone.iso)", "vdd (/x/c)", "vde (/x/d)"]
    disks = {xml.Text("./target/@dev").read(disk): disk for disk in root.findall("./devices/disk")}
    assert list(disks) == ["vda", "vdb", "vdc", "sda", "sdb"]
    assert disks["sda"].find("source") is None
    assert (disks["vda"].get("type"), xml.Text("./source/@file").read(disks["vda"])) == ("file", "/new/a")
    assert xml.Text("./source/@dev").read(disks["vda"]) is None
    assert xml.Text("./driver/@type").read(disks["vdb"]) == "raw"
    assert root.findtext("./uuid", "").startswith("1111")
    assert root.find(".//{urn:hybrid:host}seed") is not None
    [mark] = root.findall(".//{urn:hybrid:host}restored")
    assert mark.get("from") == "erp/one"


@pytest.mark.parametrize(
    ("nvram", "expected"),
    [
        ("<nvram>/n/erp_VARS.fd</nvram>", "/n/copy_VARS.fd"),
        ('<nvram format="qcow2">/n/erp_VARS.qcow2</nvram>', "/n/copy_VARS.qcow2"),
        ('<nvram type="file">\n<source file="/n/erp_VARS.fd"/></nvram>', "/n/copy_VARS.fd"),
        ('<nvram template="/t"/>', None),
    ],
)
def test_the_variables_of_an_efi_are_where_the_definition_says(nvram: str, expected: str | None) -> None:
    text = DOMAIN.replace("<nvram>/n/erp_VARS.fd</nvram>", nvram)
    backup = VmBackup("erp/one", vm="erp", definition=text, restore=Restore(name="copy"))
    assert nvram_of(restored_definition(backup, {}, Host())[0]) == expected


@pytest.mark.parametrize(
    ("screen", "there", "password", "expected"),
    [
        ('type="vnc" listen="0.0.0.0"', None, None, ["vnc"]),
        ('type="vnc" listen="0.0.0.0" passwd="*****"', None, None, ["vnc"]),
        ('type="vnc" listen="0.0.0.0"', 'type="vnc" passwd="hunter2"', "hunter2", []),
        ('type="vnc" listen="0.0.0.0"', 'type="spice" passwd="hunter2"', None, ["vnc"]),
        ('type="spice" listen="::"', 'type="spice"', None, []),
        ('type="spice" listen="127.0.0.1"', None, None, []),
        ('type="spice"', None, None, []),
        ('type="sdl"', None, None, []),
    ],
)
def test_a_screen_has_the_password_that_it_had_there(
    screen: str, there: str | None, password: str | None, expected: list[str]
) -> None:
    root = xml.parse(f"<domain><devices><graphics {screen}/></devices></domain>")
    other = xml.parse(f"<domain><devices><graphics {there}/></devices></domain>") if there else None
    assert put_passwords(root, other) == expected
    assert xml.Text("./devices/graphics/@passwd").read(root) == password


def test_another_vm_has_nothing_that_is_the_first_ones() -> None:
    root, left = restored(Restore(name="copy"))
    assert "vdc (/x/erp-seed.img)" in left
    assert (root.findtext("./name"), root.findtext("./os/nvram")) == ("copy", "/n/copy_VARS.fd")
    text = xml.render(root)
    for theirs in ("1111", "52:54:00:00:00:0", "shop", "seed", "erp-console", "erp_VARS"):
        assert theirs not in text
    macs = [mac.get("address") for mac in root.findall("./devices/interface/mac")]
    assert len(set(macs)) == 2
