# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is noted for one vm alone: a copy that another tool makes of the vm has the notes, too, and another UUID."""

from __future__ import annotations

from .xml import Element, Path, Text

_UUID = Text("./uuid")


def coming_name(vm: str) -> str:
    """That of a definition which is to take the vm's place. No vm of ours can have such a name."""
    return f"{vm}~"


class OwnText(Text):
    """Text that holds for the vm whose UUID stands beside it. It is believed, too, where none does."""

    def read(self, element: Element) -> str | None:
        note = self.path.find(element)
        whose = None if note is None else note.get("uuid")
        return super().read(element) if whose in (None, _UUID.read(element)) else None

    def write(self, element: Element, value: str | None) -> None:
        super().write(element, value)
        note, uuid = self.path.find(element), _UUID.read(element)
        if note is not None and uuid is not None:
            note.set("uuid", uuid)


class Identity(Text):
    """The UUID, which takes the notes that have it along."""

    def __init__(self, notes: str) -> None:
        super().__init__("./uuid")
        self._notes = Path(notes)

    def write(self, element: Element, value: str | None) -> None:
        before = self.read(element)
        super().write(element, value)
        notes = self._notes.find(element)
        for note in notes if notes is not None else ():
            if value is not None and before is not None and note.get("uuid") == before:
                note.set("uuid", value)
