# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a new backup is taken, what goes by the rules of keeping, and where a backup goes back to."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec, Refused
from ansible_collections.hybrid.host.plugins.module_utils._model.backup_keep import Keep
from ansible_collections.hybrid.host.plugins.module_utils._model.backup_plan import (
    BackupGround,
    GroundDisk,
    ancestors,
    completed_backup,
    expired,
    places,
)
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_backup import (
    MOMENT,
    BackupDisk,
    VmBackup,
    checkpoint_prefix,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime.datetime(2026, 11, 25, 4, 30, tzinfo=datetime.timezone.utc)
VDA = GroundDisk("vda", "qcow2", "/x/a.qcow2", 1 << 20)
RAW = GroundDisk("vdb", "raw", "/x/b.raw", 1 << 20)
BARRED = GroundDisk("vdc", bars="is encrypted")


def spec(**params: Any) -> VmBackup:
    return VmBackup.from_params({"vm": "erp", "path": "/srv/erp", **params}, NOW)


def taken(label: str, parent: str | None = None, day: int = 1, **fields: Any) -> VmBackup:
    disk = BackupDisk("vda", "vda.qcow2", 1 << 20, source="/x/a.qcow2", parent=parent)
    created = datetime.datetime(2026, 11, day).strftime(MOMENT)
    values = {"checkpoint": f"c-{label}", "disks": (disk,), "parent": parent, "created": created, **fields}
    return VmBackup(f"erp/{label}", vm="erp", path="/srv/erp", mode="full", **values)


def ground(*disks: GroundDisk, **fields: Any) -> BackupGround:
    values: dict[str, Any] = {"active": True, **fields}
    return BackupGround(disks={disk.target: disk for disk in disks or (VDA,)}, **values)


CHAIN = (taken("one"), taken("two", "one", 2), taken("three", "two", 3))


@pytest.mark.parametrize(
    ("asked", "where", "expected"),
    [
        ({}, ground(), ("full", None, "push", None)),
        ({"method": "pull"}, ground(), ("full", None, "pull", None)),
        ({"method": "pull"}, ground(active=False), ("full", None, "copy", None)),
        ({}, ground(backups=CHAIN), ("incremental", "three", "push", None)),
        ({"mode": "full"}, ground(backups=CHAIN), ("full", None, "push", None)),
        ({}, ground(backups=CHAIN, lost="it is gone"), ("full", None, "push", "is full: it is gone")),
        ({}, ground(backups=CHAIN[1:]), ("full", None, "push", "one, on which three rests, is missing")),
        ({}, ground(backups=CHAIN, active=False), ("full", None, "copy", "the vm does not run")),
        ({}, ground(RAW, backups=CHAIN), ("full", None, "push", "none of its disks is qcow2")),
        ({}, ground(VDA, RAW, backups=CHAIN), ("incremental", "three", "push", "holds vdb in full")),
        ({"max_incrementals": 2}, ground(backups=CHAIN), ("full", None, "push", None)),
        ({"max_incrementals": 3}, ground(backups=CHAIN), ("incremental", "three", "push", None)),
        ({"keep": 3}, ground(backups=CHAIN), ("full", None, "push", None)),
        ({"keep": "4"}, ground(backups=CHAIN), ("incremental", "three", "push", None)),
        ({"mode": "incremental", "keep": 1}, ground(backups=CHAIN), ("incremental", "three", "push", None)),
        ({"disks": ["vda"]}, ground(VDA, BARRED), ("full", None, "push", None)),
    ],
)
def test_how_it_is_taken(asked: dict[str, Any], where: BackupGround, expected: tuple[Any, ...]) -> None:
    new = completed_backup(spec(**asked), where)
    mode, parent, method, note = expected
    assert (new.mode, new.parent, new.method) == (mode, parent, method)
    assert (new.notes is None) if note is None else note in "; ".join(new.notes or ())


@pytest.mark.parametrize(
    ("asked", "where", "words"),
    [
        ({"disks": ["vdx"]}, ground(), "the vm writes to no vdx"),
        ({}, ground(VDA, BARRED), "vdc is encrypted"),
        ({}, BackupGround(active=True, disks={}), "there is nothing to back up"),
        ({"mode": "incremental"}, ground(), "there is no backup that it could rest on"),
        ({"mode": "incremental"}, ground(backups=CHAIN, lost="its checkpoint is gone"), "is gone"),
        ({"mode": "incremental"}, ground(RAW, backups=CHAIN), "none of its disks is qcow2"),
        ({"mode": "incremental"}, ground(backups=(taken("one", damage="no vda"),)), "not whole (no vda)"),
        ({"quiesce": True}, ground(active=False), "quiesce: the vm does not run"),
    ],
)
def test_what_cannot_be_taken(asked: dict[str, Any], where: BackupGround, words: str) -> None:
    with pytest.raises(Refused) as caught:
        completed_backup(spec(**asked), where)
    assert words in str(caught.value)


def test_a_disk_is_held_in_full_where_what_the_parent_has_is_no_ground() -> None:
    """It is larger there, of another format, another disk, or not there at all."""
    for there in (
        taken("one", disks=(BackupDisk("vda", "vda.qcow2", 2 << 20, source="/x/a.qcow2"),)),
        taken("one", disks=(BackupDisk("vda", "vda.qcow2", 1 << 20, format="raw", source="/x/a.qcow2"),)),
        taken("one", disks=(BackupDisk("vda", "vda.qcow2", 1 << 20, source="/x/b.qcow2"),)),
        taken("one", disks=(BackupDisk("vdx", "vdx.qcow2", 1 << 20),)),
    ):
        [disk] = completed_backup(spec(), ground(backups=(there,))).disks or ()
        assert disk.parent is None


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        (None, ()),
        (1, ("one", "two", "three")),
        ({"last": 4}, ()),
        ({"daily": 2}, ("one", "two")),
        ({"weekly": 2}, ("one", "two")),
        ({"weekly": 3}, ("two",)),
        ({"monthly": 1}, ("one", "two", "three")),
    ],
)
def test_what_goes(keep: Any, expected: tuple[str, ...]) -> None:
    """The new one is of the 25th; the 1st is a Sunday, and so the last day of a week."""
    fulls = [taken(label, None, day) for label, day in (("one", 1), ("two", 2), ("three", 3))]
    assert expired(spec(name="new", keep=keep), fulls) == expected


@pytest.mark.parametrize(
    ("backups", "goes"),
    [
        (CHAIN, ()),
        ((CHAIN[0], dataclasses.replace(CHAIN[1], damage="no vda"), CHAIN[2]), ()),
        ((CHAIN[0], CHAIN[2]), ()),
        ((taken("one"), taken("two", "one", 2, damage="no vda"), taken("three", None, 3)), ()),
        ((taken("one"), taken("two", None, 2, damage="no vda"), taken("three", None, 3)), ("one",)),
    ],
)
def test_what_a_chain_with_damage_may_rest_on_stays(
    backups: tuple[VmBackup, ...], goes: tuple[str, ...]
) -> None:
    """The last one is kept: over all, over one that is damaged, over one that is missing, and on nothing."""
    assert expired(spec(name="new", keep=2), backups) == goes


@given(
    parents=st.lists(st.booleans(), max_size=12),
    keep=st.fixed_dictionaries(
        {"last": st.integers(1, 4)}, optional={"daily": st.integers(0, 3), "weekly": st.integers(0, 2)}
    ),
)
def test_what_stays_has_all_that_it_rests_on(parents: list[bool], keep: dict[str, int]) -> None:
    backups: list[VmBackup] = []
    for number, rests in enumerate(parents):
        parent = backups[-1].label if rests and backups else None
        backups.append(taken(f"b{number}", parent, number + 1))
    new = dataclasses.replace(spec(name="new", keep=keep), parent=backups[-1].label if backups else None)
    goes = set(expired(new, backups))
    by_label = {backup.label: backup for backup in backups}
    for backup in [new, *(backup for backup in backups if backup.label not in goes)]:
        assert not goes & set(ancestors(backup, by_label))
    assert len(backups) - len(goes) + 1 >= min(keep["last"], len(backups) + 1)


@pytest.mark.parametrize("bad", [0, -1, True, "x", {"hourly": 1}, {"last": 0}, {"daily": "2d"}])
def test_what_is_no_rule(bad: Any) -> None:
    with pytest.raises(InvalidSpec):
        Keep.parsed(bad)


def test_names_and_paths() -> None:
    assert spec().name == "erp/20261125T043000Z"
    assert spec(path="/srv//erp/").path == "/srv/erp"
    for bad in (
        {"path": "erp"},
        {"name": "a/b"},
        {"name": ".half"},
        {"max_incrementals": -1},
        {"timeout": "soon"},
        {"state": "restored", "restore_disks": {"vda": "x"}},
        {"state": "restored", "restore_as": "a b"},
    ):
        with pytest.raises(InvalidSpec):
            spec(**bad)
    assert checkpoint_prefix("/srv/erp") != checkpoint_prefix("/srv/weekly")


def test_where_it_goes_back_to() -> None:
    held = taken("one", disks=(BackupDisk("vda", source="/x/a.qcow2"), BackupDisk("vdb", source="/y/b.raw")))

    def went(**params: Any) -> dict[str, str]:
        return places(dataclasses.replace(held, restore=spec(state="restored", **params).restore))

    assert went() == {"vda": "/x/a.qcow2", "vdb": "/y/b.raw"}
    assert went(restore_to="/new") == {"vda": "/new/a.qcow2", "vdb": "/new/b.raw"}
    assert went(restore_to="/new", restore_disks={"vdb": "/z"}) == {"vda": "/new/a.qcow2", "vdb": "/z"}
    with pytest.raises(Refused, match="two disks would become /x/a.qcow2"):
        went(restore_disks={"vdb": "/x/a.qcow2"})
    for bad in ({"restore_disks": {"vdb": "/dev/vg/b"}}, {"restore_to": "/dev"}, {"restore_to": "/dev/shm"}):
        with pytest.raises(Refused, match="is below /dev"):
            went(**bad)


@pytest.mark.parametrize("source", ["/dev/vg0/erp", "rbd/erp", None])
def test_what_was_no_file_needs_a_place(source: str | None) -> None:
    held = taken("one", disks=(BackupDisk("vda", format="raw", source=source),))

    def went(**params: Any) -> dict[str, str]:
        return places(dataclasses.replace(held, restore=spec(state="restored", **params).restore))

    with pytest.raises(Refused, match="vda was in no file of this host"):
        went(overwrite=True)
    assert went(restore_to="/new") == {"vda": "/new/erp-vda.raw"}
    assert went(restore_to="/new", restore_as="then") == {"vda": "/new/then-vda.raw"}
    assert went(restore_disks={"vda": "/new/a"}) == {"vda": "/new/a"}
