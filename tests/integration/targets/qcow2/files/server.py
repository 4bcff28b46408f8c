"""Serves a folder on loopback; what is asked for below /cut/ ends in the middle, below /slow/ it never begins."""

from __future__ import annotations

import http.server
import os
import sys
import time


class Files(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/slow/"):
            time.sleep(300)
            return
        if not self.path.startswith("/cut/"):
            super().do_GET()
            return
        path = self.translate_path(self.path.replace("/cut/", "/", 1))
        size = os.path.getsize(path)
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        with open(path, "rb") as file:
            self.wfile.write(file.read(size // 2))


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Files).serve_forever()
