# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks by ICMP who reaches whom, from network namespaces with a leg in a bridge, which are gone afterwards."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from .._core.errors import ApplyFailed, HostError
from .._model.reach import HOST, Question, StandIn
from .command import run

_LOCK = "/run/lock/hybrid-host-probe"
_SECONDS, _TAKEN_SECONDS, _AGAIN_SECONDS = 3.0, 0.5, 0.5
_CLONE_NEWNET = 0x40000000
_ECHO, _ECHO_REPLY = 8, 0
_TRIED = "ask who reaches whom"


def default_router() -> str | None:
    """Where the host sends what leads outside."""
    text = run(["ip", "-json", "-4", "route", "show", "default"], tried="read the host's routes")
    return next((str(route["gateway"]) for route in json.loads(text or "[]") if route.get("gateway")), None)


def ask(stand_ins: Sequence[StandIn], questions: Sequence[Question]) -> set[Question]:
    """Those questions to which there was an answer. Raises ``HostError`` where no namespace can be made.

    A stand-in whose address somebody has after all is left out, and so are the questions by and about it.
    """
    with _alone(), contextlib.ExitStack() as stack:
        with _socket(None) as own:
            taken = _answering(own, {one.ip for one in stand_ins if one.gateway}, _TAKEN_SECONDS)
        places: dict[str, str | None] = {HOST: None}
        for number, one in enumerate(stand_ins):
            if one.ip not in taken:
                places[one.name] = stack.enter_context(_namespace(number, one))
        possible = [q for q in questions if q.source in places and q.address not in taken]
        with ThreadPoolExecutor(len(places)) as pool:
            answers = pool.map(lambda name: _asked_from(name, places[name], possible), places)
            return {question for answered in answers for question in answered}


def _asked_from(name: str, place: str | None, questions: Sequence[Question]) -> set[Question]:
    own = [question for question in questions if question.source == name]
    with _socket(place) as opened:
        answering = _answering(opened, {question.address for question in own}, _SECONDS)
    return {question for question in own if question.address in answering}


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Namespaces have fixed names, so that the next run removes what one that was killed has left."""
    try:
        with open(_LOCK, "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise ApplyFailed(_TRIED, cause=str(error), hint="Probing takes root.") from None


@contextlib.contextmanager
def _namespace(number: int, one: StandIn) -> Iterator[str]:
    """A namespace in the place of a workload; yields its name."""
    name, leg = f"hybrid-probe-{number}", f"hv-probe-{number}"
    inside = ["ip", "-netns", name]
    _remove(name, leg)
    try:
        for argv in (
            ["ip", "netns", "add", name],
            ["ip", "link", "add", leg, "type", "veth", "peer", "name", "eth0", "netns", name],
            ["ip", "link", "set", leg, "master", one.bridge, "up"],
            [*inside, "address", "add", one.address, "dev", "eth0"],
            [*inside, "link", "set", "eth0", "up"],
            *([[*inside, "route", "add", "default", "via", one.gateway]] if one.gateway else []),
        ):
            run(argv, tried=f"put a probe on bridge {one.bridge}")
        yield name
    finally:
        _remove(name, leg)


def _remove(name: str, leg: str) -> None:
    for argv in (["ip", "link", "delete", leg], ["ip", "netns", "delete", name]):
        with contextlib.suppress(HostError):
            run(argv, tried="remove a probe")


def _socket(place: str | None) -> socket.socket:
    """A socket for ICMP in a namespace; a thread alone enters it, and ends there."""
    found: list[socket.socket] = []
    failed: list[OSError] = []

    def opened() -> None:
        try:
            if place is not None:
                _enter(f"/run/netns/{place}")
            found.append(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=opened)
    thread.start()
    thread.join()
    if failed:
        raise ApplyFailed(_TRIED, cause=str(failed[0]), hint="Probing takes root.")
    return found[0]


def _enter(path: str) -> None:
    """Python has no setns before 3.12."""
    library = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if library.setns(descriptor, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(descriptor)


def _answering(opened: socket.socket, addresses: Collection[str], seconds: float) -> set[str]:
    """Those of the addresses that answer within that time; each is asked several times."""
    left, mark = set(addresses), threading.get_ident() & 0xFFFF
    now = asked = time.monotonic()
    end = now + seconds
    asked -= _AGAIN_SECONDS
    while left and now < end:
        if now - asked >= _AGAIN_SECONDS:
            asked = now
            for address in left:
                with contextlib.suppress(OSError):
                    opened.sendto(echo_request(mark), (address, 0))
        ready, _w, _x = select.select([opened], [], [], min(end, asked + _AGAIN_SECONDS) - now)
        if ready:
            packet, sender = opened.recvfrom(2048)
            if is_reply(packet, mark):
                left.discard(sender[0])
        now = time.monotonic()
    return set(addresses) - left


def echo_request(mark: int) -> bytes:
    """An ICMP echo request, with its checksum of RFC 1071."""
    total = (_ECHO << 8) + mark
    total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!BBHHH", _ECHO, 0, ~total & 0xFFFF, mark, 0)


def is_reply(packet: bytes, mark: int) -> bool:
    """Whether an IPv4 packet is the reply to such a request."""
    start = (packet[0] & 0x0F) * 4
    if len(packet) < start + 8:
        return False
    kind, _code, _sum, found, _number = struct.unpack("!BBHHH", packet[start : start + 8])
    return bool(kind == _ECHO_REPLY and found == mark)
