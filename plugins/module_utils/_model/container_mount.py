# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is mounted in a container: binds and volumes in short, and mounts at length."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field
from .quantity import size
from .text_map import text_map

# What engines name a volume of which only the place in the container is told.
_UNNAMED = re.compile(r"[0-9a-f]{64}")
_VOLUME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
# What engines add to a bind by themselves, or take for granted.
_IMPLIED = frozenset({"rw", "rprivate", "rbind", "nosuid", "nodev"})
_OPTIONS = (
    frozenset(
        (
            "ro",
            "rw",
            "z",
            "Z",
            "consistent",
            "delegated",
            "cached",
            "nocopy",
            "exec",
            "noexec",
            "suid",
            "dev",
            "U",
        )
    )
    | {kind + word for kind in ("", "r") for word in ("private", "shared", "slave", "bind")}
    | _IMPLIED
)
_FOR = {
    "create_mountpoint": ("bind",),
    "labels": ("volume",),
    "no_copy": ("volume",),
    "non_recursive": ("bind",),
    "propagation": ("bind",),
    "read_only_force_recursive": ("bind",),
    "read_only_non_recursive": ("bind",),
    "subpath": ("volume", "image"),
    "tmpfs_size": ("tmpfs",),
    "tmpfs_mode": ("tmpfs",),
    "tmpfs_options": ("tmpfs",),
    "volume_driver": ("volume",),
    "volume_options": ("volume",),
}
_BARE = ("tmpfs", "volume", "image", "cluster")


def unnamed_path(text: str) -> str | None:
    """The path of a volume without a name, ``/path`` or ``/path:rw``; None for all else."""
    path, _colon, options = text.partition(":")
    alone = path.startswith("/") and set(options.split(",")) <= _OPTIONS | {""}
    return path if alone else None


def is_unnamed(volume: str) -> bool:
    """Whether a volume has a name as engines choose them."""
    return _UNNAMED.fullmatch(volume) is not None


@dataclasses.dataclass(frozen=True)
class Bind:
    """A folder of the host or a named volume in a container. ``options`` are those that are not taken for granted."""

    source: str
    target: str
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ":".join([self.source, self.target, *([",".join(self.options)] if self.options else [])])

    @property
    def key(self) -> str:
        return self.target

    @property
    def volume(self) -> str | None:
        """The name of the volume; None for a folder of the host."""
        return None if self.source.startswith("/") else self.source

    @property
    def is_unnamed(self) -> bool:
        """Whether the engine chose the volume's name."""
        return is_unnamed(self.source)

    @classmethod
    def parse(cls, text: str) -> Bind:
        """Of ``SOURCE:TARGET[:OPTIONS]``; a source that starts with ``.`` or ``~`` is a folder of the module's user.

        Raises ``InvalidSpec``.
        """
        source, target, options = (*text.split(":"), "", "")[:3]
        if source.startswith((".", "~")):
            source = os.path.abspath(os.path.expanduser(source))
        given = frozenset(option for option in options.split(",") if option)
        named = source.startswith("/") or _VOLUME.fullmatch(source)
        if not named or not target.startswith("/") or text.count(":") > 2 or not given <= _OPTIONS:
            raise InvalidSpec(
                f"volumes: {text!r} is not a volume",
                hint="Write VOLUME:/path, /path/on/the/host:/path, or either with :ro.",
            )
        return cls(source.rstrip("/") or "/", target.rstrip("/") or "/", tuple(sorted(given - _IMPLIED)))


@dataclasses.dataclass(frozen=True)
class Mount:
    """One of ``mounts``, by its target. ``tmpfs_size`` is bytes, ``tmpfs_mode`` a number.

    ``tmpfs_options`` are names and values, of which the second may be missing.
    """

    target: str
    type: str | None = field(Disruption.REPLACE)
    source: str | None = field(Disruption.REPLACE)
    read_only: bool | None = field(Disruption.REPLACE)
    consistency: str | None = field(Disruption.REPLACE)
    propagation: str | None = field(Disruption.REPLACE)
    non_recursive: bool | None = field(Disruption.REPLACE)
    create_mountpoint: bool | None = field(Disruption.REPLACE)
    read_only_non_recursive: bool | None = field(Disruption.REPLACE)
    read_only_force_recursive: bool | None = field(Disruption.REPLACE)
    no_copy: bool | None = field(Disruption.REPLACE)
    labels: dict[str, str] | None = field(Disruption.REPLACE, Compare.SUBSET)
    volume_driver: str | None = field(Disruption.REPLACE)
    volume_options: dict[str, str] | None = field(Disruption.REPLACE, Compare.SUBSET)
    subpath: str | None = field(Disruption.REPLACE)
    tmpfs_size: int | None = field(Disruption.REPLACE)
    tmpfs_mode: int | None = field(Disruption.REPLACE)
    tmpfs_options: tuple[tuple[str, ...], ...] | None = field(Disruption.REPLACE, Compare.LIST)

    @property
    def key(self) -> str:
        return self.target

    @property
    def volume(self) -> str | None:
        """The name of the volume; None for all else."""
        return self.source or None if self.type == "volume" else None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Mount:
        """Of one item of ``mounts``. Raises ``InvalidSpec``."""
        target, kind = str(params["target"]), params.get("type") or "volume"
        option = f"mounts[{target}]"
        if not target.startswith("/"):
            raise InvalidSpec(f"{option}: the target is not an absolute path")
        if params.get("source") is None and kind not in _BARE:
            raise InvalidSpec(f"{option}: a mount of type {kind} has a source")
        for name, kinds in _FOR.items():
            if params.get(name) is not None and kind not in kinds:
                raise InvalidSpec(f"{option}.{name}: is for type {' or '.join(kinds)}")
        plain = {
            name: params.get(name)
            for name in (
                *("source", "read_only", "consistency", "propagation", "non_recursive", "create_mountpoint"),
                *(
                    "read_only_non_recursive",
                    "read_only_force_recursive",
                    "no_copy",
                    "volume_driver",
                    "subpath",
                ),
            )
        }
        return cls(
            target=target.rstrip("/") or "/",
            type=kind,
            labels=text_map(params.get("labels"), f"{option}.labels"),
            volume_options=text_map(params.get("volume_options"), f"{option}.volume_options"),
            tmpfs_size=size(params.get("tmpfs_size"), f"{option}.tmpfs_size"),
            tmpfs_mode=_mode(params.get("tmpfs_mode"), f"{option}.tmpfs_mode"),
            tmpfs_options=_tmpfs_options(params.get("tmpfs_options"), f"{option}.tmpfs_options"),
            **plain,
        )


def mounts(values: Sequence[Mapping[str, Any]] | None, _option: str) -> tuple[Mount, ...] | None:
    """Of ``mounts``. Raises ``InvalidSpec``."""
    return None if values is None else tuple(Mount.from_params(item) for item in values)


def check_targets(targets: Sequence[str]) -> None:
    """Raises ``InvalidSpec`` where two mounts have one place in the container."""
    twice = sorted({target for target in targets if targets.count(target) > 1})
    if twice:
        raise InvalidSpec(f"volumes: {twice[0]} is listed twice", hint="See volumes, mounts and tmpfs.")


def _mode(value: str | None, option: str) -> int | None:
    try:
        return None if value is None else int(str(value), 8)
    except ValueError:
        raise InvalidSpec(f"{option}: {value!r} is not an octal number", hint='Write "1777".') from None


def _tmpfs_options(
    values: Sequence[Mapping[str, Any]] | None, option: str
) -> tuple[tuple[str, ...], ...] | None:
    if values is None:
        return None
    if any(len(item) != 1 for item in values):
        raise InvalidSpec(f"{option}: each item is one option", hint="Write {size: 64m}, or {noexec: null}.")
    pairs = (next(iter(item.items())) for item in values)
    return tuple((str(name),) if value is None else (str(name), str(value)) for name, value in pairs)
