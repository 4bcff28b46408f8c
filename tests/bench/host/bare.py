# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""bare.py create|remove FILE: the containers of a document, by the engine's API alone, from four threads.

``create`` creates and starts them, and prints the seconds of these calls; ``remove`` removes those that are there.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docker

THREADS = 4


def create(api: Any, container: dict[str, Any]) -> None:
    """As the stack makes it, as far as the result goes: the same image, command and network."""
    networks = [network["name"] for network in container["networks"]]
    endpoints = {name: api.create_endpoint_config() for name in networks}
    made = api.create_container(
        container["image"],
        container["command"],
        name=container["name"],
        host_config=api.create_host_config(init=container["init"], network_mode=networks[0]),
        networking_config=api.create_networking_config(endpoints),
    )
    api.start(made["Id"])


def remove(api: Any, container: dict[str, Any]) -> None:
    try:
        api.remove_container(container["name"], force=True)
    except docker.errors.NotFound:
        return


def main(action: str, path: str) -> None:
    with open(path, encoding="utf-8") as file:
        containers = json.load(file)
    api = docker.APIClient(version="1.41")
    call = {"create": create, "remove": remove}[action]
    started = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda container: call(api, container), containers))
    print(time.monotonic() - started)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
