# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a new snapshot is taken: of what, and of which type."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec, Refused
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_snapshot import (
    SnapshotGround,
    VmSnapshot,
    completed_snapshot,
)

QCOW2 = {"vda": "qcow2", "vdb": "qcow2"}
RUNNING, STOPPED = SnapshotGround(active=True, formats=QCOW2), SnapshotGround(active=False, formats=QCOW2)
MIXED = SnapshotGround(active=True, formats={"vda": "qcow2", "vdb": "raw"})
EFI = SnapshotGround(active=True, formats=QCOW2, flash=True)


def spec(**params: Any) -> VmSnapshot:
    return VmSnapshot.from_params({"vm": "erp", "name": "before", **params})


@pytest.mark.parametrize(
    ("asked", "ground", "taken"),
    [
        ({}, RUNNING, ("internal", True, ("vda", "vdb"))),
        ({}, STOPPED, ("internal", False, ("vda", "vdb"))),
        ({}, MIXED, ("external", True, ("vda", "vdb"))),
        ({}, EFI, ("external", True, ("vda", "vdb"))),
        ({}, SnapshotGround(active=True, formats={}), ("internal", True, ())),
        ({"memory": False}, RUNNING, ("external", False, ("vda", "vdb"))),
        ({"memory": False}, STOPPED, ("internal", False, ("vda", "vdb"))),
        ({"quiesce": True}, RUNNING, ("external", False, ("vda", "vdb"))),
        ({"quiesce": True}, STOPPED, ("internal", False, ("vda", "vdb"))),
        ({"disks": ["vdb"]}, STOPPED, ("external", False, ("vdb",))),
        ({"disks": ["vdb"]}, RUNNING, ("external", True, ("vdb",))),
        ({"type": "external"}, STOPPED, ("external", False, ("vda", "vdb"))),
    ],
)
def test_what_is_taken(asked: dict[str, Any], ground: SnapshotGround, taken: tuple[Any, ...]) -> None:
    new = completed_snapshot(spec(**asked), ground)
    assert (new.type, new.memory, new.disks) == taken


@pytest.mark.parametrize(
    ("asked", "ground", "words"),
    [
        ({"disks": ["vdx"]}, RUNNING, "the vm writes to no vdx"),
        ({"type": "internal"}, MIXED, "vdb cannot hold a snapshot"),
        ({"type": "internal"}, EFI, "its EFI keeps its variables"),
        (
            {"type": "internal", "disks": ["vda"]},
            STOPPED,
            "not all disks that the vm writes to are asked for",
        ),
        ({"type": "internal", "memory": False}, RUNNING, "a running vm's memory would be kept, too"),
        ({"memory": True}, STOPPED, "the vm does not run"),
        ({}, SnapshotGround(active=False, formats={}), "there is nothing to keep"),
        ({"type": "external"}, dataclasses.replace(STOPPED, internal="old"), "on the internal snapshot old"),
        ({}, dataclasses.replace(EFI, internal="old"), "it has to be external: its EFI keeps"),
    ],
)
def test_what_cannot_be_taken(asked: dict[str, Any], ground: SnapshotGround, words: str) -> None:
    with pytest.raises(Refused) as caught:
        completed_snapshot(spec(**asked), ground)
    assert words in str(caught.value)


def test_names_may_be_unusual_where_something_goes() -> None:
    assert spec(name="1 2", state="absent").label == "1 2"
    for bad in ({"name": "1 2"}, {"name": "a/b", "state": "absent"}, {"vm": "a/b"}, {"name": ""}):
        with pytest.raises(InvalidSpec):
            spec(**bad)


def test_a_choice_made_is_a_choice_kept() -> None:
    once = completed_snapshot(spec(), RUNNING)
    assert completed_snapshot(once, RUNNING) == once
    assert dataclasses.replace(once, type=None) == dataclasses.replace(
        completed_snapshot(spec(disks=["vda", "vdb"]), RUNNING), type=None
    )
