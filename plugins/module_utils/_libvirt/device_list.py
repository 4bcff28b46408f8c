# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of devices in a domain's XML, each item known by its key."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from . import xml
from .xml import Element, Keyed, Table, Text

K = TypeVar("K", bound=Keyed)


class Slot:
    """Where a device sits. Another bus, another model is another seat: the address that it had goes."""

    def __init__(self, path: str) -> None:
        self._text = Text(path)

    def read(self, element: Element) -> str | None:
        return self._text.read(element)

    def write(self, element: Element, value: str | None) -> None:
        if self.read(element) not in (None, value):
            for stale in element.findall("address"):
                element.remove(stale)
        self._text.write(element, value)


class Devices(Generic[K]):
    """A keyed list of devices. What the table cannot express (a disk of a network, a macvtap) is left alone."""

    def __init__(self, tag: str, table: Table, make: Callable[[Mapping[str, Any]], K | None]) -> None:
        self.tag = tag
        self._table = table
        self._make = make

    def elements(self, root: Element, like: Sequence[K] = ()) -> dict[Any, tuple[Element, K]]:
        """The elements by key, each with what it says. Those that are in ``like`` have the key that they have there."""
        pairs = [(e, self._make(xml.read(self._table, e))) for e in root.findall(f"./devices/{self.tag}")]
        known = [(element, item) for element, item in pairs if item is not None]
        items = self._told_apart([item for _element, item in known], like)
        return {item.key: (pair[0], item) for pair, item in zip(known, items)}

    def read(self, root: Element) -> tuple[K, ...]:
        return tuple(item for _element, item in self.elements(root).values())

    def write(self, root: Element, value: Sequence[K] | None) -> None:
        """Makes the elements those of the items, and no others."""
        present = self.elements(root)
        wanted = {item.key: item for item in value or ()}
        for key in [key for key in present if key not in wanted]:
            self.drop(root, key)
        for item in wanted.values():
            self.put(root, item)

    def put(self, root: Element, item: K) -> Element:
        """Changes the element of the item's key, or adds one behind its like. Returns it."""
        present = self.elements(root).get(item.key)
        if present is None:
            return self.add(root, item)
        self.change(present[0], item)
        return present[0]

    def add(self, root: Element, item: K) -> Element:
        """Adds an element for the item, behind its like. Returns it."""
        devices = root.find("devices")
        if devices is None:
            devices = ET.SubElement(root, "devices")
        element = self.new(item)
        like = devices.findall(self.tag)
        devices.insert(list(devices).index(like[-1]) + 1 if like else len(devices), element)
        return element

    def drop(self, root: Element, key: Any) -> None:
        present = self.elements(root).get(key)
        if present is not None:
            self.remove(root, present[0])

    def remove(self, root: Element, element: Element) -> None:
        devices = root.find("devices")
        if devices is not None:
            devices.remove(element)

    def change(self, element: Element, item: K) -> None:
        """Writes what the item manages into its element."""
        xml.write(self._table, element, item)

    def new(self, item: K) -> Element:
        """A new element for the item, in no tree."""
        element = self._blank(item)
        self.change(element, item)
        return element

    def _blank(self, item: K) -> Element:
        raise NotImplementedError

    def _told_apart(self, items: Sequence[K], like: Sequence[K]) -> Sequence[K]:
        return items
