# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the domain's XML of a system container has that no other has."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from .._model.xml_text import checked_text
from .xml import Element, Path


class InitArguments:
    """The arguments of the init, in their order."""

    _os = Path("./os")

    def read(self, element: Element) -> tuple[str, ...]:
        return tuple(argument.text or "" for argument in element.findall("./os/initarg"))

    def write(self, element: Element, value: tuple[str, ...] | None) -> None:
        os = self._os.make(element)
        for stale in os.findall("initarg"):
            os.remove(stale)
        for text in value or ():
            ET.SubElement(os, "initarg").text = checked_text(text, "init_args")


def make_system_container(root: Element) -> None:
    """Makes one of a new domain: a console, and interfaces of its own. Without any it would else have the host's."""
    Path("./os/type").make(root).text = "exe"
    Path("./features/privnet").make(root)
    ET.SubElement(Path("./devices").make(root), "console", {"type": "pty"})
