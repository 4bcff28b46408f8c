# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine is, by what it says of itself, wherever it listens."""

from __future__ import annotations

import http.server
import importlib
import json
import socketserver
import threading
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.engine import Engine, EngineFailed
from ansible_collections.hybrid.host.plugins.module_utils._container.engine_version import Identity
from ansible_collections.hybrid.host.plugins.module_utils._container.inspection import listed
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import MissingLibrary

DOCKER = {"Server": "Docker/26.1.5+dfsg1 (linux)", "Api-Version": "1.45"}
PODMAN = {"Server": "Libpod/5.4.2 (linux)", "Api-Version": "1.41", "Libpod-Api-Version": "5.4.2"}


class Said(NamedTuple):
    status: int
    headers: dict[str, str]
    body: Any


class Scripted(NamedTuple):
    """An engine that answers by path, and the paths that it was asked for."""

    address: str
    asked: list[str]
    answers: dict[str, Said]


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[Scripted]:
    socket = tmp_path / "run" / "docker.sock"
    socket.parent.mkdir()
    engine = Scripted(f"unix://{socket}", [], {"/_ping": Said(200, DOCKER, "OK")})

    class Answer(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            engine.asked.append(self.path)
            said = engine.answers.get(self.path, Said(404, {}, {"message": "no such page"}))
            body = json.dumps(said.body).encode()
            self.send_response_only(said.status)
            for name, value in {**said.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            return

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    with Server(str(socket), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield engine
        finally:
            server.shutdown()


def containers(api: Any) -> Any:
    return api.containers(all=True)


LIST = "/v{}/containers/json?limit=-1&all=1&size=0&trunc_cmd=0"


@pytest.mark.parametrize(
    ("headers", "identity"),
    [
        (DOCKER, Identity("docker", (1, 45))),
        (PODMAN, Identity("podman", (1, 41), (5, 4, 2))),
        ({"Server": "Libpod/6.0.0-dev (linux)"}, Identity("podman", (1, 41), (6, 0, 0))),
        ({"Server": "nginx", "Libpod-Api-Version": "4.3.1"}, Identity("podman", (1, 41), (4, 3, 1))),
        ({"Server": "Docker/99.0", "Api-Version": "9.99"}, Identity("docker", (1, 48))),
        ({"Server": "Apache"}, Identity()),
        ({}, Identity()),
    ],
)
def test_headers(headers: dict[str, str], identity: Identity) -> None:
    assert Identity.of(headers) == identity


def test_podman_is_known_at_the_address_of_docker(scripted: Scripted) -> None:
    scripted.answers["/_ping"] = Said(200, PODMAN, "OK")
    scripted.answers[LIST.format("1.41")] = Said(200, PODMAN, [])
    engine = Engine({"docker_host": scripted.address, "engine": "docker"})
    assert (engine.name, engine.podman) == ("docker", None)
    assert engine.rows("list the containers", containers) == []
    assert (engine.name, engine.podman, engine.api) == ("podman", (5, 4, 2), (1, 41))


def test_the_engine_s_own_version_is_spoken_and_asked_for_once(scripted: Scripted) -> None:
    scripted.answers[LIST.format("1.45")] = Said(200, DOCKER, [])
    engine = Engine({"docker_host": scripted.address, "engine": "podman"})
    for _time in range(2):
        engine.rows("list the containers", containers)
    assert scripted.asked == ["/_ping", LIST.format("1.45"), LIST.format("1.45")]
    assert (engine.name, engine.podman, engine.api) == ("docker", None, (1, 45))


def test_where_no_ping_is_answered_the_oldest_is_spoken_until_another_is_asked_for(
    scripted: Scripted,
) -> None:
    scripted.answers["/_ping"] = Said(403, {}, {"message": "denied by plugin"})
    scripted.answers[LIST.format("1.41")] = Said(
        400, {}, {"message": "client version 1.41 is too old. Minimum supported API version is 1.44"}
    )
    scripted.answers[LIST.format("1.44")] = Said(200, {}, [])
    engine = Engine({"docker_host": scripted.address})
    assert engine.rows("list the containers", containers) == []
    assert (engine.name, engine.api) == ("docker", (1, 44))


def test_podman_s_own_api(scripted: Scripted) -> None:
    path = "/libpod/containers/{}/json"
    scripted.answers["/v4.0.0/libpod/containers/app/json"] = Said(200, PODMAN, {"Id": "7"})
    scripted.answers["/v4.0.0/libpod/containers/odd/json"] = Said(500, PODMAN, {"message": "out of order"})
    going = {"message": "no container with ID 7 found in database: no such container"}
    scripted.answers["/v4.0.0/libpod/containers/going/json"] = Said(500, PODMAN, going)
    engine = Engine({"docker_host": scripted.address})
    assert engine.get("look", path.format("app")) == {"Id": "7"}
    assert engine.get("look", path.format("gone")) is None
    assert engine.get("look", path.format("going")) is None
    with pytest.raises(EngineFailed, match="out of order"):
        engine.get("look", path.format("odd"))


def test_podman_is_asked_for_its_containers_in_its_own_way_from_the_first(scripted: Scripted) -> None:
    scripted.answers["/_ping"] = Said(200, PODMAN, "OK")
    scripted.answers["/v4.0.0/libpod/containers/json?all=true"] = Said(200, PODMAN, [{"Id": "7"}])
    assert listed(Engine({"docker_host": scripted.address})) == [{"Id": "7"}]
    assert scripted.asked == ["/_ping", "/v4.0.0/libpod/containers/json?all=true"]


OLD = types.SimpleNamespace(APIClient=None, __version__="4.4.4")


def _missing(name: str) -> None:
    raise ImportError(f"No module named {name!r}")


@pytest.mark.parametrize(
    ("imported", "cause"),
    [(_missing, "No module named 'docker'"), (lambda _name: OLD, "docker 4.4.4 is too old")],
)
def test_a_library_that_does_not_do(
    monkeypatch: pytest.MonkeyPatch, imported: Callable[[str], Any], cause: str
) -> None:
    monkeypatch.setattr(importlib, "import_module", imported)
    with pytest.raises(MissingLibrary) as caught:
        Engine({"docker_host": "unix:///nowhere"}).rows("list the containers", lambda api: api.containers())
    assert caught.value.cause == cause
    assert "python3-docker" in caught.value.hint
