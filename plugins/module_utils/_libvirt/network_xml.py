# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network's XML as a table."""

from __future__ import annotations

import ipaddress
import xml.etree.ElementTree as ET
from typing import Any, ClassVar

from .._model.dns import Dns, DnsHost
from .._model.network import AddressRange, Network, Reservation
from .._model.network_mode import OWN
from .._model.subnets import first_address, is_usable
from .bandwidth_xml import Limits
from .xml import HYBRID, Children, Descriptor, Element, Group, Integer, Text, Texts

# libvirt keeps metadata of networks from this version on.
METADATA_SINCE = 9_007_000
_OWNER_GROUP = "hybrid.host/stack="


class Mode:
    """``isolated`` is the absence of a forward element; one without a mode means nat.

    ``direct`` are those that name an interface and put vms on it, in whatever way.
    """

    _WORDS: ClassVar[dict[str, str]] = {
        "route": "routed",
        "private": "direct",
        "vepa": "direct",
        "passthrough": "direct",
    }

    def read(self, element: Element) -> str:
        forward = element.find("forward")
        if forward is None:
            return "isolated"
        mode = forward.get("mode", "nat")
        if mode == "bridge" and Uplink().read(element) is not None:
            return "direct"
        return self._WORDS.get(mode, mode)

    def write(self, element: Element, value: str | None) -> None:
        if value == "isolated":
            Text("./forward").write(element, None)
        elif value is not None and self.read(element) != value:
            Text("./forward/@mode").write(element, {"routed": "route", "direct": "bridge"}.get(value, value))


class Uplink:
    """The interface of the host that forwarded traffic takes, or on which vms are; libvirt writes it in two places."""

    _dev = Text("./forward/@dev")
    _interface = Text("./forward/interface/@dev")

    def read(self, element: Element) -> str | None:
        return self._dev.read(element) or self._interface.read(element)

    def write(self, element: Element, value: str | None) -> None:
        if value != self.read(element):
            Text("./forward/interface").write(element, None)
            self._dev.write(element, value)


class Ip:
    """A descriptor within the first ``ip`` element of a family."""

    def __init__(self, inner: Descriptor, family: str = "ipv4") -> None:
        self._inner = inner
        self._family = family

    def read(self, element: Element) -> Any:
        place = self._find(element)
        return None if place is None else self._inner.read(place)

    def write(self, element: Element, value: Any) -> None:
        place = self._find(element)
        if place is None:
            place = ET.SubElement(element, "ip", {} if self._family == "ipv4" else {"family": self._family})
        self._inner.write(place, value)

    def _find(self, element: Element) -> Element | None:
        return next((ip for ip in element.findall("ip") if ip.get("family", "ipv4") == self._family), None)


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


class Subnet6:
    """The subnet of an IPv6 ``ip`` element, which has its prefix always."""

    def read(self, element: Element) -> str | None:
        address, prefix = element.get("address"), element.get("prefix")
        return str(ipaddress.IPv6Network(f"{address}/{prefix}", strict=False)) if address and prefix else None

    def write(self, element: Element, value: str | None) -> None:
        if value is None:
            return
        element.set("prefix", value.partition("/")[2])
        if not is_usable(element.get("address", "::"), value):
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
        "uplink": Uplink(),
        "bridge": Text("./bridge/@name"),
        "vlan": Integer("./vlan/tag/@id"),
        "subnet": Ip(Subnet()),
        "gateway": Ip(Text("./@address")),
        "subnet6": Ip(Subnet6(), "ipv6"),
        "gateway6": Ip(Text("./@address"), "ipv6"),
        "dhcp": Ip(RANGE),
        "reservations": Ip(RESERVATIONS),
        "dns": DNS,
        "mtu": Integer("./mtu/@size"),
        "bandwidth": Limits(),
        "owner": Owner(metadata=metadata),
    }


#: What libvirt takes with these modes alone.
_GOES_WITH = (
    (("nat",), ("./forward/nat",)),
    (OWN, ("./mac", "./ip", "./route", "./dns", "./domain", "./bandwidth", "./mtu")),
    (OWN, ("./bridge/@stp", "./bridge/@delay", "./bridge/@zone", "./bridge/@macTableManager")),
    ((*OWN, "bridge"), ("./bridge",)),
    ((*OWN, "direct"), ("./forward/@dev", "./forward/interface")),
    (("bridge",), ("./vlan", "./virtualport")),
    (("direct",), ("./@trustGuestRxFilters",)),
)


def fit_mode(element: Element, spec: Network) -> None:
    """Gives it what goes with a mode that it did not have before, and takes out what does not.

    With the spanning tree protocol, which libvirt turns on, a workload is cut off for its first four seconds. A bridge
    of libvirt's own has no ports but those of workloads, and so no loops.
    """
    for modes, paths in _GOES_WITH:
        for path in paths if spec.mode not in modes else ():
            while Text(path).read(element) is not None:
                Text(path).write(element, None)
    if spec.mode in OWN and Text("./bridge/@stp").read(element) is None:
        Text("./bridge/@stp").write(element, "off")
        Text("./bridge/@delay").write(element, "0")
    if spec.mode == "direct":
        # Without it a vm hears no multicast there, by which its IPv6 address is asked for.
        element.set("trustGuestRxFilters", "yes")
    if spec.mode == "bridge" and spec.vlan is not None:
        Text("./virtualport/@type").write(element, "openvswitch")


def complete(element: Element, *, had_domain: bool) -> None:
    """What follows from what was written, and is nobody's option.

    A new domain is answered by the network alone: a name that it does not know there does not leave the host. Nor do
    names without a domain: a resolver that hears of an unknown AAAA beside a known A may give up the whole name. Nor
    does the question for the name of an address of the subnet. Where IPv4 is behind NAT, IPv6 is, too.
    """
    if element.find("domain") is not None and not had_domain:
        Text("./domain/@localOnly").write(element, "yes")
        Text("./dns/@forwardPlainNames").write(element, "no")
        for ip in element.findall("ip"):
            # The domain of its names exists for whole labels only.
            if int(ip.get("prefix", "1")) % (4 if ip.get("family") == "ipv6" else 8) == 0:
                ip.set("localPtr", "yes")
    if element.find("ip[@family='ipv6']") is not None and Mode().read(element) == "nat":
        Text("./forward/nat/@ipv6").write(element, "yes")
