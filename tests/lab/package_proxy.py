"""The program behind the hosts' way to packages: a caching proxy on a unix socket, for Debian's mirrors only.

``package_proxy.py SOCKET CACHE UPSTREAM... [--proxy URL]``: an upstream is the address of a mirror.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import socketserver
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: What a path of a mirror names once and for all.
LASTING = (".deb", ".udeb", ".dsc", ".tar.xz", ".tar.gz", ".tar.bz2")
CONDITIONS = ("If-Modified-Since", "Accept", "User-Agent")
ANSWERED = ("Content-Length", "Content-Type", "Last-Modified", "ETag")


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Serves ``upstreams`` from ``cache``; requests wait in the queue while apt opens its connections."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, options: argparse.Namespace) -> None:
        self.cache = Path(options.cache)
        self.schemes = {urlsplit(uri).netloc: urlsplit(uri).scheme for uri in options.upstream}
        proxies = {"http": options.proxy, "https": options.proxy} if options.proxy else None
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
        super().__init__(options.socket, Request)


class Request(BaseHTTPRequestHandler):
    """One connection of apt's, with its requests one after another."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    server: Server

    def address_string(self) -> str:
        return "host"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        scheme = self.server.schemes.get(url.netloc)
        if scheme is None:
            self.send_error(403, f"{url.netloc or self.path} is no mirror of this lab's machine")
            return
        stored = self._stored(url.netloc, unquote(url.path))
        if stored is not None and stored.is_file():
            self._serve(stored)
            return
        try:
            self._fetch(url._replace(scheme=scheme).geturl(), stored)
        except urllib.error.HTTPError as error:
            self._refuse(error)
        except (OSError, http.client.HTTPException) as error:
            self.log_error("%s: %s", self.path, error)
            self.close_connection = True

    def _stored(self, host: str, path: str) -> Path | None:
        """Where the cache has this path, unless it names something else tomorrow."""
        lasting = "/by-hash/" in path or ("/pool/" in path and path.endswith(LASTING))
        parts = [part for part in path.split("/") if part]
        if not lasting or ".." in parts:
            return None
        return self.server.cache.joinpath(host, *parts)

    def _serve(self, stored: Path) -> None:
        with open(stored, "rb") as content:
            self.send_response(200)
            self.send_header("Content-Length", str(os.fstat(content.fileno()).st_size))
            self.end_headers()
            shutil.copyfileobj(content, self.wfile)

    def _fetch(self, url: str, stored: Path | None) -> None:
        """Passes an answer on while it arrives, and keeps it once it is whole."""
        headers = {name: self.headers[name] for name in CONDITIONS if name in self.headers}
        with self.server.opener.open(urllib.request.Request(url, headers=headers), timeout=60) as answer:
            length = answer.headers["Content-Length"]
            if length is None:
                raise http.client.HTTPException("the mirror does not tell the length")
            self.send_response(200)
            for name in ANSWERED:
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.end_headers()
            blocks = _blocks(answer, int(length))
            for block in blocks if stored is None else self._keep(blocks, int(length), stored):
                self.wfile.write(block)

    def _keep(self, blocks: Iterator[bytes], length: int, stored: Path) -> Iterator[bytes]:
        """The same blocks; what they make is ``stored`` before the last one goes on, for whoever asks again at once."""
        stored.parent.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(dir=self.server.cache)
        try:
            with os.fdopen(descriptor, "wb") as content:
                for block in blocks:
                    content.write(block)
                    if content.tell() == length:
                        content.flush()
                        os.replace(part, stored)
                    yield block
        finally:
            Path(part).unlink(missing_ok=True)

    def _refuse(self, error: urllib.error.HTTPError) -> None:
        self.send_response(error.code)
        if error.code != 304:
            self.send_header("Content-Length", "0")
        self.end_headers()
        error.close()


def _blocks(source: http.client.HTTPResponse, length: int) -> Iterator[bytes]:
    left = length
    while left:
        block = source.read(min(left, 1 << 16))
        if not block:
            raise http.client.HTTPException(f"the mirror's answer ended {left} bytes early")
        left -= len(block)
        yield block


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--proxy")
    for name in ("socket", "cache"):
        parser.add_argument(name)
    parser.add_argument("upstream", nargs="+")
    options = parser.parse_args()
    Path(options.cache).mkdir(parents=True, exist_ok=True)
    Path(options.socket).unlink(missing_ok=True)
    with Server(options) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
