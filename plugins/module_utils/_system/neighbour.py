# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host's neighbours, by ARP: those that its table knows, also where they are gone, and whether one answers now."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import time

_ARP = 0x0806
# Ethernet's head; then the kinds and lengths of both addresses, the operation, the sender's and the target's.
_FRAME = struct.Struct("!6s6sH HHBBH 6s4s 6s4s")
_REQUEST, _REPLY = 1, 2
_ALL, _NOBODY = b"\xff" * 6, b"\0" * 4
_AGAIN_SECONDS = 0.2
_TABLE, _COMPLETE = "/proc/net/arp", 2


def neighbours() -> dict[str, list[str]]:
    """By MAC, the addresses that the kernel has met; none where its table cannot be read."""
    found: dict[str, list[str]] = {}
    with contextlib.suppress(OSError), open(_TABLE, encoding="ascii") as table:
        for address, _kind, flags, mac, _mask, _interface in (line.split() for line in [*table][1:]):
            if int(flags, 16) & _COMPLETE:
                found.setdefault(mac.lower(), []).append(address)
    return found


def has_address(interface: str, mac: str, address: str, seconds: float) -> bool | None:
    """Whether the station with this MAC answers for an address, on the network of an interface of this host.

    The question is a probe (RFC 5227), which leaves no trace in anybody's table. None where it cannot be put: for IPv6,
    without the right to, where the interface is not there.
    """
    if ipaddress.ip_address(address).version != 4:
        return None
    station, wanted = bytes.fromhex(mac.replace(":", "")), ipaddress.ip_address(address).packed
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ARP)) as wire:
            wire.bind((interface, _ARP))
            return _asked(wire, station, wanted, seconds)
    except OSError:
        return None


def _asked(wire: socket.socket, station: bytes, wanted: bytes, seconds: float) -> bool:
    own = wire.getsockname()[4]
    question = _FRAME.pack(_ALL, own, _ARP, 1, 0x0800, 6, 4, _REQUEST, own, _NOBODY, b"\0" * 6, wanted)
    wire.settimeout(_AGAIN_SECONDS)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        wire.send(question)
        with contextlib.suppress(TimeoutError, socket.timeout):
            while time.monotonic() < deadline:
                if _is_answer(wire.recv(256), station, wanted):
                    return True
    return False


def _is_answer(frame: bytes, station: bytes, wanted: bytes) -> bool:
    if len(frame) < _FRAME.size:
        return False
    parts = _FRAME.unpack_from(frame)
    return parts[7] == _REPLY and (parts[8], parts[9]) == (station, wanted)
