# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks: image files, as users describe them and as they are found."""

from __future__ import annotations

import dataclasses
import grp
import pwd
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .._core.errors import HostError, InvalidSpec
from .._core.field import Disruption, field, reported
from .disk_attachment import absolute
from .quantity import size

_SECTOR = 512
_MODE = re.compile(r"0?[0-7]{3}")
_CHECKSUM = re.compile(r"(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})")
_CLUSTERS = [512 << power for power in range(13)]


@dataclasses.dataclass(frozen=True)
class Disk:
    """An image file; its name is its absolute path.

    ``owner`` is the stack, ``file_owner`` and ``file_group`` are of the file. ``source``, ``checksum`` and
    ``preallocation`` say how a new image comes about, and are no part of one that exists. What cannot be changed in an
    image costs a replacement, which the driver refuses: an image is never made anew over its data.
    """

    name: str
    state: str = "present"
    size: int | None = field()
    format: str | None = field(Disruption.REPLACE)
    backing_file: str | None = field(Disruption.REPLACE)
    cluster_size: int | None = field(Disruption.REPLACE)
    file_owner: str | None = field()
    file_group: str | None = field()
    mode: str | None = field()
    owner: str | None = field()
    source: str | None = None
    checksum: str | None = None
    preallocation: str | None = None
    backing_format: str | None = reported()
    allocated: int | None = reported()
    in_use_by: tuple[str, ...] | None = reported()
    overlays: tuple[str, ...] | None = reported()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Disk:
        """Of the module's options. Raises ``InvalidSpec``."""
        name = absolute(params["path"])
        try:
            return cls._parsed(name, params)._checked()
        except HostError as error:
            raise error.about("disk", name) from None

    @classmethod
    def _parsed(cls, name: str, params: Mapping[str, Any]) -> Disk:
        backing = params.get("backing_file")
        source = params.get("source")
        return cls(
            name=name,
            state=params.get("state") or "present",
            size=rounded(size(params.get("size"), "size")),
            format=params.get("format"),
            backing_file=absolute(backing) if backing is not None else None,
            cluster_size=_cluster_size(params.get("cluster_size")),
            file_owner=_account(params.get("owner"), "owner"),
            file_group=_account(params.get("group"), "group"),
            mode=_mode(params.get("mode")),
            source=_source(source) if source is not None else None,
            checksum=_checksum(params.get("checksum")),
            preallocation=params.get("preallocation"),
        )

    @property
    def is_downloaded(self) -> bool:
        return self.source is not None and not self.source.startswith("/")

    def _checked(self) -> Disk:
        """Itself. Raises ``InvalidSpec`` for options that do not go together."""
        qcow2_only = {"backing_file": self.backing_file, "cluster_size": self.cluster_size}
        for option, value in qcow2_only.items():
            if self.format == "raw" and value is not None:
                raise InvalidSpec(f"{option}: a raw image has none", hint="Choose format: qcow2.")
        if self.format == "raw" and self.preallocation == "metadata":
            raise InvalidSpec("preallocation: a raw image has no metadata", hint="Use falloc or full.")
        if self.backing_file is not None and self.source is not None:
            raise InvalidSpec(
                "source and backing_file exclude each other",
                hint="Make one disk from the source, and another as an overlay on it.",
            )
        if self.backing_file is not None and self.preallocation not in (None, "off"):
            raise InvalidSpec("preallocation: an overlay begins empty", hint="Leave preallocation out.")
        if self.backing_file == self.name or self.source == self.name:
            raise InvalidSpec("it cannot be made from itself")
        if self.checksum is not None and self.source is None:
            raise InvalidSpec("checksum: there is no source that it could be of")
        return self


def rounded(count: int | None) -> int | None:
    """Bytes as QEMU takes them: in whole sectors."""
    return None if count is None else -(-count // _SECTOR) * _SECTOR


def _cluster_size(value: Any) -> int | None:
    count = size(value, "cluster_size")
    if count is None or count in _CLUSTERS:
        return count
    raise InvalidSpec(f"cluster_size: {value!r} is no power of two from 512 to 2M")


def _source(value: str) -> str:
    """A local path, made absolute, or a URL as it is."""
    if "://" not in value:
        return absolute(value)
    parts = urlsplit(value)
    plain = value.isprintable() and " " not in value and "@" not in parts.netloc
    if parts.scheme in ("http", "https") and parts.hostname and plain:
        return value
    raise InvalidSpec(f"source: {value!r} is neither a path nor an http or https URL without a password")


def _checksum(value: str | None) -> str | None:
    if value is None or _CHECKSUM.fullmatch(value.lower()):
        return value.lower() if value else value
    raise InvalidSpec(
        f"checksum: {value!r} is not one",
        hint="Write sha256: or sha512: and the digest in hexadecimal digits.",
    )


def _mode(value: Any) -> str | None:
    """Four octal digits. A bare number is refused: YAML has read it as something else than it looks like."""
    if value is None:
        return None
    if isinstance(value, str) and _MODE.fullmatch(value):
        return value.rjust(4, "0")
    raise InvalidSpec(f"mode: {value!r} is not a mode", hint="Write it in quotes, such as '0640'.")


def _account(value: str | None, option: str) -> str | None:
    """The name of a user or group of this host, as which a number is taken too where it has a name."""
    if value is None:
        return None
    try:
        return _user(value) if option == "owner" else _group(value)
    except (KeyError, OverflowError, ValueError):
        if value.isdecimal():
            return value
        raise InvalidSpec(f"{option}: this host knows no {value!r}") from None


def _user(value: str) -> str:
    return (pwd.getpwuid(int(value)) if value.isdecimal() else pwd.getpwnam(value)).pw_name


def _group(value: str) -> str:
    return (grp.getgrgid(int(value)) if value.isdecimal() else grp.getgrnam(value)).gr_name
