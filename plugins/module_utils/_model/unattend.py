# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows Setup's answer file, and what tells one from another without keeping a secret.

Components and settings are those of Microsoft's "Unattended Windows Setup Reference"; the folders on the disc of
drivers are those of virtio-win.
"""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, Policy, field
from .cloud_init import digests
from .os_preset import preset_of
from .xml_text import checked_text

ANSWER_FILE = "autounattend.xml"
_NAMESPACES = {
    "xmlns": "urn:schemas-microsoft-com:unattend",
    "xmlns:wcm": "http://schemas.microsoft.com/WMIConfig/2002/State",
}
_COMPONENT = {"publicKeyToken": "31bf3856ad364e35", "language": "neutral", "versionScope": "nonSxS"}
_ARCHITECTURES = {"x86_64": "amd64", "i686": "x86", "aarch64": "arm64"}
# Nobody knows which letter the disc of drivers gets.
_LETTERS = "DEFGH"
_DRIVERS = ("viostor", "vioscsi", "NetKVM", "Balloon", "vioserial")
_MOST_LETTERS = 15
_TOOLS = "virtio-win-guest-tools.exe"
_OWN = ("hostname", "user", "password", "product_key", "image", "language", "timezone", "commands")
# By firmware: the partitions as (type, megabytes, format, active), and the number of the one for Windows.
_LAYOUTS: Mapping[str, tuple[Sequence[tuple[str, int | None, str | None, bool]], int]] = {
    "efi": ((("EFI", 260, "FAT32", False), ("MSR", 128, None, False), ("Primary", None, "NTFS", False)), 3),
    "bios": ((("Primary", 500, "NTFS", True), ("Primary", None, "NTFS", False)), 2),
}


@dataclasses.dataclass(frozen=True)
class Unattend:
    """``digests`` of the documents, by name, are compared; ``documents`` are what the seed will hold."""

    digests: dict[str, str] | None = field(Disruption.RESTART, Compare.VALUE)
    documents: dict[str, str] | None = dataclasses.field(
        default=None, repr=False, metadata={"policy": Policy(secret=True, reported=True)}
    )


def unattend_from_params(params: Mapping[str, Any] | None, vm: Mapping[str, Any]) -> Unattend | None:
    """The seed of a Windows vm, from its option ``unattend`` and those that the vm has besides; empty, it is none."""
    if params is None:
        return None
    if not any(params.values()):
        return Unattend({}, {})
    own = params.get("answer_file")
    if own:
        clash = [name for name in _OWN if params.get(name)]
        if clash:
            raise InvalidSpec(f"unattend: answer_file leaves no room for {', '.join(clash)}")
        return _unattend(own)
    if not preset_of(vm.get("os")).drivers:
        raise InvalidSpec(
            "unattend: an answer file can be made for Windows only",
            hint="Write os: win2k22 or another Windows, or the whole answer_file.",
        )
    if not params.get("password"):
        raise InvalidSpec("unattend: Windows needs a password for its user")
    if len(params.get("hostname") or "") > _MOST_LETTERS:
        raise InvalidSpec(f"unattend: hostname has more than {_MOST_LETTERS} letters")
    return _unattend(_answer_file(params, vm))


def _unattend(text: str) -> Unattend:
    documents = {ANSWER_FILE: checked_text(text, "unattend")}
    return Unattend(digests(documents), documents)


def _answer_file(params: Mapping[str, Any], vm: Mapping[str, Any]) -> str:
    preset = preset_of(vm.get("os"))
    firmware = vm.get("firmware") or ("efi" if vm.get("secure_boot") else preset.firmware)
    architecture = _ARCHITECTURES.get(vm.get("arch") or "x86_64", "amd64")
    language = params.get("language") or "en-US"
    locale = dict.fromkeys(("InputLocale", "SystemLocale", "UILanguage", "UserLocale"), language)
    file = _AnswerFile(architecture)
    file.add(
        "windowsPE",
        "Microsoft-Windows-International-Core-WinPE",
        {"SetupUILanguage": {"UILanguage": language}, **locale},
    )
    if params.get("drivers"):
        folders = [
            {"Path": f"{letter}:\\{name}\\{preset.drivers}\\{architecture}"}
            for letter in _LETTERS
            for name in _DRIVERS
        ]
        paths = {"DriverPaths": _List("PathAndCredentials", folders, keyed=True)}
        file.add("windowsPE", "Microsoft-Windows-PnpCustomizationsWinPE", paths)
    file.add("windowsPE", "Microsoft-Windows-Setup", _setup(params, firmware))
    name = {"ComputerName": params.get("hostname") or str(vm.get("name"))[:_MOST_LETTERS]}
    zone = {"TimeZone": params.get("timezone") or "UTC"}
    file.add("specialize", "Microsoft-Windows-Shell-Setup", {**name, **zone})
    file.add("oobeSystem", "Microsoft-Windows-International-Core", locale)
    file.add("oobeSystem", "Microsoft-Windows-Shell-Setup", _first_start(params, client=preset.client))
    return file.text()


def _setup(params: Mapping[str, Any], firmware: str) -> dict[str, Any]:
    """Disk, image and licence."""
    partitions, system = _LAYOUTS[firmware]
    made = [
        {"Order": order, "Type": kind, **({"Size": size} if size else {"Extend": True})}
        for order, (kind, size, _format, _active) in enumerate(partitions, 1)
    ]
    formatted = [
        {"Order": number, "PartitionID": number, "Format": written, **({"Active": True} if active else {})}
        for number, (_kind, _size, written, active) in enumerate(partitions, 1)
        if written
    ]
    disk = {
        "DiskID": 0,
        "WillWipeDisk": True,
        "CreatePartitions": _List("CreatePartition", made),
        "ModifyPartitions": _List("ModifyPartition", formatted),
    }
    image = str(params.get("image") or 1)
    key = {"Key": params["product_key"]} if params.get("product_key") else {}
    return {
        "DiskConfiguration": {"Disk": _Added(disk)},
        "ImageInstall": {
            "OSImage": {
                "InstallFrom": {
                    "MetaData": _Added(
                        {"Key": "/IMAGE/INDEX" if image.isdigit() else "/IMAGE/NAME", "Value": image}
                    )
                },
                "InstallTo": {"DiskID": 0, "PartitionID": system},
            }
        },
        "UserData": {"AcceptEula": True, "ProductKey": {**key, "WillShowUI": "OnError"}},
    }


def _first_start(params: Mapping[str, Any], *, client: bool) -> dict[str, Any]:
    """The user, and what runs as it logs on for the first time."""
    user = params.get("user") or ("user" if client else "Administrator")
    password = {"Value": params["password"], "PlainText": True}
    accounts: dict[str, Any] = {"AdministratorPassword": password}
    if user != "Administrator":
        account = {"Name": user, "Group": "Administrators", "Password": password}
        accounts = {"LocalAccounts": {"LocalAccount": _Added(account)}}
    commands = list(params.get("commands") or ())
    if params.get("drivers"):
        letters = " ".join(_LETTERS)
        install = f"if exist %d:\\{_TOOLS} %d:\\{_TOOLS} /install /quiet /norestart"
        commands.insert(0, f'cmd /c "for %d in ({letters}) do {install}"')
    lines = [{"Order": order, "CommandLine": command} for order, command in enumerate(commands, 1)]
    once = {
        "AutoLogon": {"Enabled": True, "LogonCount": 1, "Username": user, "Password": password},
        "FirstLogonCommands": _List("SynchronousCommand", lines),
    }
    quiet = ("HideEULAPage", "HideOnlineAccountScreens", "HideWirelessSetupInOOBE")
    return {
        **(once if commands else {}),
        "OOBE": {**dict.fromkeys(quiet, True), "ProtectYourPC": 3},
        "UserAccounts": accounts,
    }


class _Added(dict[str, Any]):
    """The settings of an element that is added to those of its kind."""


class _List:
    """Elements of one tag, one after another."""

    def __init__(self, tag: str, items: Sequence[Mapping[str, Any]], *, keyed: bool = False) -> None:
        self.tag = tag
        self.items = items
        self.keyed = keyed


class _AnswerFile:
    """An answer file in the making."""

    def __init__(self, architecture: str) -> None:
        self._component = {"processorArchitecture": architecture, **_COMPONENT}
        self._root = ET.Element("unattend", _NAMESPACES)

    def add(self, phase: str, component: str, settings: Mapping[str, Any]) -> None:
        place = self._root.find(f"./settings[@pass='{phase}']")
        if place is None:
            place = ET.SubElement(self._root, "settings", {"pass": phase})
        _fill(ET.SubElement(place, "component", {"name": component, **self._component}), settings)

    def text(self) -> str:
        ET.indent(self._root)
        return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(self._root, encoding="unicode") + "\n"


def _fill(element: ET.Element, settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        child = ET.SubElement(element, name, {"wcm:action": "add"} if isinstance(value, _Added) else {})
        if isinstance(value, Mapping):
            _fill(child, value)
        elif isinstance(value, _List):
            for number, item in enumerate(value.items, 1):
                key = {"wcm:keyValue": str(number)} if value.keyed else {}
                _fill(ET.SubElement(child, value.tag, {"wcm:action": "add", **key}), item)
        else:
            child.text = str(value).lower() if isinstance(value, bool) else str(value)
