# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""libvirt's failures are answers, and one that does not answer is given up on."""

from __future__ import annotations

import importlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import (
    ApplyFailed,
    EngineUnreachable,
    MissingLibrary,
)
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import session as sessions
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import LibvirtFailed, Session


@pytest.fixture
def session() -> Session:
    return Session("test:///default")


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    """A daemon that takes connections and says nothing, as a stopped one does."""
    path = tmp_path / "silent"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        yield f"qemu+unix:///system?socket={path}"


@pytest.fixture
def noisy(tmp_path: Path) -> Iterator[str]:
    """A daemon that speaks another protocol."""

    class Noise(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    path = tmp_path / "noisy"
    with socketserver.ThreadingUnixStreamServer(str(path), Noise) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"qemu+unix:///system?socket={path}"
        server.shutdown()


def networks(session: Session) -> Any:
    return session.do("list the networks", lambda c: c.listAllNetworks())


@pytest.mark.parametrize(
    "uri", ["test:///nowhere.xml", "qemu+unix:///system?socket=/nowhere", "nonsense:///"]
)
def test_an_engine_that_is_not_there(uri: str) -> None:
    with pytest.raises(EngineUnreachable) as caught:
        networks(Session(uri))
    assert caught.value.tried == f"connect to libvirt at {uri}"
    assert caught.value.cause


def test_a_failure_without_a_reason_is_an_answer(session: Session) -> None:
    def fail(_connection: Any) -> None:
        raise session.library().libvirtError("virDomainShutdownFlags() failed")

    with pytest.raises(
        LibvirtFailed, match="shut the vm down: virDomainShutdownFlags\\(\\) failed"
    ) as caught:
        session.do("shut the vm down", fail)
    assert caught.value.code == 0


def test_an_engine_that_hangs(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "OPEN_SECONDS", 0.2)
    with pytest.raises(EngineUnreachable, match="no answer within 0"):
        networks(Session(silent))


def test_an_engine_that_answers_garbage(noisy: str) -> None:
    with pytest.raises(EngineUnreachable) as caught:
        networks(Session(noisy))
    assert caught.value.tried == f"connect to libvirt at {noisy}"
    assert caught.value.cause


def test_a_call_that_hangs(session: Session) -> None:
    forever = threading.Event()
    with pytest.raises(EngineUnreachable, match="no answer within 0 s"):
        session.do("wait", lambda _c: forever.wait(30), 0.05)
    forever.set()


def test_a_library_that_is_missing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(
        MissingLibrary, match="No module named 'libvirt'. Install the package python3-libvirt"
    ):
        networks(session)


def test_what_libvirt_refuses_is_in_its_own_words(session: Session) -> None:
    with pytest.raises(ApplyFailed, match=r"define it: .*network"):
        session.do("define it", lambda c: c.networkDefineXML("<bridge/>"))


def test_what_is_not_there_is_none(session: Session) -> None:
    assert session.find(lambda c: c.networkLookupByName("nobody")) is None
    assert session.find(lambda c: c.lookupByName("nobody")) is None


def test_a_mistake_of_ours_stays_one(session: Session) -> None:
    with pytest.raises(ZeroDivisionError):
        session.do("divide", lambda _c: 1 // 0)


def test_a_constant_that_this_library_does_not_have(session: Session) -> None:
    assert session.constant("VIR_NO_SUCH_THING") == -1


@pytest.mark.parametrize(
    ("uri", "local", "present"),
    [
        ("test:///default", False, True),
        ("qemu+ssh://host/system", False, True),
        ("qemu:///session", True, True),
        ("qemu:///system", True, False),
    ],
)
def test_whether_it_is_there(
    uri: str, monkeypatch: pytest.MonkeyPatch, *, local: bool, present: bool
) -> None:
    monkeypatch.setattr(sessions, "_SOCKETS", ("/nowhere",))
    assert (Session(uri).local, Session(uri).present()) == (local, present)
