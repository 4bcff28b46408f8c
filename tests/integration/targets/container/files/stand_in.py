"""stand_in.py FOLDER SERVER: sockets in the folder, each of which answers a client in a wrong way of its own.

Where the answer is one of HTTP, it names ``SERVER`` as who gives it.
"""

from __future__ import annotations

import socketserver
import sys
import threading
import time
from pathlib import Path

FOLDER, SERVER = sys.argv[1:]


def http(body: str, status: str = "200 OK", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = (
        f"HTTP/1.1 {status}\r\nServer: {SERVER}\r\nContent-Type: application/json\r\nContent-Length: {size}"
    )
    return f"{head}\r\n\r\n{body}".encode()


ANSWERS = {
    "noise": b"\x00\xff\xfenothing of HTTP\r\n\r\n",
    "closed": b"",
    "html": http("<html>It works!</html>"),
    "cut": http('[{"Id": "', length=1000),
    "number": http("7"),
    "object": http('{"message": "an object"}'),
    "numbers": http("[1, 2]"),
    "failing": http('{"message": "out of order"}', "500 Internal Server Error"),
    "words": http("not even JSON", "503 Service Unavailable"),
    "denied": http('{"message": "authorization denied by plugin"}', "403 Forbidden"),
}


class Answer(socketserver.StreamRequestHandler):
    """One of the answers, whatever was asked; ``silent`` gives none."""

    def handle(self) -> None:
        name = Path(str(self.server.server_address)).stem
        self.request.recv(65536)
        if name == "silent":
            time.sleep(60)
        else:
            self.request.sendall(ANSWERS[name])


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


if __name__ == "__main__":
    for name in ("silent", *ANSWERS):
        server = Server(f"{FOLDER}/{name}.sock", Answer)
        threading.Thread(target=server.serve_forever).start()
