# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of backups: whole or not at all, and nobody else's."""

from __future__ import annotations

import dataclasses
import fcntl
import os
import shutil
import struct
from pathlib import Path
from typing import IO

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError, Refused
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_backup import (
    BackupDisk,
    Restore,
    VmBackup,
)
from ansible_collections.hybrid.host.plugins.module_utils._system import backup_manifest
from ansible_collections.hybrid.host.plugins.module_utils._system.backup_store import LocalBackups
from ansible_collections.hybrid.host.plugins.module_utils._system.image_lock import no_writers


def made(path: Path, label: str, vm: str = "erp", parent: str | None = None) -> VmBackup:
    store = LocalBackups(str(path))
    disks = (BackupDisk("vda", "vda.qcow2", 8, parent=parent),)
    day = f"2026-11-0{len(list(path.glob('[!.]*'))) + 1}T00:00:00Z" if path.exists() else ""
    backup = VmBackup(
        f"{vm}/{label}", vm=vm, path=str(path), mode="full", parent=parent, disks=disks, created=day
    )
    folder = store.begin(backup)
    Path(folder, "vda.qcow2").write_bytes(label.encode())
    return store.finish(folder, backup)


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "backups"
    store = LocalBackups(str(path))
    first, second = made(path, "one"), made(path, "two", parent="one")
    found = store.backups("erp")
    assert [backup.label for backup in found] == ["one", "two"]
    assert found[0].children == ("two",)
    assert found[0].disks == first.disks
    assert found[1].parent == second.parent == "one"
    assert (path / "one").stat().st_mode & 0o777 == 0o700
    assert (path / "one/vda.qcow2").stat().st_mode & 0o777 == 0o600


def test_what_is_half_made_or_another_vms_is_none(tmp_path: Path) -> None:
    store = LocalBackups(str(tmp_path))
    half = store.begin(VmBackup("erp/half", vm="erp"))
    other = store.begin(VmBackup("erp.2/half", vm="erp.2"))
    made(tmp_path, "theirs", "web")
    (tmp_path / "stray").mkdir()
    assert store.backups("erp") == []
    assert store.left("erp") == [".half+erp+half"]
    store.clear("erp")
    assert not Path(half).exists()
    assert Path(other).exists()
    for label, words in (("theirs", "a backup of vm web"), ("stray", "no backup")):
        with pytest.raises(Refused, match=words):
            store.check_free(VmBackup(f"erp/{label}", vm="erp"))


def test_a_file_is_nobody_elses_to_read_while_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalBackups(str(tmp_path / "backups"))
    backup = VmBackup("erp/one", vm="erp")
    nvram = tmp_path / "erp_VARS.fd"
    nvram.write_bytes(b"a password")
    nvram.chmod(0o600)
    modes = []
    copy = shutil.copyfileobj

    def watched(read: IO[bytes], written: IO[bytes]) -> None:
        modes.append(os.fstat(written.fileno()).st_mode & 0o777)
        copy(read, written)

    monkeypatch.setattr(shutil, "copyfileobj", watched)
    before = os.umask(0o022)
    try:
        folder = store.begin(backup)
        held = store.keep_file(folder, "nvram", str(nvram))
        store.finish(folder, dataclasses.replace(backup, nvram=held))
        store.restore_file(backup, held, str(nvram))
    finally:
        os.umask(before)
    assert modes == [0o600, 0o600]
    assert nvram.read_bytes() == b"a password"


def test_one_that_goes_loses_its_name_first(tmp_path: Path) -> None:
    store = LocalBackups(str(tmp_path))
    backup = made(tmp_path, "one")
    gone = tmp_path / ".gone+erp+one"
    (tmp_path / "one").rename(gone)
    assert store.backups("erp") == []
    store.remove(backup)
    assert os.listdir(tmp_path) == []


def test_damage_is_seen(tmp_path: Path) -> None:
    store = LocalBackups(str(tmp_path))
    backup = made(tmp_path, "one")
    (tmp_path / "one/vda.qcow2").write_bytes(b"eno")
    assert store.backups("erp")[0].damage is None
    with pytest.raises(Refused, match="its digest is not the one in the manifest"):
        store.verify(backup)
    (tmp_path / "one/vda.qcow2").write_bytes(b"longer")
    assert store.backups("erp")[0].damage == "vda.qcow2 has 6 bytes, not 3"
    (tmp_path / "one/vda.qcow2").unlink()
    assert store.backups("erp")[0].damage == "vda.qcow2 is missing"


def test_a_manifest_that_names_a_file_elsewhere_is_none(tmp_path: Path) -> None:
    store = LocalBackups(str(tmp_path))
    made(tmp_path, "one")
    manifest = tmp_path / "one" / backup_manifest.NAME
    text = manifest.read_text()
    for bad in ("../one/vda.qcow2", "/etc/shadow", ""):
        manifest.write_text(text.replace('"vda.qcow2"', f'"{bad}"'))
        assert store.backups("erp") == []
    manifest.write_text("{")
    assert store.backups("erp") == []


def test_a_file_in_the_way_is_kept(tmp_path: Path) -> None:
    store = LocalBackups(str(tmp_path))
    backup = VmBackup("erp/one", vm="erp", disks=(BackupDisk("vda", "vda.qcow2"),), restore=Restore())
    there = tmp_path / "there"
    store.check_places(backup, {"vda": str(there)})
    there.symlink_to("nowhere")
    with pytest.raises(Refused, match="overwrite: true"):
        store.check_places(backup, {"vda": str(there)})


def test_what_is_no_file_is_not_overwritten(tmp_path: Path) -> None:
    backup = VmBackup("erp/one", disks=(BackupDisk("vda", "vda.qcow2"),), restore=Restore(overwrite=True))
    file, link = tmp_path / "file", tmp_path / "link"
    file.touch()
    link.symlink_to(file)
    store = LocalBackups(str(tmp_path))
    store.check_places(backup, {"vda": str(file)})
    for bad in (link, tmp_path):
        with pytest.raises(Refused, match="is not a regular file"):
            store.check_places(backup, {"vda": str(bad)})


def test_what_is_open_is_not_overwritten(tmp_path: Path) -> None:
    backup = VmBackup("erp/one", disks=(BackupDisk("vda", "vda.qcow2"),), restore=Restore(overwrite=True))
    image = tmp_path / "image"
    image.write_bytes(b"")
    with image.open("rb") as qemu:
        lock = struct.Struct("@hhqqi4x").pack(fcntl.F_RDLCK, os.SEEK_SET, 100, 1, 0)
        fcntl.fcntl(qemu.fileno(), fcntl.F_OFD_SETLK, lock)
        with pytest.raises(Refused, match="is in use"):
            LocalBackups(str(tmp_path)).check_places(backup, {"vda": str(image)})


def test_nobody_writes_meanwhile(tmp_path: Path) -> None:
    """As QEMU does it: whoever writes locks one byte, and looks whether anybody lets nobody write."""
    image = tmp_path / "image"
    image.write_bytes(b"")
    lock = struct.Struct("@hhqqi4x")
    with image.open("r+b") as qemu:

        def blocked() -> bool:
            asked = lock.pack(fcntl.F_WRLCK, os.SEEK_SET, 201, 1, 0)
            return bool(lock.unpack(fcntl.fcntl(qemu.fileno(), fcntl.F_OFD_GETLK, asked))[0] != fcntl.F_UNLCK)

        with no_writers([str(image)]):
            assert blocked()
        assert not blocked()
        fcntl.fcntl(qemu.fileno(), fcntl.F_OFD_SETLK, lock.pack(fcntl.F_RDLCK, os.SEEK_SET, 101, 1, 0))
        with pytest.raises(HostError, match="is being written to"), no_writers([str(image)]):
            pass
