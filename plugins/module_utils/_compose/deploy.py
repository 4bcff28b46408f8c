# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of Compose's deployment of a service has meaning on one host: limits, devices, the restart policy."""

from __future__ import annotations

from typing import Any

from .node import Node
from .project import Project

Options = dict[str, Any]
_RESTART = {"none": "no", "on-failure": "on-failure", "any": "always"}


def options(node: Node, project: Project) -> Options:
    given = node.only("mode", "replicas", "resources", "restart_policy")
    if "mode" in given:
        given["mode"].one_of({"replicated": "replicated", "global": "global"})
    if "replicas" in given:
        scale(given["replicas"], project)
    result = _resources(given["resources"]) if "resources" in given else {}
    if "restart_policy" in given:
        result.update(_restart(given["restart_policy"]))
    return result


def scale(node: Node, _project: Project) -> Options:
    if node.integer() != 1:
        raise node.refuse("a service is one container here", "Write a service for each.")
    return {}


def gpus(node: Node, _project: Project) -> Options:
    if node.value == "all":
        return {"device_requests": [{"count": -1, "capabilities": [["gpu"]]}]}
    return {"device_requests": [_request(item, ["gpu"]) for item in node.elements()]}


def _resources(node: Node) -> Options:
    given, result = node.only("limits", "reservations"), {}
    if "limits" in given:
        limits = given["limits"].only("cpus", "memory", "pids")
        readers = {
            "cpus": ("cpus", Node.number),
            "memory": ("memory", Node.text),
            "pids": ("pids_limit", Node.integer),
        }
        result = {readers[key][0]: readers[key][1](child) for key, child in limits.items()}
    if "reservations" in given:
        kept = given["reservations"].only("memory", "devices")
        if "memory" in kept:
            result["memory_reservation"] = kept["memory"].text()
        if "devices" in kept:
            result["device_requests"] = [_request(item, []) for item in kept["devices"].elements()]
    return result


def _request(node: Node, capabilities: list[str]) -> Options:
    given = node.only("capabilities", "count", "device_ids", "driver", "options")
    if "capabilities" in given:
        capabilities = list(dict.fromkeys([*capabilities, *given["capabilities"].words()]))
    result: Options = {"capabilities": [capabilities]} if capabilities else {}
    if "count" in given:
        result["count"] = -1 if given["count"].value == "all" else given["count"].integer()
    elif "device_ids" not in given:
        result["count"] = -1
    for name, read in (("device_ids", Node.words), ("driver", Node.text), ("options", Node.texts)):
        if name in given:
            result[name] = read(given[name])
    return result


def _restart(node: Node) -> Options:
    given = node.only("condition", "max_attempts")
    policy = given["condition"].one_of(_RESTART) if "condition" in given else "always"
    result: Options = {"restart_policy": policy}
    if "max_attempts" in given:
        if policy != "on-failure":
            raise given["max_attempts"].refuse("is for the condition on-failure only")
        result["restart_retries"] = given["max_attempts"].integer()
    return result
