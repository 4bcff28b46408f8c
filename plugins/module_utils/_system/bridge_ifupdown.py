# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bridges that ifupdown keeps: a file of ours, and what a port had in others as comments, until the bridge goes."""

from __future__ import annotations

import glob
import ipaddress
import os

from .._core.errors import Refused
from .._model.host_bridge import HostBridge, is_six
from .bridge_backend import Backend, Files, Resolver, content

MAIN = "/etc/network/interfaces"
_OPENING = ("iface", "auto", "mapping", "source", "source-directory", "no-auto-down", "no-scripts", "rename")


class Ifupdown(Backend):
    """``interfaces.d/hybrid-NAME``. Our commands need no bridge-utils."""

    name = "ifupdown"

    def manages(self, interface: str) -> bool:
        return any(words[:2] == ["iface", interface] for text in _others().values() for words in _split(text))

    def resolver(self, interface: str) -> Resolver:
        told: list[list[str]] = []
        inside = False
        for words in (words for text in _others().values() for words in _split(text)):
            inside = words[:2] == ["iface", interface] if _opens(words) else inside
            told += [words] if inside else []
        servers, domains = (
            [word for words in told if words[0] in keys for word in words[1:]]
            for keys in (("dns-nameservers", "dns-nameserver"), ("dns-search", "dns-domain"))
        )
        return Resolver(servers, domains)

    def check(self, bridge: HostBridge) -> None:
        sourced = [
            words[1] for words in _split(content(MAIN) or "") if words[0].startswith("source") and words[1:]
        ]
        if not any(path.startswith(("/etc/network/interfaces.d", "interfaces.d")) for path in sourced):
            raise Refused(
                f"persist: {MAIN} does not take in the files of interfaces.d",
                hint=f"Write into it: source {MAIN}.d/*",
            )
        if bridge.dhcp:
            raise Refused(
                "addresses: a client of DHCP is not moved from a port by ifupdown",
                hint="Write the bridge's addresses.",
            )
        for path, text in _others().items():
            for words in _split(text):
                shared = [port for port in bridge.ports or () if port in words[1:]]
                if shared and words[2:] and (words[0] == "auto" or words[0].startswith("allow-")):
                    raise Refused(
                        f"{path} names {shared[0]} and others in one line: {' '.join(words)}",
                        hint="Give each interface a line of its own.",
                    )

    def files(self, bridge: HostBridge) -> Files:
        """Of other files, the lines that are comments now: who reads a diff has no use for the rest."""
        marked = {path: _marked(text, bridge.name) for path, text in self._edited(bridge).items()}
        return {_path(bridge.name): _stanzas(bridge), **{path: text for path, text in marked.items() if text}}

    def written(self, name: str) -> Files:
        own = content(_path(name))
        marked = {path: _marked(text, name) for path, text in _others().items()}
        return {
            **({_path(name): own} if own is not None else {}),
            **{path: text for path, text in marked.items() if text},
        }

    def contents(self, bridge: HostBridge) -> Files:
        # Against what ``without`` makes of them: a file that is there already would be left out, and lose its comments.
        bare = {path: _uncommented(text, bridge.name) for path, text in _others().items()}
        edited = {path: text for path, text in self._edited(bridge).items() if text != bare[path]}
        return {_path(bridge.name): _stanzas(bridge), **edited}

    def without(self, name: str) -> dict[str, str | None]:
        own: dict[str, str | None] = {_path(name): None} if content(_path(name)) is not None else {}
        others = {path: _uncommented(text, name) for path, text in _others().items() if _marked(text, name)}
        return {**own, **others}

    def _edited(self, bridge: HostBridge) -> Files:
        ports = bridge.ports or ()
        return {
            path: commented(_uncommented(text, bridge.name), ports, _mark(bridge.name))
            for path, text in _others().items()
            if os.path.basename(path) != os.path.basename(_path(bridge.name))
        }


def commented(text: str, interfaces: tuple[str, ...], mark: str) -> str:
    """The text with all that is about these interfaces behind the mark, which makes it a comment."""
    lines, inside = [], False
    for line in text.splitlines(keepends=True):
        words = line.split()
        if words and _opens(words):
            inside = words[0] == "iface" and words[1:2] != [] and words[1] in interfaces
            start = words[0] == "auto" or words[0].startswith("allow-")
            lines.append(mark + line if inside or (start and words[1:2] and words[1] in interfaces) else line)
        else:
            lines.append(mark + line if inside and words and not words[0].startswith("#") else line)
    return "".join(lines)


def _opens(words: list[str]) -> bool:
    """Whether a line ends the stanza before it."""
    return words[0] in _OPENING or words[0].startswith("allow-")


def _mark(bridge: str) -> str:
    return f"#hybrid.host {bridge}: "


def _uncommented(text: str, bridge: str) -> str:
    return "".join(line.removeprefix(_mark(bridge)) for line in text.splitlines(keepends=True))


def _marked(text: str, bridge: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if line.startswith(_mark(bridge)))


def _path(name: str) -> str:
    return f"{MAIN}.d/hybrid-{name}"


def _others() -> Files:
    """All that ifupdown reads, by path."""
    found = {path: content(path) for path in [MAIN, *sorted(glob.glob(f"{MAIN}.d/*"))]}
    return {path: text for path, text in found.items() if text is not None}


def _split(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.split() and not line.lstrip().startswith("#")]


def _stanzas(bridge: HostBridge) -> str:
    four = [address for address in bridge.static if not is_six(address)]
    six = [address for address in bridge.static if is_six(address)]
    head = [f"auto {bridge.name}", f"iface {bridge.name} inet {'static' if four else 'manual'}"]
    lines = [*head, *_made(bridge)]
    lines += [f"    address {four[0]}"] if four else []
    lines += [f"    gateway {bridge.gateway}"] if bridge.gateway and four else []
    lines += [f"    dns-nameservers {' '.join(bridge.servers)}"] if bridge.servers else []
    lines += [f"    dns-search {' '.join(bridge.domains)}"] if bridge.domains else []
    lines += [f"    up ip address replace {address} dev {bridge.name}" for address in four[1:]]
    for route in bridge.routes or ():
        way = (f" via {route.via}" if route.via else "") + (f" metric {route.metric}" if route.metric else "")
        lines.append(f"    up ip route replace {route.to}{way} dev {bridge.name}")
    lines.append(f"    post-down ip link delete dev {bridge.name} || true")
    for number, address in enumerate(six):
        prefix = ipaddress.ip_interface(address)
        lines += ["", f"iface {bridge.name} inet6 static", f"    address {prefix}"]
        lines += [f"    gateway {bridge.gateway6}"] if bridge.gateway6 and not number else []
    return "\n".join([*lines, ""])


def _made(bridge: HostBridge) -> list[str]:
    """The bridge as the kernel is to have it before it gets addresses."""
    mac = f" address {bridge.mac}" if bridge.mac else ""
    settings = (("stp_state", bridge.stp), ("vlan_filtering", bridge.vlan_filtering))
    options = "".join(f" {key} {int(value)}" for key, value in settings if value is not None)
    name, mtu = bridge.name, f" mtu {bridge.mtu}" if bridge.mtu else ""
    lines = [f"    pre-up ip link show dev {name} || ip link add name {name}{mac} type bridge"]
    lines += [f"    pre-up ip link set dev {name} type bridge{options}"] if options else []
    lines += [f"    pre-up ip link set dev {port} master {name}{mtu} up" for port in bridge.ports or ()]
    return [*lines, f"    pre-up ip link set dev {name}{mtu} up"]
