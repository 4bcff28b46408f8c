# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""hybrid-host-names resolved|dnsmasq|none: has the host's own resolver ask the networks of libvirt for the names there.

A network that runs and has a domain is asked at its own address, for that domain and for the names of its addresses,
and for nothing else. systemd-resolved is told by bridge, and forgets it with the bridge. dnsmasq is started anew when
what it reads differs. ``none`` takes back what either was told.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Union

NETWORKS = Path("/run/libvirt/network")
SNIPPET = Path("/etc/dnsmasq.d/hybrid-host")
SECONDS = 60

Interface = Union[ipaddress.IPv4Interface, ipaddress.IPv6Interface]


@dataclasses.dataclass(frozen=True)
class Network:
    """What is asked for ``domain``: libvirt's answers come from the first of its own ``addresses``."""

    bridge: str
    domain: str
    addresses: tuple[Interface, ...]

    @property
    def server(self) -> str:
        return str(self.addresses[0].ip)

    def zones(self) -> Iterator[str]:
        """The domain, and those that its addresses are found in."""
        yield self.domain
        for address in self.addresses:
            network = address.network
            # A zone ends with a whole octet, or a digit of IPv6: a /22 is four of them.
            digits, bits = (4, 8) if network.version == 4 else (32, 4)
            kept = -(-network.prefixlen // bits)
            for part in network.subnets(new_prefix=kept * bits):
                yield part.network_address.reverse_pointer.split(".", digits - kept)[-1]


def networks() -> list[Network]:
    """Those that run and have a domain, by what libvirt keeps of them meanwhile."""
    found = []
    for path in sorted(NETWORKS.glob("*.xml")):
        try:
            root = ET.parse(path).getroot()
        except (OSError, ET.ParseError):
            continue
        bridge, domain = root.find("network/bridge"), root.find("network/domain")
        addresses = tuple(interface(item.attrib) for item in root.iterfind("network/ip"))
        if bridge is not None and domain is not None and addresses:
            found.append(Network(bridge.get("name", ""), domain.get("name", ""), addresses))
    return found


def interface(given: dict[str, str]) -> Interface:
    length = given.get("prefix") or given.get("netmask")
    return ipaddress.ip_interface(f"{given['address']}/{length}" if length else given["address"])


def told(what: str, bridge: str) -> set[str]:
    """What systemd-resolved says of a bridge: nothing of one that has just come, and nothing where it is not."""
    if shutil.which("resolvectl") is None:
        return set()
    done = subprocess.run(
        ["resolvectl", what, bridge], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return set(done.stdout.partition("): ")[2].split())


def tell(network: Network) -> None:
    zones = [f"~{zone}" for zone in network.zones()]
    if told("dns", network.bridge) != {network.server} or told("domain", network.bridge) != set(zones):
        run("resolvectl", "dns", network.bridge, network.server)
        run("resolvectl", "domain", network.bridge, *zones)
        run("resolvectl", "default-route", network.bridge, "no")


def snippet(found: Iterable[Network]) -> str:
    """What dnsmasq is to read."""
    lines = ["# Written by hybrid-host-names, which writes it again."]
    for network in found:
        lines += [f"server=/{zone}/{network.server}" for zone in network.zones()]
    return "\n".join([*lines, ""])


def write(text: str | None) -> None:
    """What dnsmasq reads; None for nothing."""
    if text == (SNIPPET.read_text(encoding="utf-8") if SNIPPET.exists() else None):
        return
    if text is None:
        SNIPPET.unlink()
    else:
        SNIPPET.write_text(text, encoding="utf-8")
    run("systemctl", "try-restart", "dnsmasq.service")


def run(*argv: str) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        sys.exit(f"<3>{' '.join(argv)}: {done.stderr.strip() or done.returncode}")


def main(resolver: str) -> None:
    found = networks()
    write(snippet(found) if resolver == "dnsmasq" else None)
    for network in found:
        if resolver == "resolved":
            tell(network)
        elif told("dns", network.bridge) == {network.server}:
            run("resolvectl", "revert", network.bridge)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("resolved", "dnsmasq", "none"):
        sys.exit(__doc__)
    main(sys.argv[1])
