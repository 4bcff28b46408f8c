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
from .._core.field import Compare, Disruption, Policy, field

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
    """``digests`` of the documents, by name, are compared; ``documents`` are what the seed will hold."""

    digests: dict[str, str] | None = field(Disruption.RESTART, Compare.VALUE)
    documents: dict[str, str] | None = dataclasses.field(
        default=None, repr=False, metadata={"policy": Policy(secret=True, reported=True)}
    )


def cloud_init_from_params(params: Mapping[str, Any] | None, vm: str) -> CloudInit | None:
    """The seed of a vm, from the option ``cloud_init``.

    JSON is YAML, so that no YAML library is needed on the host. Unless the user gives one, the instance id follows the
    contents: cloud-init then runs again after a change, at the next boot.
    """
    if params is None:
        return None
    user = _user_data(params)
    network = _text(params["network"], "") if params.get("network") else None
    meta = dict(params.get("meta_data") or {})
    meta.setdefault("local-hostname", params.get("hostname") or vm)
    meta.setdefault("instance-id", f"{vm}-{_digest(user + (network or ''))}")
    documents = {"meta-data": _text(meta, ""), "user-data": user}
    if network is not None:
        documents["network-config"] = network
    return CloudInit({name: _digest(text) for name, text in documents.items()}, documents)


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
    if own is not None and not isinstance(own, Mapping):
        raise InvalidSpec("cloud_init: user_data is neither text nor a mapping")
    return _text({**built, **(own or {})}, "#cloud-config\n")


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
