# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Downloads are whole and are what they should be, or fail with the server's own words."""

from __future__ import annotations

import hashlib
import http.server
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._system.download import download

CONTENT = b"x" * 3_000_000
CHECKSUM = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


class Site(http.server.BaseHTTPRequestHandler):
    """``/missing`` is not there, ``/cut`` ends before it should, ``/moved`` is elsewhere."""

    def do_GET(self) -> None:
        if self.path == "/missing":
            self.send_error(404)
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/whole")
            self.end_headers()
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[: 100 if self.path == "/cut" else None])

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/whole", "/moved"])
@pytest.mark.parametrize("checksum", [None, CHECKSUM])
def test_it_is_there_whole(site: str, tmp_path: Path, path: str, checksum: str | None) -> None:
    download(site + path, str(tmp_path / "a"), checksum)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert stat.S_IMODE(os.stat(tmp_path / "a").st_mode) == 0o600


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/missing", "the server answers 404 Not Found"),
        ("/cut", "cut off after 100 of 3000000 bytes|IncompleteRead"),
        ("/whole", f"its checksum is {CHECKSUM}, not sha256:000"),
    ],
)
def test_it_fails(site: str, tmp_path: Path, path: str, words: str) -> None:
    with pytest.raises(ApplyFailed, match=words):
        download(site + path, str(tmp_path / "a"), "sha256:" + "0" * 64)


def test_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(ApplyFailed, match="download http://127.0.0.1:1/a: .*refused"):
        download("http://127.0.0.1:1/a", str(tmp_path / "a"), None)
