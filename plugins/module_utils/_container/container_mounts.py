# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mounts in the engine's configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._model.container_mount import Bind, Mount, is_unnamed

# Where an option stands below the mount's own keys, by the mount's type.
_BELOW = {
    "bind": (
        "BindOptions",
        {
            "propagation": "Propagation",
            "non_recursive": "NonRecursive",
            "create_mountpoint": "CreateMountpoint",
            "read_only_non_recursive": "ReadOnlyNonRecursive",
            "read_only_force_recursive": "ReadOnlyForceRecursive",
        },
    ),
    "volume": ("VolumeOptions", {"no_copy": "NoCopy", "labels": "Labels", "subpath": "Subpath"}),
    "tmpfs": (
        "TmpfsOptions",
        {"tmpfs_size": "SizeBytes", "tmpfs_mode": "Mode", "tmpfs_options": "Options"},
    ),
    "image": ("ImageOptions", {"subpath": "Subpath"}),
}
_OWN = {"source": "Source", "read_only": "ReadOnly", "consistency": "Consistency"}
# The engine leaves these out where they are false.
_FLAGS = (
    "non_recursive",
    "create_mountpoint",
    "read_only_non_recursive",
    "read_only_force_recursive",
    "no_copy",
)


def write_mounts(mounts: Sequence[Mount]) -> list[dict[str, Any]]:
    return [_written(mount) for mount in mounts]


def _written(mount: Mount) -> dict[str, Any]:
    result: dict[str, Any] = {"Target": mount.target, "Type": mount.type}
    result.update(_keys(mount, _OWN))
    section, names = _BELOW.get(mount.type or "", ("", {}))
    below = _keys(mount, names)
    if mount.volume_driver:
        below["DriverConfig"] = {"Name": mount.volume_driver, "Options": mount.volume_options or {}}
    if below:
        result[section] = below
    return result


def _keys(mount: Mount, names: Mapping[str, str]) -> dict[str, Any]:
    return {key: getattr(mount, name) for name, key in names.items() if getattr(mount, name) is not None}


def read_mounts(entries: Sequence[Mapping[str, Any]] | None) -> tuple[Mount, ...]:
    """Those that were asked for: a volume without a name is one that was handed on to a successor."""
    return tuple(_read(entry) for entry in entries or () if not is_unnamed(str(entry.get("Source"))))


def _read(entry: Mapping[str, Any]) -> Mount:
    kind = str(entry.get("Type"))
    section, names = _BELOW.get(kind, ("", {}))
    below = entry.get(section) or {}
    driver = below.get("DriverConfig") or {}
    fields = {name: below.get(key) for name, key in names.items()}
    fields.update((name, bool(fields[name])) for name in _FLAGS if name in names)
    if kind == "tmpfs":
        fields["tmpfs_options"] = tuple(tuple(option) for option in below.get("Options") or ())
    if kind == "volume":
        fields["labels"] = fields["labels"] or {}
    return Mount(
        target=str(entry["Target"]).rstrip("/") or "/",
        type=kind,
        source=entry.get("Source") or None,
        read_only=bool(entry.get("ReadOnly")),
        consistency=entry.get("Consistency") or None,
        volume_driver=driver.get("Name") or None,
        volume_options=driver.get("Options") or {},
        **fields,
    )


def read_binds(texts: Sequence[str] | None) -> tuple[Bind, ...]:
    return tuple(Bind.parse(text) for text in texts or ())
