# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stays on an image where a job of libvirt's is cut off."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address, Change
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._model.disk import Disk
from ansible_collections.hybrid.host.plugins.module_utils._model.disk_jobs import DiskUser
from ansible_collections.hybrid.host.plugins.module_utils._system import disk_life
from ansible_collections.hybrid.host.plugins.module_utils._system.disk_life import change_image
from ansible_collections.hybrid.host.plugins.module_utils._system.image_file import BASE, COMMITTING

TOP = "/srv/top.qcow2"
FOUND = Disk(
    TOP,
    format="qcow2",
    backing_file="/srv/base.qcow2",
    in_use_by=("vm/erp",),
    users=(DiskUser("erp", running=True),),
)


class Jobs:
    """A libvirt whose jobs reach their deadline."""

    def commit(self, *_asked: Any) -> None:
        raise ApplyFailed("commit", cause="not within 1 s")

    def flatten(self, *_asked: Any) -> None:
        raise ApplyFailed("flatten", cause="not within 1 s")


@pytest.mark.parametrize(
    ("action", "marks"),
    [
        # The image below is written to by then: what it held before is nothing to compare it with.
        ("commit", {COMMITTING}),
        # The image below is read alone: that it is what it was matters on.
        ("flatten", {BASE}),
    ],
)
def test_the_image_below_is_compared_as_long_as_it_is_to_be_what_it_was(
    monkeypatch: pytest.MonkeyPatch, action: str, marks: set[str]
) -> None:
    kept = {BASE}
    monkeypatch.setattr(disk_life, "mark", lambda _path, name, _value: kept.add(name))
    monkeypatch.setattr(disk_life, "forget_mark", lambda _path, name: kept.discard(name))
    change: Any = Change(action, Address("disk", TOP), asked=Disk(TOP), found=FOUND)
    jobs: Any = Jobs()
    with pytest.raises(ApplyFailed):
        change_image(TOP, change, jobs)
    assert kept == marks
