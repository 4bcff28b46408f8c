# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container takes over from the one whose place it takes, so that nothing is lost that nobody manages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.field import Compare, Policy, policies
from .._model.attachment import Attachment
from .._model.container import Container
from .._model.container_device import DeviceRequest
from .._model.container_mount import is_unnamed
from .._model.healthcheck import Healthcheck
from .._model.published_port import PublishedPort
from .container_body import write
from .container_settings import SETTINGS, Tree
from .labels import own

# The modes in which a container stands on no network.
_WITHOUT_NETWORKS = ("none", "host", "container")
_MORE = (Compare.SUBSET, Compare.KEYED_SUBSET, Compare.IGNORE)
# Lists of which two cannot be put together.
_COMMANDS = ("command", "entrypoint")
# Of which items a container has one: a limit by its name, a device by its place in the container.
_NAMES: Mapping[str, Callable[[str], str]] = {
    "devices": lambda text: text.split(":")[1],
    "dns_opts": lambda text: text.partition(":")[0],
    "links": lambda text: text.rpartition(":")[2],
    "security_opts": lambda text: text.replace("=", ":").partition(":")[0],
    "ulimits": lambda text: text.partition(":")[0],
    "volumes_from": lambda text: text.partition(":")[0],
}
# The fields of what is mounted at places in the container.
_MOUNTED = ("volumes", "anonymous_volumes", "mounts", "tmpfs")
# What the engine works out of an option anew, where that changes.
_FOLLOWS = {
    "memory": ("MemorySwap",),
    "cpus": ("CpuPeriod", "CpuQuota"),
    "cpu_period": ("NanoCpus",),
    "cpu_quota": ("NanoCpus",),
    "restart_policy": ("RestartPolicy",),
    "log_driver": ("LogConfig",),
}
# Of which an option is a part.
_OF_PARTS = ("LogConfig", "RestartPolicy")
# What every engine fills in by itself; only an empty list was asked for.
_MASKS = ("MaskedPaths", "ReadonlyPaths")


def brought(image: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that an image gives to its containers, of its configuration."""
    return {
        name: setting.read(image[setting.path[1]])
        for name, setting in SETTINGS.items()
        if setting.path[0] == "Config" and image.get(setting.path[1])
    } | {"labels": own(image.get("Labels"))}


def united(asked: Container, found: Container, image: Mapping[str, Any]) -> Container:
    """With what the old container has beyond what is asked, where that is no difference, and its places on networks.

    What it had from its image is left out: the new image's own counts. ``image`` is the old one's configuration.
    """
    ours = brought(image)
    taken = _targets(asked)
    both = {
        name: _united(
            getattr(asked, name),
            _elsewhere(getattr(found, name), taken) if name in _MOUNTED else getattr(found, name),
            ours.get(name),
            _NAMES.get(name, _key),
        )
        for name, policy in policies(Container).items()
        if getattr(asked, name) is not None and _may_have_more(asked, name, policy)
    }
    if asked.log_driver not in (None, found.log_driver):
        both.pop("log_options", None)
    if asked.files is None and found.files:
        both["files"] = found.files
    there = {place.name: place.kept() for place in found.networks or ()}
    if asked.mac_address is not None:
        there = {name: dataclasses.replace(place, mac_address=None) for name, place in there.items()}
    if asked.networks is None and asked.network_mode in (None, found.network_mode):
        both.update(networks=tuple(there.values()) or None, network_mode=found.network_mode)
    elif asked.networks:
        asked_names = [place.name for place in asked.networks]
        others = [place for name, place in there.items() if name not in asked_names and "networks" in both]
        both["networks"] = (*(place.over(there.get(place.name)) for place in asked.networks), *others)
        if asked.network_mode is None and found.network_mode in (place.name for place in both["networks"]):
            both["network_mode"] = found.network_mode
    elif (asked.network_mode or "").partition(":")[0] in _WITHOUT_NETWORKS:
        both.pop("networks", None)
    if asked.healthcheck and asked.healthcheck.test is None and found.healthcheck:
        both["healthcheck"] = _check(asked.healthcheck, found.healthcheck, ours.get("healthcheck"))
    return dataclasses.replace(asked, **both)


def _may_have_more(asked: Container, name: str, policy: Policy) -> bool:
    """Whether it takes over what there is of a field beyond what is asked; an order only where that is asked for."""
    mode = asked.modes.get(name, policy.compare)
    if policy.compare is Compare.LIST:
        return mode is Compare.SUBSET and name not in _COMMANDS
    return mode in _MORE and policy.compare is not Compare.VALUE


def _united(wanted: Any, had: Any, ours: Any, key: Callable[[Any], Any]) -> Any:
    """What is wanted, and of what was had the rest, but for the image's ``ours``. ``key`` tells what there is once."""
    if isinstance(wanted, dict):
        return {name: item for name, item in (had or {}).items() if (ours or {}).get(name) != item} | wanted
    if isinstance(wanted, tuple) and not (wanted and isinstance(wanted[0], Attachment)):
        new = {key(item) for item in wanted if item not in (had or ())}
        rest = (item for item in had or () if item not in wanted and item not in (ours or ()))
        return (*wanted, *(item for item in rest if key(item) not in new and not _is_taken(item, wanted)))
    return wanted


def _is_taken(item: Any, wanted: Sequence[Any]) -> bool:
    """Whether it is a port of the host that is asked for something else."""
    return isinstance(item, PublishedPort) and any(item.overlaps(port) for port in wanted)


def _elsewhere(had: Any, taken: set[str]) -> Any:
    """What is not mounted where something else is asked for."""
    if isinstance(had, dict):
        return {path: options for path, options in had.items() if _target(path) not in taken}
    return tuple(item for item in had or () if _target(getattr(item, "target", item)) not in taken)


def _key(item: Any) -> Any:
    """Requests for devices, which engines add up, are one."""
    return None if isinstance(item, DeviceRequest) else getattr(item, "key", item)


def _check(asked: Healthcheck, found: Healthcheck, ours: Healthcheck | None) -> Healthcheck:
    """A check of which only a part is asked: the rest as it was, or as the new image has it."""
    rest = {
        f.name: getattr(found, f.name)
        for f in dataclasses.fields(Healthcheck)
        if getattr(asked, f.name) is None and getattr(found, f.name) != getattr(ours, f.name, None)
    }
    return dataclasses.replace(asked, **rest)


def successor(spec: Container, found: Container, old: Mapping[str, Any], image: Mapping[str, Any]) -> Tree:
    """What ``create`` takes for the successor: the old container's own configuration, and over it what is asked.

    ``spec`` is what is asked, ``united`` with what was found; ``old`` is what ``inspect`` tells of the old container.
    """
    config, host = _config(spec, found, old["Config"], image), _host(spec, found, old["HostConfig"])
    body = write(spec)
    mounts = body["HostConfig"].get("Mounts") or host.get("Mounts") or []
    parts = {key: {**(host.get(key) or {}), **body["HostConfig"].get(key, {})} for key in _OF_PARTS}
    host.update(body.pop("HostConfig"))
    host.update((key, part) for key, part in parts.items() if part)
    host["Mounts"] = [*mounts, *(unnamed_volumes(spec, old.get("Mounts") or ()) if spec.keep_volumes else ())]
    for name in ("Labels", "ExposedPorts", "Volumes"):
        asked = {"Labels": spec.labels, "ExposedPorts": spec.exposed_ports, "Volumes": spec.anonymous_volumes}
        if asked[name] is None:
            body[name] = {**(config.get(name) or {}), **(body.get(name) or {})}
    return {**config, **body, "HostConfig": host}


def _config(
    spec: Container, found: Container, had: Mapping[str, Any], image: Mapping[str, Any]
) -> dict[str, Any]:
    """The old one's own, without what its image gave to it."""
    config = {key: value for key, value in had.items() if value and value != image.get(key)}
    config["Env"] = [item for item in had.get("Env") or () if item not in (image.get("Env") or ())]
    for key in ("Labels", "ExposedPorts", "Volumes"):
        given = image.get(key) or {}
        config[key] = {k: v for k, v in (had.get(key) or {}).items() if k not in given or given[k] != v}
    config["Labels"] = own(config["Labels"])
    if spec.published_ports is not None:
        for port in found.published_ports or ():
            config["ExposedPorts"].pop(port.key, None)
    config["Volumes"] = {path: {} for path in config["Volumes"] if path.rstrip("/") not in _targets(spec)}
    if image.get("Entrypoint") and not had.get("Entrypoint"):
        config["Entrypoint"] = [""]
    if str(found.id).startswith(had.get("Hostname") or "-") or found.network_mode == "host" or _borrows(spec):
        config.pop("Hostname", None)
    return config


def _borrows(spec: Container) -> bool:
    """Whether it gets the host name of another, beside which engines take none of its own."""
    return spec.uts == "host" or (spec.network_mode or "").startswith(("host", "container:"))


def _host(spec: Container, found: Container, had: Mapping[str, Any]) -> dict[str, Any]:
    changed = [name for name in _FOLLOWS if getattr(spec, name) not in (None, getattr(found, name))]
    gone = [key for name in changed for key in _FOLLOWS[name]]
    gone += [key for key in _MASKS if had.get(key)]
    host = {key: value for key, value in had.items() if key not in gone}
    taken = _targets(spec)
    host["Binds"] = [
        text
        for text in had.get("Binds") or ()
        if not is_unnamed(text.partition(":")[0]) and _target(text.split(":")[1]) not in taken
    ]
    # Volumes without a name that were handed on before are handed on again as such.
    host["Mounts"] = [
        mount
        for mount in had.get("Mounts") or ()
        if not is_unnamed(str(mount.get("Source"))) and _target(mount["Target"]) not in taken
    ]
    host["Tmpfs"] = {path: o for path, o in (had.get("Tmpfs") or {}).items() if _target(path) not in taken}
    host["Links"] = SETTINGS["links"].write(SETTINGS["links"].read(had.get("Links")))
    return host


def _target(path: str) -> str:
    return path.rstrip("/") or "/"


def _targets(spec: Container) -> set[str]:
    """The places in the container that its own options take."""
    return _named_targets(spec) | {_target(path) for path in spec.anonymous_volumes or ()}


def _named_targets(spec: Container) -> set[str]:
    """Those that are not for volumes without a name."""
    return {
        *(bind.target for bind in spec.volumes or ()),
        *(mount.target for mount in spec.mounts or ()),
        *(_target(path) for path in spec.tmpfs or ()),
    }


def unnamed_volumes(spec: Container, mounts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The volumes without a name among the old container's mounts, as mounts of its successor: they hold data too."""
    taken = _named_targets(spec)
    return [
        {
            "Type": "volume",
            "Source": mount["Name"],
            "Target": mount["Destination"],
            "ReadOnly": not mount.get("RW", True),
        }
        for mount in mounts
        if is_unnamed(str(mount.get("Name"))) and _target(mount["Destination"]) not in taken
    ]
