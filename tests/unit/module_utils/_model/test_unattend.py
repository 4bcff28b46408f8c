# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows Setup's answer file says what was asked, and nothing that is shown says it, too."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import plain
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm

IN = {"": "urn:schemas-microsoft-com:unattend", "wcm": "http://schemas.microsoft.com/WMIConfig/2002/State"}
ADD = {f"{{{IN['wcm']}}}action": "add"}


def vm(unattend: dict[str, Any], **options: Any) -> Vm:
    params = {"name": "dc-of-the-head-office", "os": "win2k22", "disks": [{"source": "dc.qcow2"}], **options}
    return Vm.from_params({**params, "unattend": unattend})


def answers(spec: Vm) -> ET.Element:
    [document] = (spec.seed or {}).values()
    return ET.fromstring(document)


def texts(root: ET.Element, path: str) -> list[str | None]:
    return [element.text for element in root.findall(path.replace("./", ".//"), IN)]


def test_the_shortest_takes_the_whole_first_disk() -> None:
    root = answers(vm({"password": "s&<é"}))
    assert texts(root, "./CreatePartition/Type") == ["EFI", "MSR", "Primary"]
    assert texts(root, "./CreatePartition/Size") == ["260", "128"]
    assert texts(root, "./CreatePartition/Extend") == ["true"]
    assert texts(root, "./ModifyPartition/Format") == ["FAT32", "NTFS"]
    assert texts(root, "./ModifyPartition/PartitionID") == ["1", "3"]
    assert texts(root, "./InstallTo/PartitionID") == ["3"]
    assert texts(root, "./MetaData/Key") == ["/IMAGE/INDEX"]
    assert texts(root, "./ComputerName") == ["dc-of-the-head-"]
    assert texts(root, "./AdministratorPassword/Value") == ["s&<é"]
    assert texts(root, "./AutoLogon") == []
    assert all(element.attrib == ADD for element in root.findall(".//CreatePartition", IN))


def test_bios_has_no_efi_partition() -> None:
    root = answers(vm({"password": "p"}, firmware="bios"))
    assert texts(root, "./ModifyPartition/Active") == ["true"]
    assert texts(root, "./InstallTo/PartitionID") == ["2"]


def test_drivers_are_a_disc_and_folders_on_it() -> None:
    spec = vm({"password": "p", "drivers": "/iso/virtio-win.iso", "commands": ["whoami"]}, os="win11")
    root = answers(spec)
    assert [(disk.device, disk.source) for disk in spec.disks or ()][1:] == [("cdrom", "/iso/virtio-win.iso")]
    assert "E:\\viostor\\w11\\amd64" in texts(root, "./PathAndCredentials/Path")
    keys = [e.get(f"{{{IN['wcm']}}}keyValue") for e in root.findall(".//PathAndCredentials", IN)]
    assert len(set(keys)) == len(keys) == 25
    first, second = texts(root, "./SynchronousCommand/CommandLine")
    assert "virtio-win-guest-tools.exe /install /quiet" in str(first)
    assert second == "whoami"
    assert texts(root, "./LocalAccount/Name") == ["user"]
    assert texts(root, "./AutoLogon/Username") == ["user"]
    assert texts(root, "./AdministratorPassword") == []


def test_everything_else_that_can_be_said() -> None:
    said = {
        "hostname": "dc1",
        "user": "Administrator",
        "password": "p",
        "product_key": "K-E-Y",
        "image": "Windows Server 2022 SERVERSTANDARD",
        "language": "de-DE",
        "timezone": "W. Europe Standard Time",
    }
    root = answers(vm(said))
    assert texts(root, "./MetaData/Value") == [said["image"]]
    assert texts(root, "./UILanguage") == ["de-DE"] * 3
    assert texts(root, "./TimeZone") == [said["timezone"]]
    assert texts(root, "./ProductKey/Key") == ["K-E-Y"]
    assert texts(root, "./ComputerName") == ["dc1"]


def test_nothing_of_it_is_shown() -> None:
    spec = vm({"password": "hunter2", "product_key": "K-E-Y"})
    assert "hunter2" not in f"{plain(spec)} {spec!r}"
    assert "K-E-Y" not in f"{plain(spec)} {spec!r}"


def test_a_file_of_ones_own_is_left_as_it_is() -> None:
    assert vm({"answer_file": "<unattend/>"}, os=None).seed == {"autounattend.xml": "<unattend/>"}


@pytest.mark.parametrize(
    ("unattend", "options", "words"),
    [
        ({"user": "u"}, {}, "needs a password"),
        ({"password": "p"}, {"os": "debian12"}, "for Windows only"),
        ({"password": "p", "answer_file": "<a/>"}, {}, "answer_file leaves no room for password"),
        ({"password": "p", "hostname": "x" * 16}, {}, "hostname has more than 15 letters"),
        ({"password": "p\x00"}, {}, "characters that XML cannot carry"),
        ({"password": "p", "drivers": "/d.iso"}, {"disks": None}, "drivers are a disc beside the disks"),
    ],
)
def test_what_is_refused(unattend: dict[str, Any], options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        vm(unattend, **options)
    assert words in str(caught.value)
