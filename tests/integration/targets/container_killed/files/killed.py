# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""killed.py: ends a run that changes a container, or its engine, behind each step; sees what the next run makes of it.

The folder of PYTHONPATH holds the collection's code, as ansible_collections/.... Every run is a process of its own,
with docker's real library and a real engine. The engine dies as a proxy on its socket that closes every connection.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.host.plugins.module_utils._container.container import ContainerDriver
from ansible_collections.hybrid.host.plugins.module_utils._container.engine import Engine
from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost
from killing import MOST_STEPS, Ended, run

FOLDER = Path(os.environ["PYTHONPATH"])
SOCKETS = {"docker": "/var/run/docker.sock", "podman": "/run/podman/podman.sock"}
_CHANGES = (b"POST ", b"DELETE ")
_GONE = {"name": "ck-app", "state": "absent", "stop_timeout": 1}
_APP = {
    "name": "ck-app",
    "image": "localhost/ck-busybox:1",
    "command": ["sleep", "100000"],
    "init": True,
    "stop_timeout": 1,
    "labels": {"kept": "yes"},
    "volumes": ["/data"],
}
_ANEW = {"name": "ck-app", "env": {"A": "b"}, "stop_timeout": 1}
# From what to what. Each step on the way is one behind which the run is killed, or its engine dies.
WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "create": (_GONE, _APP),
    "replace": (_APP, _ANEW),
    "replace what goes as it stops": ({**_APP, "auto_remove": True}, {**_ANEW, "image": _APP["image"]}),
    "delete": (_APP, _GONE),
}


class Proxy:
    """Lies on an engine's socket, and dies with the answer to the given one of the requests that change something."""

    def __init__(self, engine: str, step: int, *, kills: bool) -> None:
        self.path = str(FOLDER / f"{engine}.sock")
        self._target = SOCKETS[engine]
        self._left, self._kills, self._dead = step, kills, False
        Path(self.path).unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self._dead:
            client, _address = self._listener.accept()
            if self._dead:
                client.close()
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        engine = socket.socket(socket.AF_UNIX)
        engine.connect(self._target)
        last = False
        with client, engine, selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ, engine)
            ready.register(engine, selectors.EVENT_READ, client)
            while not self._dead:
                for key, _events in ready.select(0.2):
                    chunk = (client if key.fileobj is client else engine).recv(65536)
                    if not chunk:
                        return
                    if key.fileobj is client and chunk.startswith(_CHANGES):
                        self._left -= 1
                        last = not self._left
                    if key.fileobj is engine and last:
                        self._die()
                        return
                    key.data.sendall(chunk)

    def _die(self) -> None:
        self._dead = True
        Path(self.path).unlink(missing_ok=True)
        if self._kills:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    failed = [
        f"{engine}, {way}, {'killed' if kills else 'engine dead'}: {what}"
        for engine in SOCKETS
        for way in WAYS
        for kills in _ends(engine, way)
        for what in _walked(engine, way, kills=kills)
    ]
    print("\n".join(failed))
    return 1 if failed else 0


def _ends(engine: str, way: str) -> Sequence[bool]:
    """Whether the run is killed or its engine dies: both where a container is at stake, else one with each engine."""
    return (True, False) if way == "replace" else (engine == "docker",)


def _walked(engine: str, way: str, *, kills: bool) -> Iterator[str]:
    """What went wrong on one of the ways."""
    before, after = WAYS[way]
    for step in range(1, MOST_STEPS):
        for spec in (_GONE, before):
            _whole(_run(engine, spec))
        ended = _run(engine, after, step, kills=kills)
        if ended.returncode == 0:
            print(f"{engine}, {way}: {step - 1} steps")
            return
        there = _containers(engine)
        if before is not _GONE and after is not _GONE and not there:
            yield f"step {step}: none is left"
        if list(there.values()).count("running") > 1:
            yield f"step {step}: two run: {there}"
        completing, again = _run(engine, after), _run(engine, after)
        if completing.returncode or again.returncode or json.loads(again.stdout):
            yield f"step {step}, not repaired: {completing.stdout}{completing.stderr} {again.stdout}{again.stderr}"
        wanted = {} if after is _GONE else {"ck-app": "running"}
        if _containers(engine) != wanted:
            yield f"step {step}, left: {_containers(engine)}"
        elif wanted and _kept(engine) != "yes":
            yield f"step {step}: its label is lost"
    raise SystemExit(f"{engine}, {way}: never ends")


def _whole(ended: Ended) -> None:
    if ended.returncode:
        raise SystemExit(f"cannot make ready: {ended.stdout}{ended.stderr}")


def _containers(engine: str) -> dict[str, str]:
    listed = subprocess.run(
        [engine, "ps", "--all", "--filter", "name=ck-app", "--format", "{{.Names}} {{.State}}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    states = dict(line.split(maxsplit=1) for line in listed.splitlines())
    # Older Podmans tell how long it has been so.
    return {name: "running" if state.startswith("Up") else state for name, state in states.items()}


def _kept(engine: str) -> str:
    asked = [engine, "inspect", "--format", '{{index .Config.Labels "kept"}}', "ck-app"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def _run(engine: str, params: dict[str, Any], step: int = 0, *, kills: bool = False) -> Ended:
    return run(lambda: one(engine, params, step, kills=kills), FOLDER / "said")


def one(engine: str, params: dict[str, Any], step: int, *, kills: bool) -> int:
    """One run, in which it or its engine ends at the given step; 0 for never. Prints its actions."""
    path = Proxy(engine, step, kills=kills).path if step else SOCKETS[engine]
    driver = ContainerDriver(
        Engine({"engine": engine, "docker_host": f"unix://{path}"}), LocalVmHost().answers
    )
    target = Target(driver, Container.from_params(params), Disruption.REPLACE)
    try:
        outcome = converge([target], Run(workers=1))
        for error in outcome.errors:
            raise error
    except HostError as error:
        print(error, flush=True)
        return 1
    print(json.dumps([change["action"] for change in outcome.result()["actions"]]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
