# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a restore does not replace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import Refused
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.disk_users import disk_users
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import LibvirtFailed, Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_restore import VmRestore
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_backup import (
    BackupDisk,
    Restore,
    VmBackup,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.backup_store import LocalBackups
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost

T = TypeVar("T")


def domain(name: str, *disks: str, saved: bool = False) -> SimpleNamespace:
    listed = "".join(
        f'<disk type="file"><source file="{disk}"/><target dev="vd{"abc"[number]}"/></disk>'
        for number, disk in enumerate(disks)
    )
    text = f"<domain><name>{name}</name><devices>{listed}</devices></domain>"
    return SimpleNamespace(
        name=lambda: name,
        XMLDesc=lambda flags: text,
        isActive=lambda: False,
        snapshotNum=lambda flags: 0,
        hasManagedSaveImage=lambda flags: saved,
    )


class Libvirt(Session):
    """Has these vms, none of which runs."""

    def __init__(self, *domains: SimpleNamespace) -> None:
        super().__init__("qemu:///nonexistent")
        self._domains = {domain.name(): domain for domain in domains}

    def do(self, tried: str, call: Callable[[Any], T], seconds: float = 0) -> T:
        names = self._domains
        try:
            return call(
                SimpleNamespace(
                    listAllDomains=lambda flags=0: [*names.values()], lookupByName=names.__getitem__
                )
            )
        except KeyError as error:
            raise LibvirtFailed(tried, cause=str(error), code=42) from None

    def constant(self, name: str) -> int:
        return 42 if name == "VIR_ERR_NO_DOMAIN" else 0


class Images(LocalVmHost):
    """``above`` rests on ``below``."""

    def __init__(self, below: str = "", above: str = "") -> None:
        super().__init__()
        self._below, self._above = below, above

    def backing_files(self, path: str) -> Sequence[str]:
        return [self._below] if path == self._above else []

    def resting_on(self, path: str) -> Sequence[str]:
        return [self._above] if path == self._below else []

    def machine_id(self) -> str:
        return "0" * 32


def prepared(session: Session, place: Path, host: LocalVmHost, *, overwrite: bool = True) -> VmBackup:
    disk = BackupDisk("vda", "vda.qcow2", source=str(place))
    definition = domain("golden", str(place)).XMLDesc(0)
    backup = VmBackup("golden/one", vm="golden", path="/b", disks=(disk,), definition=definition)
    asked = VmBackup("golden/one", vm="golden", state="restored", restore=Restore(overwrite=overwrite))
    return VmRestore(session, host, LocalBackups("/b")).prepared(asked, backup, [backup])


def test_what_nobody_else_needs_is_replaced(tmp_path: Path) -> None:
    place = tmp_path / "golden"
    place.touch()
    assert prepared(Libvirt(domain("golden", str(place))), place, Images()).due


@pytest.mark.parametrize("user", [None, "erp"])
def test_what_an_image_rests_on_is_not_replaced(tmp_path: Path, user: str | None) -> None:
    place, above = tmp_path / "golden", str(tmp_path / "erp")
    place.touch()
    session = Libvirt(*([domain(user, above)] if user else ()))
    with pytest.raises(Refused, match=f"golden is below {above}.*which it would spoil"):
        prepared(session, place, Images(str(place), above))


def test_what_is_missing_below_an_image_comes_back(tmp_path: Path) -> None:
    place, above = tmp_path / "golden", str(tmp_path / "erp")
    session = Libvirt(domain("erp", above))
    assert prepared(session, place, Images(str(place), above), overwrite=False).due


def test_a_disk_of_another_vm_is_known_by_any_name(tmp_path: Path) -> None:
    place, link = tmp_path / "golden", tmp_path / "link"
    place.touch()
    link.symlink_to(place)
    session = Libvirt(domain("erp", str(link)))
    with pytest.raises(Refused, match="golden is a disk of erp"):
        prepared(session, place, Images())
    assert disk_users(session, [str(place), "/other"]) == {str(place): ["erp"], "/other": []}


def test_disks_under_a_saved_memory_stay(tmp_path: Path) -> None:
    session = Libvirt(domain("golden", saved=True))
    with pytest.raises(Refused, match="the memory of vm golden is saved") as caught:
        prepared(session, tmp_path / "golden", Images())
    assert "managedsave-remove" in caught.value.hint
