# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A disk that is encrypted names the secret of its file, and never what that is."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_disks import DISKS
from ansible_collections.hybrid.host.plugins.module_utils._model.disk_attachment import disks_from_params
from ansible_collections.hybrid.host.plugins.module_utils._model.os_preset import Preset

DISK = {"target": "vda", "source": "/srv/erp.qcow2", "encryption": {"passphrase": "geheim"}}


def written(root: ET.Element, *entries: dict[str, object]) -> list[str | None]:
    """The secrets that the disks name."""
    DISKS.write(root, disks_from_params(entries, Preset()))
    return [
        secret.get("uuid")
        for secret in root.findall("./devices/disk/source/encryption[@format='luks']/secret")
    ]


def test_it_names_the_secret_of_its_file() -> None:
    root = ET.Element("domain")
    (first,) = written(root, DISK)
    assert b"geheim" not in ET.tostring(root)
    assert written(root, {**DISK, "encryption": None}) == [first]
    (other,) = written(root, {**DISK, "source": "/srv/other.qcow2"})
    assert other != first
    assert written(root, {"target": "vda", "source": "/srv/plain.qcow2"}) == []
    assert written(root, DISK) == [first]
    assert written(root, {**DISK, "encryption": {"format": "none"}}) == []


def test_it_keeps_the_secret_that_another_hand_named() -> None:
    root = ET.Element("domain")
    written(root, DISK)
    for secret in root.iter("secret"):
        secret.set("uuid", "6d4e1c5c-0c0f-4c0e-9a51-6b0000000001")
    assert written(root, DISK) == ["6d4e1c5c-0c0f-4c0e-9a51-6b0000000001"]
