# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The networks and volumes of a document, as the options of a network and of a volume."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .node import Node

Options = dict[str, Any]
_BRIDGE = {"com.docker.network.bridge.name": "bridge", "com.docker.network.driver.mtu": "mtu"}


def names(section: str, node: Node, project: str) -> dict[str, str]:
    """The names on the host, by those in the document: with the project's before them, unless the document says."""
    found = {}
    for name, child in node.named().items():
        external, given = _external(child), child.value.get("name") if isinstance(child.value, dict) else None
        if given is not None:
            found[name] = Node(given, f"{child.path}.name", f"{section}.*.name").text()
        else:
            found[name] = external or f"{project}_{name}"
        if external and given is None and isinstance(child.value["external"], dict):
            named = Node(child.value["external"], f"{child.path}.external")
            if "name" not in named.only("name"):
                raise named.refuse("has no name", "Write external: true.")
            found[name] = named.only("name")["name"].text()
    return found


def _external(node: Node) -> str | None:
    """The name in the document of what is somebody else's."""
    value = node.value.get("external") if isinstance(node.value, dict) else None
    if value is None:
        return None
    flag = Node(value, f"{node.path}.external")
    is_external = isinstance(value, dict) or flag.flag()
    return node.path.rpartition(".")[2] if is_external else None


def networks(node: Node, known: Mapping[str, str], shared: Collection[str]) -> list[Options]:
    """The networks that are the stack's own. On those in ``shared`` are vms too: their names on the host."""
    return [
        _network(child, known[name], with_vms=known[name] in shared)
        for name, child in node.named().items()
        if not _is_external(child)
    ]


def network(name: str, *, with_vms: bool) -> Options:
    """One of which the document says nothing."""
    return {"name": name} if with_vms else {"name": name, "attach": ["containers"]}


def _network(node: Node, name: str, *, with_vms: bool) -> Options:
    given = node.only("name", "driver", "driver_opts", "ipam", "internal", "external")
    result = network(name, with_vms=with_vms)
    if "driver" in given and given["driver"].value != "":
        given["driver"].one_of({"bridge": "bridge", "default": "bridge"})
    if "internal" in given and given["internal"].flag():
        result["mode"] = "isolated"
    if "driver_opts" in given:
        for key, child in given["driver_opts"].named().items():
            if key not in _BRIDGE:
                raise child.refuse("no option of a network stands for it")
            result[_BRIDGE[key]] = child.integer() if _BRIDGE[key] == "mtu" else child.text()
    if "ipam" in given:
        result.update(_addresses(given["ipam"]))
    return result


def _addresses(node: Node) -> Options:
    given = node.only("config")
    blocks = given["config"].elements() if "config" in given else []
    if len(blocks) > 1:
        raise blocks[1].refuse("a network has one subnet here")
    result: Options = {}
    for block in blocks:
        words = block.only("subnet", "gateway", "ip_range")
        result = {key: child.text() for key, child in words.items() if key != "ip_range"}
        if "ip_range" in words:
            result["containers"] = _range(words["ip_range"], result.get("subnet", ""))
    return result


def _range(node: Node, subnet: str) -> Options:
    """The first and the last address of a block that workloads may have."""
    try:
        block = ipaddress.IPv4Network(node.text())
        around = ipaddress.IPv4Network(subnet)
    except ValueError:
        raise node.refuse(
            "is not a block of addresses within a subnet", "Write subnet too, as 10.77.0.0/24."
        ) from None
    ends = (around.network_address, around.broadcast_address)
    first, last = block[0], block[-1]
    return {
        "start": str(first + 1 if first in ends else first),
        "end": str(last - 1 if last in ends else last),
    }


def of_vms(vms: Sequence[Any]) -> set[str]:
    """The networks on which vms are, by their names on the host."""
    lists = (vm.get("networks") for vm in vms if isinstance(vm, dict))
    places = (place for found in lists if isinstance(found, list) for place in found)
    return {str(place.get("network")) for place in places if isinstance(place, dict)}


def volumes(node: Node, known: Mapping[str, str]) -> list[Options]:
    """The volumes that are the stack's own."""
    return [_volume(child, known[name]) for name, child in node.named().items() if not _is_external(child)]


def _volume(node: Node, name: str) -> Options:
    given = node.only("name", "driver", "driver_opts", "labels", "external")
    result: Options = {"name": name}
    if "driver" in given and given["driver"].value != "":
        result["driver"] = given["driver"].text()
    if "driver_opts" in given:
        result["driver_options"] = given["driver_opts"].texts()
    if "labels" in given:
        result["labels"] = given["labels"].texts()
    return result


def _is_external(node: Node) -> bool:
    """Refuses what is said besides the name of what is somebody else's."""
    if _external(node) is None:
        return False
    for key in node.value:
        if key not in ("name", "external") and not key.startswith("x-"):
            raise Node(None, f"{node.path}.{key}").refuse("is not said of what is external")
    return True
