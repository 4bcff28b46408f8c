# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Descriptors: one table reads an element into a spec and writes a change into the existing tree.

A path is a relative XPath of plain steps, with conditions on attributes, that ends in an element or an attribute:
``./memory``, ``./source/@bridge``, ``./devices/channel[@type='unix']/target/@name``. Writing makes the steps that are
missing, conditions included, and leaves everything else in the tree as it is.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from .._model.xml_text import checked_text
from . import xml_path

HYBRID = xml_path.HYBRID
Element = xml_path.Element
Path = xml_path.Path
parse, render = xml_path.parse, xml_path.render

T = TypeVar("T")


class Descriptor(Protocol):
    """One field of a spec as a place in an element; None is that it is not there."""

    def read(self, element: Element) -> Any: ...

    def write(self, element: Element, value: Any) -> None: ...


class Scalar(Generic[T]):
    """A value that is written as text; subclasses say how. ``default`` is what it means where it is not there."""

    def __init__(self, path: str, default: T | None = None) -> None:
        self.path = Path(path)
        self._default = default

    def decode(self, text: str) -> T:
        raise NotImplementedError

    def encode(self, value: T) -> str:
        raise NotImplementedError

    def read(self, element: Element) -> T | None:
        text = self.path.value(element)
        return self._default if text is None else self.decode(text)

    def write(self, element: Element, value: T | None) -> None:
        if value is None:
            self.path.clear(element)
            return
        text = checked_text(self.encode(value), self.path.text)
        place = self.path.make(element)
        if self.path.attribute is None:
            place.text = text
        else:
            place.set(self.path.attribute, text)


class Text(Scalar[str]):
    """Text as it is."""

    def decode(self, text: str) -> str:
        return text

    def encode(self, value: str) -> str:
        return value


class Integer(Scalar[int]):
    """A whole number; hexadecimal is read too."""

    def decode(self, text: str) -> int:
        return int(text.strip(), 0) if text.strip().startswith("0x") else int(text)

    def encode(self, value: int) -> str:
        return str(value)


class Flag(Scalar[bool]):
    """A word for true and one for false: ``yes`` and ``no`` unless others are given."""

    def __init__(self, path: str, true: str = "yes", false: str = "no") -> None:
        super().__init__(path)
        self._true, self._false = true, false

    def decode(self, text: str) -> bool:
        return text == self._true

    def encode(self, value: object) -> str:
        return self._true if value else self._false


class Presence:
    """True where the element is there, with or without content: ``./features/acpi``."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def read(self, element: Element) -> bool:
        return self.path.find(element) is not None

    def write(self, element: Element, value: object) -> None:
        if value:
            self.path.make(element)
        else:
            self.path.clear(element)


class Bytes:
    """A size in bytes, of an element with text and a ``unit`` attribute (KiB where it has none, as libvirt says)."""

    def __init__(self, path: str, default_unit: str = "KiB") -> None:
        self.path = Path(path)
        self._default = default_unit

    def read(self, element: Element) -> int | None:
        place = self.path.find(element)
        if place is None or not (place.text or "").strip():
            return None
        return int(place.text or 0) * _factor(place.get("unit", self._default))

    def write(self, element: Element, value: int | None) -> None:
        if value is None:
            self.path.clear(element)
            return
        place = self.path.make(element)
        whole = value % 1024 == 0
        place.set("unit", "KiB" if whole else "bytes")
        place.text = str(value // 1024 if whole else value)


def _factor(unit: str) -> int:
    if unit in ("b", "bytes"):
        return 1
    power = "KMGTPE".index(unit[0].upper()) + 1
    return int((1000 if unit.endswith("B") and not unit.endswith("iB") else 1024) ** power)


class Texts:
    """The texts of all elements of a path, or of an attribute of theirs: ``./hostname``, ``./forwarder/@addr``."""

    def __init__(self, path: str) -> None:
        elements, at, attribute = path.rpartition("/@") if "/@" in path else (path, "", "")
        parent, _slash, last = elements.rpartition("/")
        self.parent = Path(parent)
        self.tag = last
        self._text = Text(f"./@{attribute}" if at else ".")

    def read(self, element: Element) -> tuple[str, ...]:
        return tuple(text for text in map(self._text.read, self._elements(element)) if text is not None)

    def write(self, element: Element, value: Iterable[str] | None) -> None:
        wanted = list(value or ())
        for child in self._elements(element):
            text = self._text.read(child)
            if text in wanted:
                wanted.remove(text)
            elif text is not None:
                self.parent.make(element).remove(child)
        for text in wanted:
            self._text.write(ET.SubElement(self.parent.make(element), self.tag), text)

    def _elements(self, element: Element) -> list[Element]:
        parent = self.parent.find(element)
        return parent.findall(self.tag) if parent is not None else []


Table = Mapping[str, Descriptor]


def read(table: Table, element: Element) -> dict[str, Any]:
    """The values of all fields of the table; those that are not there are None."""
    return {name: descriptor.read(element) for name, descriptor in table.items()}


def write(table: Table, element: Element, spec: Any, fields: Iterable[str] | None = None) -> None:
    """Writes the spec's managed fields (those that are not None) into the element; only ``fields`` where given."""
    for name in table if fields is None else fields:
        value = getattr(spec, name)
        if name in table and value is not None:
            table[name].write(element, value)


class Group(Generic[T]):
    """A nested spec: the values of a table of its own below one element; None where that is not there."""

    def __init__(self, path: str, table: Table, make: Callable[..., T]) -> None:
        self.path = Path(path)
        self.table = table
        self._make = make

    def read(self, element: Element) -> T | None:
        place = self.path.find(element)
        return None if place is None else self._make(**read(self.table, place))

    def write(self, element: Element, value: T | None) -> None:
        if value is None:
            self.path.clear(element)
        else:
            write(self.table, self.path.make(element), value)


class Part(Group[T]):
    """As ``Group``; where the element is not there, that says what an empty one would."""

    def __init__(self, path: str, table: Table, make: Callable[..., T]) -> None:
        super().__init__(path, table, make)
        self._empty = make(**read(table, ET.Element("nothing")))

    def read(self, element: Element) -> T | None:
        place = self.path.find(element)
        return self._empty if place is None else self._make(**read(self.table, place))

    def write(self, element: Element, value: T | None) -> None:
        if value != self.read(element):
            super().write(element, value)


class Keyed(Protocol):
    """An item of a list, with what names it there."""

    @property
    def key(self) -> Any: ...


K = TypeVar("K", bound=Keyed)


class Children(Generic[K]):
    """A keyed list of like elements: ``./devices/disk``, each read by a table of its own into ``make(**values)``.

    Elements that stay are changed in place, so that what is unknown in them survives; those without a key are left
    alone.
    """

    def __init__(self, path: str, table: Table, make: Callable[..., K]) -> None:
        parent, _slash, last = path.rpartition("/")
        self.parent = Path(parent)
        self.tag, self.conditions = Path(f"./{last}").steps[0]
        self.table = table
        self._make = make

    def elements(self, element: Element) -> list[Element]:
        """The children themselves, in their order."""
        parent = self.parent.find(element)
        found = parent.findall(self.tag) if parent is not None else []
        return [c for c in found if all(c.get(name) == value for name, value in self.conditions.items())]

    def item(self, child: Element) -> K:
        """What one child says."""
        return self._make(**read(self.table, child))

    def element(self, item: K) -> Element:
        """A new child for the item, in no tree."""
        child = ET.Element(self.tag, self.conditions)
        write(self.table, child, item)
        return child

    def find(self, element: Element, key: Any) -> Element | None:
        """The child of that key."""
        return next((c for c in self.elements(element) if self.item(c).key == key), None)

    def put(self, element: Element, item: K) -> None:
        """Changes the child of the item's key, or adds one behind its like."""
        child = self.find(element, item.key)
        if child is not None:
            write(self.table, child, item)
            return
        parent = self.parent.make(element)
        like = parent.findall(self.tag)
        parent.insert(list(parent).index(like[-1]) + 1 if like else len(parent), self.element(item))

    def drop(self, element: Element, key: Any) -> None:
        """Removes the child of that key, where it is there."""
        child = self.find(element, key)
        if child is not None:
            self.parent.make(element).remove(child)

    def read(self, element: Element) -> tuple[K, ...]:
        items = map(self.item, self.elements(element))
        return tuple(item for item in items if item.key is not None)

    def write(self, element: Element, value: Iterable[K] | None) -> None:
        """Makes the elements those of the items, and no others."""
        items = list(value or ())
        kept = {item.key for item in items}
        for present in self.read(element):
            if present.key not in kept:
                self.drop(element, present.key)
        for item in items:
            self.put(element, item)
