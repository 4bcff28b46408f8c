# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options of a disk may say. All functions raise ``InvalidSpec``."""

from __future__ import annotations

import grp
import pwd
import re
from typing import Any
from urllib.parse import urlsplit

from .._core.errors import InvalidSpec
from .disk_attachment import absolute
from .quantity import size

_MODE = re.compile(r"0?[0-7]{3}")
_CHECKSUM = re.compile(r"(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})")
_LIST = re.compile(r"(sha256|sha512):(https?://.*)", re.IGNORECASE)
_CONTEXT = re.compile(r"[^\s:]+(:[^\s:]+){2}(:[^\s]+)?")
_CLUSTERS = [512 << power for power in range(13)]


def cluster_size(value: Any) -> int | None:
    count = size(value, "cluster_size")
    if count is None or count in _CLUSTERS:
        return count
    raise InvalidSpec(f"cluster_size: {value!r} is no power of two from 512 to 2M")


def source(value: str) -> str:
    """A local path, made absolute, or a URL as it is."""
    if "://" not in value:
        return absolute(value)
    if _is_url(value):
        return value
    raise InvalidSpec(f"source: {value!r} is neither a path nor an http or https URL without a password")


def checksum(value: str | None) -> str | None:
    """``sha256:`` or ``sha512:`` with a digest, or with the URL of a list of digests."""
    if value is None or _CHECKSUM.fullmatch(value.lower()):
        return value.lower() if value else value
    listed = _LIST.fullmatch(value)
    if listed and _is_url(listed[2]):
        return f"{listed[1].lower()}:{listed[2]}"
    raise InvalidSpec(
        f"checksum: {value!r} is not one",
        hint="Write sha256: or sha512: and the digest in hexadecimal digits, or the URL of a list of them.",
    )


def _is_url(value: str) -> bool:
    parts = urlsplit(value)
    plain = value.isprintable() and " " not in value and "@" not in parts.netloc
    return bool(parts.scheme in ("http", "https") and parts.hostname and plain)


def selinux_context(value: str | None) -> str | None:
    if value is None or _CONTEXT.fullmatch(value):
        return value
    raise InvalidSpec(
        f"selinux_context: {value!r} is not one",
        hint="Write user:role:type:level, such as system_u:object_r:virt_image_t:s0.",
    )


def mode(value: Any) -> str | None:
    """Four octal digits. A bare number is refused: YAML has read it as something else than it looks like."""
    if value is None:
        return None
    if isinstance(value, str) and _MODE.fullmatch(value):
        return value.rjust(4, "0")
    raise InvalidSpec(f"mode: {value!r} is not a mode", hint="Write it in quotes, such as '0640'.")


def account(value: str | None, option: str) -> str | None:
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
