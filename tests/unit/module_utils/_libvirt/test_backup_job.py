# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup jobs that do not end as they should: libvirt's test driver has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed, Refused
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import backup_job
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import LibvirtFailed, Session

PUSH = '<domainbackup mode="push"><disks><disk name="vda"><target file="{}/vda.qcow2"/></disk></disks></domainbackup>'
PULL = '<domainbackup mode="pull"><server transport="unix" socket="{}"/><disks/></domainbackup>'
OURS = PUSH.format("/b/.half+erp+one")


class Stubborn:
    """A libvirt that ends no job, but for one that is over after so many looks."""

    def __init__(self, looks: int, text: str = OURS) -> None:
        self._looks = looks
        self._text = text

    def find(self, _call: Callable[[Any], Any], _tried: str) -> str | None:
        self._looks -= 1
        return self._text if self._looks >= 0 else None

    def do(self, tried: str, _call: Callable[[Any], Any]) -> Any:
        raise LibvirtFailed(tried, cause="cannot acquire state change lock", code=55)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_job, "_ENDS_WITHIN", 0.1)
    monkeypatch.setattr(backup_job, "_POLL_SECONDS", 0.01)


def job(looks: int) -> backup_job.BackupJob:
    return backup_job.BackupJob(cast(Session, Stubborn(looks)), "erp")


def test_a_job_that_cannot_be_ended_says_why() -> None:
    with pytest.raises(
        ApplyFailed, match="still runs after 0 s; libvirt says: cannot acquire state change lock"
    ):
        job(1000).end()


def test_a_job_that_a_run_left_is_in_nobodys_way() -> None:
    for text in (OURS, PULL.format("/run/hybrid-backup.sock")):
        backup_job.BackupJob(cast(Session, Stubborn(1, text)), "erp").check_free()


@pytest.mark.parametrize(
    "text", [PUSH.format("/b/one"), PULL.format("/var/tmp/virtnbdbackup.1"), '<domainbackup mode="pull"/>']
)
def test_the_job_of_somebody_else_goes_on(text: str) -> None:
    theirs = backup_job.BackupJob(cast(Session, Stubborn(2, text)), "erp")
    with pytest.raises(Refused, match="another backup of the vm is under way"):
        theirs.check_free()
    theirs.end()


def test_a_job_that_is_over_by_itself_need_not_be_ended() -> None:
    job(1).end()
