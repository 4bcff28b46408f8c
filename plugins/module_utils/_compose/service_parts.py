# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a service that Compose writes otherwise than the options of a container."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .node import Node
from .project import Project
from .units import duration

Options = dict[str, Any]

CONDITIONS = {
    "service_started": "started",
    "service_healthy": "healthy",
    "service_completed_successfully": "completed",
}
_RESTART = {"no": "no", "always": "always", "on-failure": "on-failure", "unless-stopped": "unless-stopped"}
_PULL = {
    "always": "always",
    "never": "never",
    "missing": "missing",
    "if_not_present": "missing",
    "build": "missing",
}
_RATES = ("device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops")


def hosts(node: Node) -> dict[str, str]:
    addresses = {}
    for name, child in node.named().items():
        words = child.words()
        if len(words) != 1:
            raise child.refuse("has more than one address", "Keep one.")
        addresses[name] = words[0]
    return addresses


def ports(node: Node) -> list[str]:
    return [_port(item) if isinstance(item.value, dict) else item.text() for item in node.elements()]


def _port(node: Node) -> str:
    given = node.only("target", "published", "host_ip", "protocol", "mode", "name", "app_protocol")
    if "target" not in given:
        raise node.refuse("names no target")
    if "mode" in given:
        given["mode"].one_of({"host": "host", "ingress": "ingress"})
    published = given["published"].text() if "published" in given else ""
    address = f"{_bracketed(given['host_ip'].text())}:" if "host_ip" in given else ""
    outer = f"{address}{published}:" if published or address else ""
    protocol = f"/{given['protocol'].text()}" if "protocol" in given else ""
    return f"{outer}{given['target'].text()}{protocol}"


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address and not address.startswith("[") else address


def entrypoint(node: Node) -> str | list[str]:
    """An empty one takes the image's away."""
    return node.command() or [""]


def healthcheck(node: Node) -> Options:
    times = ("interval", "timeout", "start_period", "start_interval")
    given = node.only("test", "retries", "disable", *times)
    if "disable" in given and given["disable"].flag():
        return {"test": ["NONE"]}
    result: Options = {name: duration(given[name]) for name in times if name in given}
    # Without a test it is the image's that is run: the file overrides only what it says.
    result.update({"test": given["test"].command()} if "test" in given else {"test_cli_compatible": True})
    if "retries" in given:
        result["retries"] = given["retries"].integer()
    return result


def ulimits(node: Node) -> list[str]:
    limits = []
    for name, child in node.named().items():
        both = child.only("soft", "hard") if isinstance(child.value, dict) else {"soft": child, "hard": child}
        if len(both) < 2:
            raise child.refuse("needs soft and hard")
        limits.append(f"{name}:{both['soft'].integer()}:{both['hard'].integer()}")
    return limits


def block_io(node: Node, _project: Project) -> Options:
    given = node.only("weight", *_RATES)
    result: Options = {"blkio_weight": given["weight"].integer()} if "weight" in given else {}
    for name in _RATES:
        if name in given:
            rates = [item.only("path", "rate") for item in given[name].elements()]
            result[name] = [{key: child.text() for key, child in rate.items()} for rate in rates]
    return result


def depends_on(node: Node, project: Project) -> Options:
    needed: list[Any] = []
    for name, child in node.named().items():
        given = child.only("condition", "required", "restart")
        if "restart" in given and given["restart"].flag():
            raise given["restart"].refuse("a container is not restarted for another here")
        if name in project.vms and name not in project.containers:
            if "condition" in given:
                given["condition"].one_of({"service_started": "started"})
            needed.append(f"vm/{name}")
            continue
        required = "required" not in given or given["required"].flag()
        if not required and name not in project.containers:
            continue
        condition = given["condition"].one_of(CONDITIONS) if "condition" in given else "started"
        target = f"container/{project.container(name, child)}"
        if name in project.jobs:
            condition = "completed"
        needed.append(target if condition == "started" else {"name": target, "condition": condition})
    return {"depends_on": needed}


def jobs(node: Node) -> Iterator[str]:
    """The services that this one needs to have ended well."""
    given = node.value.get("depends_on")
    for name, needed in given.items() if isinstance(given, dict) else ():
        if isinstance(needed, dict) and needed.get("condition") == "service_completed_successfully":
            yield name


def devices(node: Node, _project: Project) -> Options:
    found = []
    for item in node.elements():
        if not isinstance(item.value, dict):
            found.append(item.text())
            continue
        given = item.only("source", "target", "permissions")
        if "source" not in given:
            raise item.refuse("names no source")
        inner = given.get("target", given["source"]).text()
        access = f":{given['permissions'].text()}" if "permissions" in given else ""
        found.append(f"{given['source'].text()}:{inner}{access}")
    return {"devices": found}


def env_files(node: Node, project: Project) -> Options:
    return {"env": _all_of(node, project)}


def environment(node: Node, project: Project) -> Options:
    return {"env": project.resolved(node.pairs())}


def label_files(node: Node, project: Project) -> Options:
    return {"labels": _all_of(node, project)}


def labels(node: Node, _project: Project) -> Options:
    return {"labels": node.texts()}


def _all_of(node: Node, project: Project) -> dict[str, str]:
    return {name: text for item in node.elements() for name, text in project.env_file(item).items()}


def external_links(node: Node, _project: Project) -> Options:
    return {"links": [_link(text, text.partition(":")[0]) for text in node.words()]}


def links(node: Node, project: Project) -> Options:
    names = {text: project.container(text.partition(":")[0], node) for text in node.words()}
    return {
        "links": [_link(text, name) for text, name in names.items()],
        "depends_on": [f"container/{name}" for name in dict.fromkeys(names.values())],
    }


def _link(text: str, container: str) -> str:
    service, _colon, alias = text.partition(":")
    return f"{container}:{alias or service}"


def ipc(node: Node, project: Project) -> Options:
    return _shared("ipc_mode", node, project)


def pid(node: Node, project: Project) -> Options:
    return _shared("pid_mode", node, project)


def network_mode(node: Node, project: Project) -> Options:
    return _shared("network_mode", node, project)


def _shared(option: str, node: Node, project: Project) -> Options:
    """A namespace, of another service's container perhaps, which then is to be there first."""
    kind, _colon, name = node.text().partition(":")
    if kind != "service":
        return {option: node.text()}
    container = project.container(name, node)
    return {option: f"container:{container}", "depends_on": [f"container/{container}"]}


def logging(node: Node, _project: Project) -> Options:
    given = node.only("driver", "options")
    result: Options = {"log_driver": given["driver"].text()} if "driver" in given else {}
    if "options" in given:
        result["log_options"] = {k: v for k, v in given["options"].pairs().items() if v is not None}
    return result


def networks(node: Node, project: Project) -> Options:
    """Its places on networks; that of the highest priority is the first."""
    places: list[tuple[float, Options]] = []
    for name, child in node.named().items():
        given = child.only(*_PLACE, "priority")
        place: Options = {"name": project.network(name, child)}
        place.update((key, read(given[key])) for key, read in _PLACE.items() if key in given)
        places.append((given["priority"].number() if "priority" in given else 0, place))
    return {"networks": [place for _priority, place in sorted(places, key=lambda item: -item[0])]}


_PLACE: Mapping[str, Any] = {
    "aliases": Node.words,
    "ipv4_address": Node.text,
    "ipv6_address": Node.text,
    "mac_address": Node.text,
    "driver_opts": Node.texts,
    "gw_priority": Node.integer,
}


def pull_policy(node: Node, _project: Project) -> Options:
    return {"pull": node.one_of(_PULL)}


def restart(node: Node, _project: Project) -> Options:
    policy, _colon, retries = node.text().partition(":")
    result: Options = {"restart_policy": Node(policy, node.path).one_of(_RESTART)}
    if retries:
        result["restart_retries"] = Node(retries, node.path).integer()
    return result


def volumes_from(node: Node, project: Project) -> Options:
    sources, needed = [], []
    for text in node.words():
        if text.startswith("container:"):
            sources.append(text.partition(":")[2])
            continue
        service, colon, access = text.partition(":")
        container = project.container(service, node)
        sources.append(f"{container}{colon}{access}")
        needed.append(f"container/{container}")
    return {"volumes_from": sources, "depends_on": needed}
