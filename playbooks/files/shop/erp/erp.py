"""The legacy system: answers on port 8080, and says of each neighbour whether it reaches it by name."""

import http.server
import json
import socket
import sys

NEIGHBOURS = json.loads(sys.argv[1])


def reached(name, port):
    """The address behind a name that accepts a connection, or the reason why there is none."""
    try:
        with socket.create_connection((name, port), timeout=5) as connection:
            return connection.getpeername()[0]
    except OSError as error:
        return f"unreachable: {error}"


class Erp(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/neighbours":
            answer = json.dumps({name: reached(name, port) for name, port in NEIGHBOURS.items()})
        else:
            answer = f"order book of {socket.gethostname()} is open"
        body = (answer + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8080), Erp).serve_forever()
