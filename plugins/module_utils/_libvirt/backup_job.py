# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A backup of a running domain as a job of libvirt's: begun, watched with a deadline, and ended."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from .._core.errors import ApplyFailed, HostError, Refused
from .._core.progress import Progress
from . import xml
from .session import LibvirtFailed, Session
from .vm_backup_xml import is_ours
from .xml import Element

_POLL_SECONDS = 0.2
_ENDS_WITHIN = 60.0


class BackupJob:
    """The backup job of one domain; libvirt has at most one."""

    def __init__(self, session: Session, vm: str) -> None:
        self._session = session
        self._vm = vm

    def running(self) -> Element | None:
        """What libvirt says of the job; None where there is none."""
        text = self._session.find(lambda c: c.lookupByName(self._vm).backupGetXMLDesc(0), "look for a backup")
        return None if text is None else xml.parse(text)

    def check_free(self) -> None:
        """Raises ``Refused`` while a backup is under way that somebody else has begun."""
        job = self.running()
        if job is not None and not is_ours(job):
            raise Refused(
                "another backup of the vm is under way",
                hint="Wait until it has ended, or end it: virsh domjobabort.",
            )

    def begin(self, backup: Element, checkpoint: Element | None) -> None:
        """Begins it, together with the checkpoint: both are of the same moment."""
        reuse = self._session.constant("VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL")
        flags = reuse if backup.get("mode") == "push" else 0
        texts = (xml.render(backup), None if checkpoint is None else xml.render(checkpoint))
        self._do("begin the backup", lambda d: d.backupBegin(*texts, flags))

    def wait(self, deadline: float) -> None:
        """Until a push has ended. Raises ``ApplyFailed`` where that went wrong, or it is ended at the deadline."""
        progress = Progress(f"back up {self._vm}")
        while self.running() is not None:
            now = self._stats()
            done, whole = now.get("disk_processed", 0), now.get("disk_total", 0)
            progress.at(done, whole)
            if time.monotonic() >= deadline:
                self.end()
                raise ApplyFailed(
                    "back up",
                    cause=f"the time is up, {done} of {whole} bytes were done",
                    hint="Raise timeout, or look at the disks.",
                )
            time.sleep(_POLL_SECONDS)
        done = self._stats("VIR_DOMAIN_JOB_STATS_COMPLETED")
        if not done.get("success"):
            cause = done.get("errmsg") or "the job ended without success: the vm may have been stopped"
            raise ApplyFailed("back up", cause=str(cause))

    def end(self) -> None:
        """Ends it, however far it is; a pull ends in no other way. One that somebody else has begun goes on."""
        job = self.running()
        if job is None or not is_ours(job):
            return
        cause = ""
        try:
            self._do("end the backup", lambda d: d.abortJob())
        except LibvirtFailed as refusal:
            # It may have ended by itself meanwhile, which libvirt refuses to end.
            cause = f"; libvirt says: {refusal.cause}"
        deadline = time.monotonic() + _ENDS_WITHIN
        while self.running() is not None:
            if time.monotonic() >= deadline:
                raise ApplyFailed("end the backup", cause=f"it still runs after {_ENDS_WITHIN:.0f} s{cause}")
            time.sleep(_POLL_SECONDS)

    def _stats(self, flag: str | None = None) -> dict[str, Any]:
        number = 0 if flag is None else self._session.constant(flag)
        try:
            found: dict[str, Any] = self._do("look at the job", lambda d: d.jobStats(number))
        except LibvirtFailed:
            return {}
        return found

    def _do(self, tried: str, call: Callable[[Any], Any]) -> Any:
        return self._session.do(tried, lambda c: call(c.lookupByName(self._vm)))


@contextlib.contextmanager
def at_rest(session: Session, vm: str, *, must: bool) -> Iterator[bool]:
    """The guest's file systems stand still in the block, by its agent; yields whether they do.

    Raises ``LibvirtFailed`` where they ``must`` and the agent cannot; they are let go on in any case.
    """

    def thaw() -> None:
        session.do("let the guest's file systems go on", lambda c: c.lookupByName(vm).fsThaw())

    try:
        # A run that was killed may have left them standing, and an agent does not bring to rest what rests.
        thaw()
        session.do("bring the guest's file systems to rest", lambda c: c.lookupByName(vm).fsFreeze())
    except LibvirtFailed:
        with contextlib.suppress(HostError):
            thaw()
        if must:
            raise
        yield False
        return
    try:
        yield True
    finally:
        thaw()
