# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""cloud-init: the documents of a seed, and their digests, by which a change is seen without keeping a secret."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, Policy, field, hidden, reported

_USER, _META, _VENDOR, _NETWORK = "user-data", "meta-data", "vendor-data", "network-config"
# In user-data, under the name that cloud-init has for it.
_KEYS = {
    "hostname": "hostname",
    "ssh_keys": "ssh_authorized_keys",
    "users": "users",
    "packages": "packages",
    "write_files": "write_files",
    "runcmd": "runcmd",
}


@dataclasses.dataclass(frozen=True)
class CloudInit:
    """``digests`` of the documents, by name, are compared; ``documents`` are what the seed will hold.

    ``instance`` is the id by which cloud-init tells a new machine from one that it knows; with ``keeps`` a guest that
    is there stays the one that it is.
    """

    digests: dict[str, str] | None = field(Disruption.RESTART, Compare.VALUE)
    instance: str | None = reported()
    keeps: bool | None = hidden()
    documents: dict[str, str] | None = dataclasses.field(
        default=None, repr=False, metadata={"policy": Policy(secret=True, reported=True)}
    )

    def following(self, found: CloudInit | None) -> CloudInit:
        """The same for a guest that has a seed: where the instance is kept, with the id that it has."""
        if not self.keeps or found is None or found.instance is None or self.documents is None:
            return self
        meta = {**json.loads(self.documents[_META]), "instance-id": found.instance}
        return _cloud_init({**self.documents, _META: _text(meta, "")}, found.instance, keeps=True)


def cloud_init_from_params(params: Mapping[str, Any] | None, vm: str) -> CloudInit | None:
    """The seed of a vm, from the option ``cloud_init``; one without any content is no seed.

    JSON is YAML, so that no YAML library is needed on the host. Unless the user gives one, the instance id follows the
    contents.
    """
    if params is None:
        return None
    if not any(value for option, value in params.items() if option != "instance_id"):
        return CloudInit({}, documents={})
    documents = {_USER: _user_data(params)}
    for option, name, header in (("network", _NETWORK, ""), ("vendor_data", _VENDOR, "#cloud-config\n")):
        text = _document(params.get(option), option, header)
        if text is not None:
            documents[name] = text
    own, keeps = params.get("meta_data"), params.get("instance_id") == "keep"
    if isinstance(own, str) and own.strip():
        if keeps or params.get("hostname"):
            raise InvalidSpec("cloud_init: meta_data as text leaves no room for hostname and instance_id")
        return _cloud_init({_META: own, **documents}, None, keeps=False)
    meta = dict(_mapping(own or {}, "meta_data"))
    if keeps and meta.get("instance-id"):
        raise InvalidSpec("cloud_init: instance_id: keep, and meta_data has an instance-id")
    meta.setdefault("local-hostname", params.get("hostname") or vm)
    contents = "".join([*documents.values(), _text(meta, "")])
    meta.setdefault("instance-id", f"{vm}-{_digest(contents)}")
    return _cloud_init({_META: _text(meta, ""), **documents}, str(meta["instance-id"]), keeps=keeps)


def _cloud_init(documents: dict[str, str], instance: str | None, *, keeps: bool) -> CloudInit:
    return CloudInit(digests(documents), instance, keeps, documents)


def digests(documents: Mapping[str, str]) -> dict[str, str]:
    """What tells each document of a seed from another, and nothing of what it holds."""
    return {name: _digest(text) for name, text in documents.items()}


def _document(value: Any, option: str, header: str) -> str | None:
    """A document as it is written, or of a mapping."""
    if isinstance(value, str):
        return value if value.strip() else None
    return _text(_mapping(value, option), header) if value else None


def _mapping(value: Any, option: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidSpec(f"cloud_init: {option} is neither text nor a mapping")
    return value


def _user_data(params: Mapping[str, Any]) -> str:
    """The options as user-data; a user's own mapping goes over them, a user's own text stands for itself."""
    built = {theirs: params[ours] for ours, theirs in _KEYS.items() if params.get(ours)}
    own = params.get("user_data")
    if isinstance(own, str):
        clash = sorted(name for name in _KEYS if name != "hostname" and params.get(name))
        if clash and own.strip():
            raise InvalidSpec(
                f"cloud_init: user_data as text leaves no room for {', '.join(clash)}",
                hint="Write them into user_data, or user_data as a mapping.",
            )
        if own.strip():
            return own
        own = None
    return _text({**built, **_mapping(own or {}, "user_data")}, "#cloud-config\n")


def _text(value: Any, header: str) -> str:
    return header + json.dumps(_without_none(value), sort_keys=True, indent=1) + "\n"


def _without_none(value: Any) -> Any:
    """Options that the user left out come from Ansible as null."""
    if isinstance(value, Mapping):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(item) for item in value]
    return value


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
