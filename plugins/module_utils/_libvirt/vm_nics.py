# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces in a domain's XML."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from .._model.nic import Nic, paired
from .bandwidth_xml import Limits
from .device_list import Devices, Slot
from .vm_descriptors import Blank, Count
from .xml import Element, Integer, Table, Text

_NETWORK = Text("./source/@network")


class On:
    """What an interface of one type is on. While it runs, one on a network may be of the type that the network uses."""

    def __init__(self, kind: str, attribute: str) -> None:
        self._kind = kind
        self._text = Text(f"./source/@{attribute}")

    def read(self, element: Element) -> str | None:
        kind = "network" if _NETWORK.read(element) else element.get("type")
        return self._text.read(element) if kind == self._kind else None

    def write(self, element: Element, value: str | None) -> None:
        self._text.write(element, value)


class OnUser:
    """Whether an interface is behind QEMU's own NAT."""

    def read(self, element: Element) -> bool | None:
        return element.get("type") == "user" or None

    def write(self, element: Element, value: object) -> None:
        """It was made so."""


NIC: Table = {
    "network": On("network", "network"),
    "bridge": On("bridge", "bridge"),
    "direct": On("direct", "dev"),
    "user": OnUser(),
    "source_mode": Text("./source/@mode"),
    "mac": Text("./mac/@address"),
    "model": Slot("./model/@type"),
    "queues": Integer("./driver/@queues"),
    "mtu": Count("./mtu/@size"),
    "filter": Blank("./filterref/@filter"),
    "vlan": Count("./vlan/tag/@id"),
    "bandwidth": Limits(),
    "link_state": Text("./link/@state", "up"),
}


class Nics(Devices[Nic]):
    def __init__(self) -> None:
        super().__init__("interface", NIC, _nic)

    def change(self, element: Element, item: Nic) -> None:
        """One on a network is written as that, whatever the network uses while it runs."""
        if _NETWORK.read(element):
            element.set("type", "network")
        super().change(element, item)

    def _blank(self, item: Nic) -> Element:
        kinds = {"network": item.network, "bridge": item.bridge, "direct": item.direct}
        kind = next((kind for kind, place in kinds.items() if place), "user")
        element = ET.Element("interface", {"type": kind})
        if kind != "user":
            ET.SubElement(element, "source")
        return element

    def _told_apart(self, items: Sequence[Nic], like: Sequence[Nic]) -> Sequence[Nic]:
        return paired(items, like)


def _nic(values: Mapping[str, Any]) -> Nic | None:
    if not any(values[name] for name in ("network", "bridge", "direct", "user")):
        return None
    nic = Nic(**values)
    return dataclasses.replace(nic, mac=nic.mac.lower()) if nic.mac else nic


NICS = Nics()
