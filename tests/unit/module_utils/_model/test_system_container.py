# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._model.system_container import on_driver
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm


@pytest.mark.parametrize(
    ("uri", "asked", "made"),
    [
        ("lxc:///system", None, "lxc"),
        ("lxc:///", "lxc", "lxc"),
        ("lxc+ssh://host/system", None, "lxc"),
        ("lxc:///system", "kvm", "does not know kvm"),
        ("qemu:///system", None, None),
        ("qemu:///system", "kvm", "kvm"),
        ("qemu:///system", "lxc", "LXC driver alone"),
    ],
)
def test_the_driver_decides_on_the_kind(uri: str, asked: str | None, made: str | None) -> None:
    if made is not None and " " in made:
        with pytest.raises(InvalidSpec, match=made):
            on_driver(Vm("erp", virt_type=asked), lxc=Session(uri).lxc)
        return
    assert on_driver(Vm("erp", virt_type=asked), lxc=Session(uri).lxc).virt_type == made
