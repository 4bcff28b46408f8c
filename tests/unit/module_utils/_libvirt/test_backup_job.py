# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup jobs that do not end as they should: libvirt's test driver has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import backup_job
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import LibvirtFailed, Session


class Stubborn:
    """A libvirt that ends no job, but for one that is over after so many looks."""

    def __init__(self, looks: int) -> None:
        self._looks = looks

    def find(self, _call: Callable[[Any], Any], _tried: str) -> str | None:
        self._looks -= 1
        return "<domainbackup/>" if self._looks >= 0 else None

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


def test_a_job_that_is_over_by_itself_need_not_be_ended() -> None:
    job(1).end()
