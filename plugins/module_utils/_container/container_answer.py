# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the engine's ``inspect`` tells of a container, as its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._core.errors import InvalidSpec
from .._core.field import MASK
from .._model.container import Container
from .._model.image_name import familiar
from .attachments import attachments, places
from .container_settings import SETTINGS, Setting, Tree
from .labels import files_of, own, owner_of

#: The fields that name another container, whose namespace it shares.
SHARED = ("network_mode", "ipc_mode", "pid_mode")
# By the words of both engines; one that is being removed or stopped is neither what it was nor what it will be.
_STATES = {
    **{word: word for word in ("running", "paused", "restarting", "dead", "removing", "stopping")},
    **dict.fromkeys(("created", "configured", "initialized", "exited", "stopped"), "stopped"),
}
_UNREADABLE = (InvalidSpec, AttributeError, IndexError, KeyError, TypeError, ValueError)


class Surroundings(NamedTuple):
    """What else an engine has: the ids that image names stand for, registries' digests by image id, names by id."""

    image_ids: Mapping[str, str]
    digests: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]


def read(entry: Mapping[str, Any], among: Surroundings) -> Container:
    """Of what ``inspect`` tells."""
    fields: Tree = {}
    for name, setting in SETTINGS.items():
        value: Any = entry
        for key in setting.path:
            value = (value or {}).get(key)
        fields[name] = _read(setting, value)
    for name in SHARED:
        fields[name] = _shared_with(fields[name], among.names)
    fields["mac_address"] = _mac(entry)
    state, labels = entry["State"], entry["Config"].get("Labels")
    name, image = str(entry["Name"]).lstrip("/"), familiar(str(fields.pop("image")))
    return Container(
        **fields,
        name=name,
        image=image,
        state=_STATES.get(state["Status"], "running" if state.get("Running") else "stopped"),
        labels=own(labels),
        owner=owner_of(labels, name),
        files=files_of(labels, name),
        networks=attachments(entry),
        id=entry["Id"],
        image_id=entry["Image"],
        outdated=among.image_ids.get(image, entry["Image"]) != entry["Image"],
        digests=among.digests.get(entry["Image"]),
        health=(state.get("Health") or {}).get("Status") or None,
        started=state.get("StartedAt") if state["Status"] in ("running", "paused") else None,
        exit_code=state.get("ExitCode") if state["Status"] == "exited" else None,
    )


def _read(setting: Setting, value: Any) -> Any:
    """The value of a field; None, which is not what anybody asks for, where somebody else wrote it in another way."""
    try:
        return setting.read(value)
    except _UNREADABLE:
        return None


def _shared_with(mode: str | None, names: Mapping[str, str]) -> str | None:
    """``container:NAME``, which engines keep as ``container:ID``; the default network by its name."""
    kind, colon, identity = (mode or "").partition(":")
    if kind == "container" and colon:
        return f"container:{names.get(identity, identity)}"
    return "bridge" if mode == "default" else mode


def _mac(entry: Mapping[str, Any]) -> str | None:
    """That of the network which it was made with; newer engines tell it there only."""
    main = places(entry).get(entry["HostConfig"].get("NetworkMode")) or {}
    return entry["Config"].get("MacAddress") or main.get("MacAddress") or None


def masked(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What ``inspect`` tells of a container or an image, as it may be printed: no values of the environment.

    They stand in the command line, too, by which somebody had Podman make a container.
    """
    config = dict(entry.get("Config") or {})
    config.pop("CreateCommand", None)
    config["Env"] = [f"{text.partition('=')[0]}={MASK}" for text in config.get("Env") or ()]
    return {**entry, "Config": config}
