# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The package proxy before a mirror on loopback that can be cut off."""

from __future__ import annotations

import http.client
import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

PROGRAM = Path(__file__).with_name("package_proxy.py")
CONTENT = b"x" * 200_000


class Mirror(http.server.BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if "missing" in self.path:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: 100 if "cut" in self.path else None])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror() -> Iterator[str]:
    Mirror.asked.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(mirror: str, tmp_path: Path) -> Iterator[Path]:
    words = [sys.executable, PROGRAM, "s", tmp_path / "cache", f"http://{mirror}/debian"]
    with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.DEVNULL) as program:
        deadline = time.monotonic() + 10
        while not (tmp_path / "s").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield tmp_path
        program.terminate()


def get(proxy: Path, url: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("proxy")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(proxy / "s"))
    connection.request("GET", url)
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


def cached(proxy: Path) -> list[str]:
    return [path.name for path in (proxy / "cache").rglob("*") if path.is_file()]


def test_a_package_is_fetched_once(proxy: Path, mirror: str) -> None:
    url = f"http://{mirror}/debian/pool/main/a/a_1.deb"
    assert [get(proxy, url), get(proxy, url)] == [(200, CONTENT)] * 2
    assert len(Mirror.asked) == 1
    assert cached(proxy) == ["a_1.deb"]


def test_an_index_is_asked_for_every_time(proxy: Path, mirror: str) -> None:
    url = f"http://{mirror}/debian/dists/bookworm/InRelease"
    assert [get(proxy, url), get(proxy, url)] == [(200, CONTENT)] * 2
    assert len(Mirror.asked) == 2
    assert cached(proxy) == []


def test_half_a_package_is_never_kept(proxy: Path, mirror: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        get(proxy, f"http://{mirror}/debian/pool/main/c/cut_1.deb")
    assert cached(proxy) == []


def test_what_the_mirror_refuses_is_refused(proxy: Path, mirror: str) -> None:
    assert get(proxy, f"http://{mirror}/debian/pool/main/m/missing_1.deb") == (404, b"")
    assert cached(proxy) == []


@pytest.mark.parametrize("url", ["http://example.invalid/pool/a.deb", "/pool/a.deb"])
def test_only_mirrors_are_reached(proxy: Path, url: str) -> None:
    assert get(proxy, url)[0] == 403
    assert Mirror.asked == []


def test_no_path_leads_out_of_the_cache(proxy: Path, mirror: str) -> None:
    get(proxy, f"http://{mirror}/debian/pool/../../../../a_1.deb")
    get(proxy, f"http://{mirror}/debian/pool/%2e%2e/%2e%2e/%2e%2e/%2e%2e/b_1.deb")
    assert cached(proxy) == []
    assert {path.name for path in proxy.iterdir()} == {"cache", "s"}
