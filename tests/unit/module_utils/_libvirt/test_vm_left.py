# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a change leaves of what was there: what it does not need, and nothing that no longer fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import compare
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_definition import (
    for_another_machine,
    write_changes,
)
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_patch import write_patches
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_tables import TABLE
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_cost import aligned, differences
from ansible_collections.hybrid.host.plugins.module_utils._model.xml_patch import Patch

from tests.unit.nouns import HOST, NOUNS, spec_of

RAW = "<driver name='qemu' type='raw'/><source file='/srv/a.img'/><target dev='vda' bus='virtio'/>"
LABELS = "<seclabel type='dynamic' model='apparmor'/><seclabel type='dynamic' model='dac'/>"


def written(inside: str, options: Mapping[str, Any]) -> xml.Element:
    """The domain after a change to these options, which must say then what was asked."""
    root = xml.parse(f"<domain type='qemu'><name>erp</name>{inside}</domain>")
    asked: Vm = spec_of(NOUNS["vm"], {"name": "erp", **options})
    asked, found = aligned(asked, Vm("erp", **xml.read(TABLE, root)))
    write_changes(root, asked, differences(asked, found), HOST)
    assert [d.path for d in compare(*aligned(asked, Vm("erp", **xml.read(TABLE, root))))] == []
    return root


@pytest.mark.parametrize(
    ("disk", "kind"),
    [
        ({"source": "/srv/b.qcow2"}, "qcow2"),
        ({"source": "/srv/b.qcow2", "format": "raw"}, "raw"),
        ({"source": "/srv/a.img", "cache": "none"}, "raw"),
        ({"pool": "fast", "volume": "b.qcow2"}, "qcow2"),
    ],
)
def test_another_medium_is_of_its_own_format(disk: Mapping[str, Any], kind: str) -> None:
    inside = f"<devices><disk type='file' device='disk'>{RAW}</disk></devices>"
    root = written(inside, {"disks": [{"target": "vda", **disk}]})
    assert [driver.get("type") for driver in root.iter("driver")] == [kind]


def test_a_clock_leaves_its_timezone_behind() -> None:
    root = written("<clock offset='timezone' timezone='Asia/Tokyo'/>", {"clock": {"offset": "utc"}})
    assert [clock.attrib for clock in root.iter("clock")] == [{"offset": "utc"}]


@pytest.mark.parametrize(
    ("label", "types"),
    [
        ({"model": "dac", "type": "none"}, [("dynamic", "apparmor"), ("none", "dac")]),
        (
            {"model": "selinux", "type": "none"},
            [("dynamic", "apparmor"), ("dynamic", "dac"), ("none", "selinux")],
        ),
    ],
)
def test_a_security_label_is_that_of_its_model(
    label: Mapping[str, Any], types: list[tuple[str, str]]
) -> None:
    root = written(LABELS, {"security_label": label})
    assert [(place.get("type"), place.get("model")) for place in root.iter("seclabel")] == types


@pytest.mark.parametrize(
    ("tpm", "version"), [({}, "2.0"), ({"version": "1.2"}, "1.2"), ({"device": "/dev/tpm0"}, None)]
)
def test_a_new_tpm_is_of_the_second_version(tpm: Mapping[str, Any], version: str | None) -> None:
    root = written("<devices/>", {"tpm": tpm})
    assert [backend.get("version") for backend in root.iter("backend")] == [version]


@pytest.mark.parametrize(("machine", "ports"), [("pc-q35-7.2", 10), ("pc-i440fx-7.2", 0)])
def test_another_machine_has_what_a_new_one_has_and_keeps_what_is_not_its_own(
    machine: str, ports: int
) -> None:
    address = "<address type='pci' slot='0x05'/>"
    devices = f"""<controller type='pci' model='pci-root'/><controller type='ide'/>
    <controller type='scsi' model='virtio-scsi'>{address}</controller><controller type='virtio-serial'/>
    <disk><target dev='vda'/>{address}</disk><interface>{address}</interface>"""
    root = xml.parse(f"<domain><os><type machine='{machine}'/></os><devices>{devices}</devices></domain>")
    for_another_machine(root)
    kinds = [(c.get("type"), c.get("model")) for c in root.iter("controller")]
    assert kinds[:2] == [("scsi", "virtio-scsi"), ("virtio-serial", None)]
    assert kinds.count(("pci", "pcie-root-port")) == ports
    assert not list(root.iter("address"))


def test_a_patch_takes_away_all_that_is_at_its_path() -> None:
    root = xml.parse("<domain><devices><redirdev bus='usb'/><hub/><redirdev bus='usb'/></devices></domain>")
    write_patches(root, (Patch("./devices/redirdev", present=False),))
    assert xml.render(root) == "<domain><devices><hub /></devices></domain>"
