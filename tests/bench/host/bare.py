# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""bare.py create|remove ENGINE FILE: containers by the engine's API alone, from four threads.

The file has for each name what the engine's ``create`` takes. ``create`` creates and starts them, and prints the
seconds of these calls; ``remove`` removes those that are there.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docker

THREADS = 4
VERSION = "1.41"
SOCKETS = {"docker": "unix:///run/docker.sock", "podman": "unix:///run/podman/podman.sock"}


def create(api: Any, name: str, body: dict[str, Any]) -> None:
    answer = api.post(
        f"{api.base_url}/v{VERSION}/containers/create",
        params={"name": name},
        json=body,
    )
    answer.raise_for_status()
    api.start(answer.json()["Id"])


def remove(api: Any, name: str, _body: dict[str, Any]) -> None:
    try:
        api.remove_container(name, force=True)
    except docker.errors.NotFound:
        return


def main(action: str, engine: str, path: str) -> None:
    with open(path, encoding="utf-8") as file:
        bodies = json.load(file)
    api = docker.APIClient(base_url=SOCKETS[engine], version=VERSION, timeout=600)
    call = {"create": create, "remove": remove}[action]
    started = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda name: call(api, name, bodies[name]), bodies))
    print(time.monotonic() - started)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
