# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network's XML as a table."""

from __future__ import annotations

import ipaddress
import xml.etree.ElementTree as ET
from typing import Any

from .._model.network import AddressRange, Dns, DnsHost, Reservation
from .._model.subnets import first_address, is_usable
from .xml import HYBRID, Children, Descriptor, Element, Group, Integer, Text, Texts

# libvirt keeps metadata of networks from this version on.
METADATA_SINCE = 9_007_000
_OWNER_GROUP = "hybrid.host/stack="


class Mode:
    """``isolated`` is the absence of a forward element; one without a mode means nat."""

    def read(self, element: Element) -> str:
        forward = element.find("forward")
        return "isolated" if forward is None else forward.get("mode", "nat")

    def write(self, element: Element, value: str | None) -> None:
        if value == "isolated":
            Text("./forward").write(element, None)
        elif value is not None:
            Text("./forward/@mode").write(element, value)


class Ipv4:
    """A descriptor within the first IPv4 ``ip`` element."""

    def __init__(self, inner: Descriptor) -> None:
        self._inner = inner

    def read(self, element: Element) -> Any:
        place = self._find(element)
        return None if place is None else self._inner.read(place)

    def write(self, element: Element, value: Any) -> None:
        place = self._find(element)
        if place is None:
            place = ET.SubElement(element, "ip")
        self._inner.write(place, value)

    def _find(self, element: Element) -> Element | None:
        return next((ip for ip in element.findall("ip") if ip.get("family", "ipv4") == "ipv4"), None)


class Subnet:
    """The subnet of an ``ip`` element, from its address and its netmask or prefix."""

    def read(self, element: Element) -> str | None:
        address, mask = element.get("address"), element.get("prefix") or element.get("netmask")
        return str(ipaddress.IPv4Network(f"{address}/{mask}", strict=False)) if address and mask else None

    def write(self, element: Element, value: str | None) -> None:
        if value is None:
            return
        element.attrib.pop("netmask", None)
        element.set("prefix", value.partition("/")[2])
        if not is_usable(element.get("address", "0.0.0.0"), value):
            element.set("address", first_address(value))


class Owner:
    """The stack: in the metadata where libvirt keeps those of a network, else as the name of a port group."""

    def __init__(self, *, metadata: bool) -> None:
        self._metadata = Text(f"./metadata/{{{HYBRID}}}stack/@name")
        self._keeps_metadata = metadata

    def read(self, element: Element) -> str | None:
        named = self._metadata.read(element)
        groups = [group.get("name", "") for group in element.findall("portgroup")]
        marked = [name[len(_OWNER_GROUP) :] for name in groups if name.startswith(_OWNER_GROUP)]
        return named or (marked[0] if marked else None)

    def write(self, element: Element, value: str | None) -> None:
        for group in element.findall("portgroup"):
            if group.get("name", "").startswith(_OWNER_GROUP):
                element.remove(group)
        self._metadata.write(element, value if self._keeps_metadata else None)
        if value is not None and not self._keeps_metadata:
            ET.SubElement(element, "portgroup", name=_OWNER_GROUP + value)


RANGE = Group("./dhcp/range", {"start": Text("./@start"), "end": Text("./@end")}, AddressRange)
RESERVATIONS = Children(
    "./dhcp/host", {"mac": Text("./@mac"), "ip": Text("./@ip"), "name": Text("./@name")}, Reservation
)
DNS_HOSTS = Children("./dns/host", {"ip": Text("./@ip"), "hostnames": Texts("./hostname")}, DnsHost)
DNS = Group(
    ".",
    {"domain": Text("./domain/@name"), "forwarders": Texts("./dns/forwarder/@addr"), "hosts": DNS_HOSTS},
    Dns,
)


def network_table(*, metadata: bool) -> dict[str, Descriptor]:
    """The table of a ``network`` element; ``metadata`` says whether this libvirt keeps those of networks."""
    return {
        "mode": Mode(),
        "bridge": Text("./bridge/@name"),
        "subnet": Ipv4(Subnet()),
        "gateway": Ipv4(Text("./@address")),
        "dhcp": Ipv4(RANGE),
        "reservations": Ipv4(RESERVATIONS),
        "dns": DNS,
        "mtu": Integer("./mtu/@size"),
        "owner": Owner(metadata=metadata),
    }


def write_domain_only_here(element: Element) -> None:
    """Makes the network itself answer for its domain: a name that it does not know there does not leave the host.

    Nor do names without a domain: a resolver that hears of an unknown AAAA beside a known A may give up the whole name.
    """
    if element.find("domain") is not None:
        Text("./domain/@localOnly").write(element, "yes")
        Text("./dns/@forwardPlainNames").write(element, "no")
