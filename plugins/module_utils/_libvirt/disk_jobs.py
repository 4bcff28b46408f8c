# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks of vms that run: libvirt's block jobs, watched until they are done."""

from __future__ import annotations

import os
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .._core.errors import ApplyFailed
from .._core.progress import Progress
from .._model.disk_jobs import DiskJobs, DiskUser
from .._model.vm_host import VmHost
from . import xml
from .disk_users import source_files, vm_disks
from .session import LibvirtFailed, Session
from .vm_disks import DISK
from .xml import Element

_POLL_SECONDS = 0.2
# A job that was cut off by the end of a run is in the way of the next one.
_ENDING_SECONDS = 30.0


class _Far(NamedTuple):
    done: int
    whole: int

    def __str__(self) -> str:
        share = 100 * self.done // self.whole if self.whole else 0
        return f"at {share} % ({self.done} of {self.whole} bytes)"


class _Seat(NamedTuple):
    """Where an image is: the vm, and the disk's target."""

    vm: str
    target: str


def disk_jobs(session: Session, host: VmHost) -> DiskJobs | None:
    """Of this host's own libvirt; None where it has none."""
    return LibvirtDiskJobs(session, host) if session.local and session.present() else None


class LibvirtDiskJobs:
    """``_model.disk_jobs.DiskJobs``. The host tells what is below an image."""

    def __init__(self, session: Session, host: VmHost) -> None:
        self._session = session
        self._host = host

    def users(self, paths: Collection[str]) -> Mapping[str, Sequence[DiskUser]]:
        wanted = {os.path.realpath(path): path for path in paths}
        states = self._session.do(
            "list the vms",
            lambda c: {d.name(): (bool(d.isActive()), d.snapshotNum(0) > 0) for d in c.listAllDomains()},
        )
        found: dict[str, list[DiskUser]] = {path: [] for path in paths}
        for vm, disks in sorted(vm_disks(self._session).items()):
            tops = self._files(source for disk in disks for source in disk.findall("./source"))
            known = self._files(source for disk in disks for source in disk.findall(".//source"))
            below = {os.path.realpath(name) for top in tops for name in self._host.backing_files(top)}
            running, snapshots = states.get(vm, (False, False))
            for path in wanted.keys() & (known | below):
                user = DiskUser(vm, running=running, topmost=path in tops, snapshots=snapshots)
                found[wanted[path]].append(user)
        return found

    def _files(self, sources: Iterable[Element]) -> set[str]:
        """The real paths."""
        named = (name for source in sources for name in source_files(self._session, source))
        return {os.path.realpath(name) for name in named if name.startswith("/")}

    def grow(self, path: str, size: int) -> None:
        seat, tried = self._seat(path, "grow"), f"grow {path}"
        in_bytes = self._session.constant("VIR_DOMAIN_BLOCK_RESIZE_BYTES")
        self._call(seat, tried, lambda d: d.blockResize(seat.target, size, in_bytes))

    def flatten(self, path: str, seconds: float) -> None:
        seat = self._seat(path, "flatten")
        job = _Job(self._session, seat, f"flatten {path}", seconds)
        job.start("VIR_DOMAIN_BLOCK_JOB_TYPE_PULL", lambda d: d.blockPull(seat.target, 0, 0))
        job.await_end()
        disk = self._disk(seat)
        if disk is not None and disk.find("./backingStore/source") is not None:
            raise job.failed("it ended by itself before it was done")

    def commit(self, path: str, below: tuple[str, str], seconds: float) -> None:
        seat = self._seat(path, "commit")
        job = _Job(self._session, seat, f"commit {path}", seconds)
        names = ("VIR_DOMAIN_BLOCK_COMMIT_ACTIVE", "VIR_DOMAIN_BLOCK_COMMIT_SHALLOW")
        flags = sum(map(self._session.constant, names))
        job.start(
            "VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT",
            lambda d: d.blockCommit(seat.target, None, None, 0, flags),
        )
        job.end_ready("VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT")
        self._define(seat, path, below)

    def copy(self, path: str, target: tuple[str, str], seconds: float) -> None:
        seat = self._seat(path, "copy")
        disk = ET.Element("disk", {"type": "file"})
        ET.SubElement(disk, "source", {"file": target[0]})
        ET.SubElement(disk, "driver", {"type": target[1]})
        job = _Job(self._session, seat, f"copy {path}", seconds)
        # A mirror to nowhere that a run has left: what it wrote to is no longer there.
        job.cancel_left("VIR_DOMAIN_BLOCK_JOB_TYPE_COPY")
        flags = self._session.constant("VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB")
        job.start(
            "VIR_DOMAIN_BLOCK_JOB_TYPE_COPY",
            lambda d: d.blockCopy(seat.target, xml.render(disk), None, flags),
        )
        job.end_ready(None)

    def _seat(self, path: str, verb: str) -> _Seat:
        active = self._session.constant("VIR_CONNECT_LIST_DOMAINS_ACTIVE")
        texts = self._session.do(
            "list the vms", lambda c: [(d.name(), d.XMLDesc(0)) for d in c.listAllDomains(active)]
        )
        wanted = os.path.realpath(path)
        for vm, text in texts:
            for disk in xml.parse(text).findall("./devices/disk"):
                source = disk.find("source")
                files = source_files(self._session, source) if source is not None else ()
                if wanted in map(os.path.realpath, files):
                    return _Seat(vm, str(DISK["target"].read(disk)))
        raise ApplyFailed(f"{verb} {path}", cause="no vm runs on it by now", hint="Run again.")

    def _disk(self, seat: _Seat, flags: int = 0) -> Element | None:
        root = xml.parse(self._call(seat, "read the vm", lambda d: d.XMLDesc(flags)))
        return _disk(root, seat.target)

    def _define(self, seat: _Seat, path: str, below: tuple[str, str]) -> None:
        """Sees that the vm starts next with what it runs on now; libvirt mostly does so by itself."""
        if not self._call(seat, "read the vm", lambda d: d.isPersistent()):
            return
        names = ("VIR_DOMAIN_XML_INACTIVE", "VIR_DOMAIN_XML_SECURE")
        flags = sum(map(self._session.constant, names))
        root = xml.parse(self._call(seat, "read the vm", lambda d: d.XMLDesc(flags)))
        disk = _disk(root, seat.target)
        if disk is not None and DISK["source"].read(disk) == path:
            DISK["source"].write(disk, below[0])
            DISK["format"].write(disk, below[1])
            self._session.do("define the vm", lambda c: c.defineXML(xml.render(root)))

    def _call(self, seat: _Seat, tried: str, call: Callable[[Any], Any]) -> Any:
        return self._session.do(tried, lambda c: call(c.lookupByName(seat.vm)))


class _Job:
    """One block job of one disk, with its deadline."""

    def __init__(self, session: Session, seat: _Seat, tried: str, seconds: float) -> None:
        self._session = session
        self._seat = seat
        self._tried = tried
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._far = _Far(0, 0)
        self._progress = Progress(tried)

    def start(self, kind: str, begin: Callable[[Any], Any]) -> None:
        """Begins it, unless one of its kind, left by a run that was killed, is under way: that is as good."""
        info = self._info()
        if not info or info["type"] != self._session.constant(kind):
            self._call(begin)

    def cancel_left(self, kind: str) -> None:
        info = self._info()
        if info and info["type"] == self._session.constant(kind):
            self._cancel()

    def await_end(self) -> None:
        """Returns when the job is gone."""
        while self._look():
            self._pause()

    def end_ready(self, how: str | None) -> None:
        """Ends the job as soon as all is on both sides, as ``how`` says; the vm stays where it is by default."""
        flags = self._session.constant(how) if how else 0
        while True:
            if not self._look():
                raise self.failed("it ended by itself before it was done")
            if self._far.done == self._far.whole and self._ended(flags):
                return
            self._pause()

    def failed(
        self, cause: str, hint: str = "See that there is room, and the vm's log for more."
    ) -> ApplyFailed:
        return ApplyFailed(self._tried, cause=f"{cause}, {self._far}", hint=hint)

    def _ended(self, flags: int) -> bool:
        """False where the job is not as far as it seems."""
        try:
            self._call(lambda d: d.blockJobAbort(self._seat.target, flags))
        except LibvirtFailed as error:
            if error.code == self._session.constant("VIR_ERR_BLOCK_COPY_ACTIVE"):
                return False
            raise
        return True

    def _look(self) -> bool:
        """Whether there is a job; notes how far it is."""
        info = self._info()
        if info:
            self._far = _Far(int(info["cur"]), int(info["end"]))
            self._progress.at(*self._far)
        return bool(info)

    def _pause(self) -> None:
        """Raises ``ApplyFailed`` at the deadline, with the job ended."""
        if time.monotonic() >= self._deadline:
            self._cancel()
            raise self.failed(
                f"it was not done within {self._seconds:g} s and was ended",
                "Give it more time with job_timeout, or do it while the vm has less to do. The vm goes on as before.",
            )
        time.sleep(_POLL_SECONDS)

    def _cancel(self) -> None:
        self._call(lambda d: d.blockJobAbort(self._seat.target, 0))
        until = time.monotonic() + _ENDING_SECONDS
        while self._info() and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)

    def _info(self) -> dict[str, int]:
        return dict(self._call(lambda d: d.blockJobInfo(self._seat.target, 0)) or {})

    def _call(self, call: Callable[[Any], Any]) -> Any:
        return self._session.do(self._tried, lambda c: call(c.lookupByName(self._seat.vm)))


def _disk(root: Element, target: str) -> Element | None:
    disks = root.findall("./devices/disk")
    return next((disk for disk in disks if DISK["target"].read(disk) == target), None)
