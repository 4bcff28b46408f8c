# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The storage pool's XML as a table."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from .._model.pool import Pool
from .._model.pool_parts import Adapter, Auth, PoolHost, PoolSource, PoolTarget, Secret
from .._model.xml_text import checked_text
from .xml import Bytes, Children, Descriptor, Element, Flag, Group, Integer, Table, Text, Texts
from .xml import write as write_table

_OWNER = "hybrid.host/stack="
_MARKS = ("product", "vendor")


class Owner:
    """The stack: libvirt keeps no metadata of a pool, but what is called the product, or the vendor, of its source.

    It makes nothing of either, and every version keeps both for every type. One that is somebody's own stays.
    """

    def read(self, element: Element) -> str | None:
        for tag in _MARKS:
            name = _name_of(element, tag)
            if name.startswith(_OWNER):
                return name[len(_OWNER) :]
        return None

    def write(self, element: Element, value: str | None) -> None:
        named = {tag: _name_of(element, tag) for tag in _MARKS}
        for tag in [tag for tag, name in named.items() if name.startswith(_OWNER)]:
            Text(f"./source/{tag}/@name").write(element, None)
            named[tag] = ""
        free = next((tag for tag in _MARKS if not named[tag]), _MARKS[0])
        Text(f"./source/{free}/@name").write(element, _OWNER + value if value is not None else None)


def _name_of(element: Element, tag: str) -> str:
    return Text(f"./source/{tag}/@name").read(element) or ""


class Choice:
    """One of two attributes of an element, of which it has but one."""

    def __init__(self, attribute: str, other: str) -> None:
        self._attribute = attribute
        self._other = other

    def read(self, element: Element) -> str | None:
        return element.get(self._attribute)

    def write(self, element: Element, value: str | None) -> None:
        element.attrib.pop(self._other, None)
        Text(f"./@{self._attribute}").write(element, value)


class Account:
    """The number of a user or group; libvirt writes -1 for whoever it may be."""

    def __init__(self, path: str) -> None:
        self._text = Text(path)

    def read(self, element: Element) -> str | None:
        text = self._text.read(element)
        return None if text in (None, "-1", "4294967295") else text

    def write(self, element: Element, value: str | None) -> None:
        self._text.write(element, value)


class Mode:
    """Four octal digits."""

    def __init__(self, path: str) -> None:
        self._text = Text(path)

    def read(self, element: Element) -> str | None:
        text = self._text.read(element)
        return text.rjust(4, "0") if text else None

    def write(self, element: Element, value: str | None) -> None:
        self._text.write(element, value)


SOURCE: Table = {
    "devices": Texts("./device/@path"),
    "hosts": Children("./host", {"name": Text("./@name"), "port": Integer("./@port")}, PoolHost),
    "dir": Text("./dir/@path"),
    "name": Text("./name"),
    "format": Text("./format/@type"),
    "protocol_version": Text("./protocol/@ver"),
    "adapter": Group(
        "./adapter",
        {
            "type": Text("./@type", "scsi_host"),
            **{name: Text(f"./@{name}") for name in ("name", "parent", "wwnn", "wwpn")},
            "managed": Flag("./@managed"),
        },
        Adapter,
    ),
    "initiator": Text("./initiator/iqn/@name"),
    "auth": Group(
        "./auth",
        {
            "type": Text("./@type"),
            "username": Text("./@username"),
            "secret": Group(
                "./secret", {"usage": Choice("usage", "uuid"), "uuid": Choice("uuid", "usage")}, Secret
            ),
        },
        Auth,
    ),
}
TARGET: Table = {
    "path": Text("./path"),
    "owner": Account("./permissions/owner"),
    "group": Account("./permissions/group"),
    "mode": Mode("./permissions/mode"),
}
TABLE: dict[str, Descriptor] = {
    "type": Text("./@type"),
    "source": Group("./source", SOURCE, PoolSource),
    "target": Group("./target", TARGET, PoolTarget),
    "cow": Flag("./features/cow/@state"),
    "owner": Owner(),
}
SIZES: Table = {name: Bytes(f"./{name}", "bytes") for name in ("capacity", "allocation", "available")}


def new_definition(spec: Pool) -> Element:
    """The definition of a pool that is complete (``Pool.completed``)."""
    root = ET.Element("pool", {"type": spec.type or "dir"})
    ET.SubElement(root, "name").text = checked_text(spec.name, "name")
    write_table(TABLE, root, spec)
    return root
