# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs on the disks of vms, of a libvirt whose jobs take the course that a test has written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import disk_jobs
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.disk_jobs import LibvirtDiskJobs
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import LibvirtFailed, Session
from ansible_collections.hybrid.host.plugins.module_utils._model.disk_jobs import DiskUser
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost

T = TypeVar("T")

DOMAIN = (
    "<domain><name>erp</name><devices><disk type='file' device='disk'><driver type='qcow2'/>"
    "<source file='/d/top.qcow2'/>{below}<target dev='vda'/></disk></devices></domain>"
)
BELOW = "<backingStore type='file'><format type='qcow2'/><source file='/d/base.qcow2'/></backingStore>"
PULL, COPY, COMMIT = 1, 2, 4
CONSTANTS = {
    "VIR_DOMAIN_BLOCK_JOB_TYPE_PULL": PULL,
    "VIR_DOMAIN_BLOCK_JOB_TYPE_COPY": COPY,
    "VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT": COMMIT,
    "VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT": 2,
    "VIR_ERR_BLOCK_COPY_ACTIVE": 83,
}


class Vm:
    """A vm with one disk. ``course``: what is told of the job each time, the last one again and again."""

    def __init__(self, *course: tuple[int, int, int] | None, below: str = "", refused: int = 0) -> None:
        self.calls: list[str] = []
        self.defined: list[str] = []
        self._course = list(course)
        self._refused = refused
        self.domain = SimpleNamespace(
            name=lambda: "erp",
            isActive=lambda: 1,
            isPersistent=lambda: 1,
            snapshotNum=lambda flags: 0,
            XMLDesc=lambda flags: DOMAIN.format(below=below),
            blockJobInfo=lambda target, flags: self._told(),
            blockJobAbort=lambda target, flags: self._ended(flags),
            blockPull=lambda target, bandwidth, flags: self.calls.append("pull"),
            blockCopy=lambda target, text, params, flags: self.calls.append("copy"),
            blockCommit=lambda target, *_options: self.calls.append("commit"),
            blockResize=lambda target, size, flags: self.calls.append(f"{target} {size}"),
        )

    def _told(self) -> dict[str, int]:
        told = self._course.pop(0) if len(self._course) > 1 else self._course[0]
        return {} if told is None else dict(zip(("type", "cur", "end"), told))

    def _ended(self, flags: int) -> None:
        if self._refused:
            self._refused -= 1
            raise LibvirtFailed("end the job", cause="not ready yet", code=83)
        self.calls.append(f"abort {flags}")
        self._course = [None]


class Libvirt(Session):
    """Has one vm and answers at once."""

    def __init__(self, vm: Vm) -> None:
        super().__init__("test:///nonexistent")
        self._vm = vm

    def do(self, tried: str, call: Callable[[Any], T], seconds: float = 0) -> T:
        return call(
            SimpleNamespace(
                listAllDomains=lambda flags=0: [self._vm.domain],
                lookupByName=lambda name: self._vm.domain,
                defineXML=self._vm.defined.append,
            )
        )

    def constant(self, name: str) -> int:
        return CONSTANTS.get(name, 0)


class Images(LocalVmHost):
    def backing_files(self, path: str) -> Sequence[str]:
        return {"/d/top.qcow2": ["/d/base.qcow2"]}.get(path, [])


def jobs(vm: Vm) -> LibvirtDiskJobs:
    return LibvirtDiskJobs(Libvirt(vm), Images())


@pytest.fixture(autouse=True)
def _no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_jobs.time, "sleep", lambda seconds: None)


def test_a_vm_has_what_is_below_its_disks_too() -> None:
    users = jobs(Vm(None)).users(["/d/top.qcow2", "/d/base.qcow2", "/d/other.qcow2"])
    assert users == {
        "/d/top.qcow2": [DiskUser("erp", running=True, topmost=True)],
        "/d/base.qcow2": [DiskUser("erp", running=True, topmost=False)],
        "/d/other.qcow2": [],
    }


def test_a_disk_grows_by_its_target() -> None:
    vm = Vm(None)
    jobs(vm).grow("/d/top.qcow2", 4096)
    assert vm.calls == ["vda 4096"]


def test_what_no_vm_runs_on_by_now_is_said() -> None:
    with pytest.raises(ApplyFailed, match="no vm runs on it by now"):
        jobs(Vm(None)).grow("/d/other.qcow2", 4096)


def test_flattening_waits_for_the_end_of_the_job() -> None:
    vm = Vm(None, (PULL, 0, 100), (PULL, 50, 100), None)
    jobs(vm).flatten("/d/top.qcow2", 60)
    assert vm.calls == ["pull"]


def test_a_job_that_ends_by_itself_has_failed_where_something_is_still_below() -> None:
    vm = Vm(None, (PULL, 40, 100), None, below=BELOW)
    with pytest.raises(ApplyFailed, match=r"ended by itself before it was done, at 40 % \(40 of 100 bytes\)"):
        jobs(vm).flatten("/d/top.qcow2", 60)


def test_a_job_that_takes_too_long_is_ended_and_says_how_far_it_came() -> None:
    vm = Vm(None, (PULL, 25, 100))
    with pytest.raises(ApplyFailed, match=r"not done within 0 s and was ended, at 25 % .* job_timeout"):
        jobs(vm).flatten("/d/top.qcow2", 0)
    assert vm.calls == ["pull", "abort 0"]


def test_a_commit_ends_when_it_is_ready_and_the_definition_follows() -> None:
    vm = Vm(None, (COMMIT, 99, 100), (COMMIT, 100, 100), refused=1)
    jobs(vm).commit("/d/top.qcow2", ("/d/base.qcow2", "qcow2"), 60)
    assert vm.calls == ["commit", "abort 2"]
    assert "/d/base.qcow2" in vm.defined[0]
    assert "/d/top.qcow2" not in vm.defined[0]


def test_a_commit_that_is_under_way_is_carried_on() -> None:
    vm = Vm((COMMIT, 100, 100))
    jobs(vm).commit("/d/top.qcow2", ("/d/base.qcow2", "qcow2"), 60)
    assert vm.calls == ["abort 2"]


def test_a_copy_that_is_under_way_is_to_a_file_of_before() -> None:
    vm = Vm((COPY, 100, 100), (COPY, 100, 100))
    vm.domain.blockCopy = lambda *_all: vm._course.__setitem__(0, (COPY, 1, 1))
    jobs(vm).copy("/d/top.qcow2", ("/d/copy.qcow2", "qcow2"), 60)
    assert vm.calls == ["abort 0", "abort 0"]


def test_a_copy_that_ends_by_itself_has_failed() -> None:
    vm = Vm(None, None, (COPY, 7, 100), None)
    with pytest.raises(ApplyFailed, match="at 7 %"):
        jobs(vm).copy("/d/top.qcow2", ("/d/copy.qcow2", "qcow2"), 60)
