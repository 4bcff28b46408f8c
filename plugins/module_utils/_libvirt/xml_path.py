# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""XML as a tree in which paths can be found and made: nothing from a user or a guest is ever read as syntax."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping

from .._core.errors import ApplyFailed

Element = ET.Element

HYBRID = "urn:hybrid:host"
DNSMASQ = "http://libvirt.org/schemas/network/dnsmasq/1.0"
QEMU = "http://libvirt.org/schemas/domain/qemu/1.0"
for _prefix, _uri in (("hybrid", HYBRID), ("dnsmasq", DNSMASQ), ("qemu", QEMU)):
    ET.register_namespace(_prefix, _uri)

_STEP = re.compile(r"(?P<tag>(?:\{[^}]*\})?[^/\[\]{}@]+)(?P<conditions>(?:\[@[^=\]]+='[^']*'\])*)(?:/|$)")
_CONDITION = re.compile(r"\[@(?P<name>[^=\]]+)='(?P<value>[^']*)'\]")
_GENERATED_PREFIX = re.compile(r"ns\d+")


class _Builder(ET.TreeBuilder):
    """Keeps comments, and the document's own prefixes."""

    def __init__(self) -> None:
        super().__init__(insert_comments=True)

    def start_ns(self, prefix: str, uri: str) -> None:
        if prefix and not _GENERATED_PREFIX.fullmatch(prefix):
            ET.register_namespace(prefix, uri)


def parse(text: str) -> Element:
    """The root of a document, with its comments. Raises ``ApplyFailed`` for what is not XML."""
    parser = ET.XMLParser(target=_Builder())
    try:
        parser.feed(text)
        root: Element = parser.close()
    except ET.ParseError as error:
        raise ApplyFailed("read the XML that libvirt gave", cause=str(error)) from None
    return root


def render(element: Element) -> str:
    """The document of which the element is the root. Any text comes back from ``parse`` as it was.

    ElementTree leaves a carriage return bare in text, where a parser would read it as a newline.
    """
    return ET.tostring(element, encoding="unicode").replace("\r", "&#13;")


class Path:
    """A parsed path: the steps to an element, and the name of its attribute or None for its text."""

    def __init__(self, path: str) -> None:
        steps, at, attribute = path.rpartition("/@") if "/@" in path else (path, "", "")
        self.text = path
        self.attribute = attribute if at else None
        self.steps: list[tuple[str, dict[str, str]]] = []
        rest = steps[2:] if steps.startswith("./") else steps.lstrip(".")
        while rest:
            match = _STEP.match(rest)
            if match is None:
                raise ValueError(f"not a path: {path}")
            conditions = {m["name"]: m["value"] for m in _CONDITION.finditer(match["conditions"])}
            self.steps.append((match["tag"], conditions))
            rest = rest[match.end() :]

    def chain(self, element: Element) -> list[Element]:
        """The elements from the given one along the steps, as far as they are there."""
        chain = [element]
        for tag, conditions in self.steps:
            following = _child(chain[-1], tag, conditions)
            if following is None:
                break
            chain.append(following)
        return chain

    def find(self, element: Element) -> Element | None:
        chain = self.chain(element)
        return chain[-1] if len(chain) > len(self.steps) else None

    def value(self, element: Element) -> str | None:
        """The text or the attribute; None where it is not there."""
        place = self.find(element)
        if place is None:
            return None
        return (place.text or "") if self.attribute is None else place.get(self.attribute)

    def make(self, element: Element) -> Element:
        """The element at the end of the steps, made where it is missing."""
        chain = self.chain(element)
        last = chain[-1]
        for tag, conditions in self.steps[len(chain) - 1 :]:
            last = ET.SubElement(last, tag, conditions)
        return last

    def clear(self, element: Element) -> None:
        """Removes the attribute or the element, and the elements on the way that are left without any content."""
        chain = self.chain(element)
        if len(chain) <= len(self.steps):
            return
        if self.attribute is not None:
            chain[-1].attrib.pop(self.attribute, None)
        elif len(chain) > 1:
            chain[-2].remove(chain.pop())
        while len(chain) > 1 and not (len(chain[-1]) or chain[-1].attrib or (chain[-1].text or "").strip()):
            chain[-2].remove(chain.pop())


def _child(parent: Element, tag: str, conditions: Mapping[str, str]) -> Element | None:
    if not conditions:
        return parent.find(tag)
    for child in parent.findall(tag):
        if all(child.get(name) == value for name, value in conditions.items()):
            return child
    return None
