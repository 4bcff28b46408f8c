# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written into a definition that is there already."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_definition import write_changes
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_tables import TABLE
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_cost import differences
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost

GIB = 1024**3


def domain(memory: int, maximum: int) -> str:
    sizes = f'<memory unit="GiB">{maximum}</memory><currentMemory unit="GiB">{memory}</currentMemory>'
    return f"<domain><name>erp</name>{sizes}<by-hand/></domain>"


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        ((2, 2), 3, (3, 3)),
        ((4, 4), 3, (3, 3)),
        ((2, 4), 3, (3, 4)),
        ((2, 4), 4, (4, 4)),
        ((2, 4), 5, (5, 5)),
    ],
)
def test_memory_moves_its_maximum_only_where_it_has_to(
    before: tuple[int, int], asked: int, after: tuple[int, int]
) -> None:
    root = xml.parse(domain(*before))
    wanted, found = (
        Vm("erp", memory=asked * GIB),
        Vm("erp", memory=before[0] * GIB, max_memory=before[1] * GIB),
    )
    write_changes(root, wanted, differences(wanted, found), LocalVmHost())
    sizes = tuple(TABLE[field].read(root) // GIB for field in ("memory", "max_memory"))
    assert (sizes, root.find("by-hand") is not None) == (after, True)
