# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values of a container's options, from the spellings that users have for them to one. None stays None.

Each takes the value and the option's name, and raises ``InvalidSpec``.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InvalidSpec
from .container_parts import Bind, published_ports
from .quantity import size
from .text_map import text_map

UNLIMITED = -1

Words = tuple[str, ...]


def command(value: Any, option: str) -> Words | None:
    """A command as a list of arguments; one text is split as a shell splits it, and nothing in it is expanded."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            return tuple(shlex.split(value))
        except ValueError as error:
            raise InvalidSpec(f"{option}: cannot be split into arguments", cause=str(error)) from None
    if not isinstance(value, (list, tuple)):
        raise InvalidSpec(f"{option}: write a command, as a list or as one text")
    return tuple(str(word) for word in value)


def env(value: Mapping[str, Any] | None, option: str) -> dict[str, str] | None:
    """Variables, whose names no engine can tell from their values where there is a sign of equality in them."""
    texts = text_map(value, option)
    wrong = next((name for name in texts or () if "=" in name), None)
    if wrong is not None:
        raise InvalidSpec(f"{option}: {wrong!r} is not the name of a variable", hint="Write NAME: value.")
    return texts


def words(value: Sequence[Any] | None, _option: str) -> Words | None:
    return None if value is None else tuple(str(item) for item in value)


def capabilities(value: Sequence[str] | None, _option: str) -> Words | None:
    return None if value is None else tuple(item.upper().removeprefix("CAP_") for item in value)


def exposed_ports(value: Sequence[Any] | None, option: str) -> Words | None:
    if value is None:
        return None
    ports = published_ports(value) or ()
    if any(port.host_port is not None for port in ports):
        raise InvalidSpec(f"{option}: takes ports of the container only", hint="Write 80 or 53/udp.")
    return tuple(port.key for port in ports)


def devices(value: Sequence[str] | None, option: str) -> Words | None:
    """``/dev/a:/dev/b:rwm``, completed."""
    if value is None:
        return None
    result = []
    for text in value:
        outer, inner, access = (*text.split(":"), "", "")[:3]
        if not outer.startswith("/") or not set(access) <= set("rwm"):
            raise InvalidSpec(f"{option}: {text!r} is not a device", hint="Write /dev/a:/dev/b:rwm.")
        result.append(f"{outer}:{inner or outer}:{access or 'rwm'}")
    return tuple(result)


def ulimits(value: Sequence[str] | None, option: str) -> Words | None:
    """``nofile:SOFT:HARD``, completed."""
    if value is None:
        return None
    result = []
    for text in value:
        name, soft, hard = (*text.split(":"), "", "")[:3]
        if not name or not soft.lstrip("-").isdigit() or not (hard or soft).lstrip("-").isdigit():
            raise InvalidSpec(f"{option}: {text!r} is not a limit", hint="Write nofile:1024:2048.")
        result.append(f"{name}:{soft}:{hard or soft}")
    return tuple(result)


def tmpfs(value: Sequence[str] | None, option: str) -> dict[str, str] | None:
    """``/run:size=64m``: path and options."""
    if value is None:
        return None
    pairs = [text.partition(":") for text in value]
    for path, _colon, _options in pairs:
        if not path.startswith("/"):
            raise InvalidSpec(f"{option}: {path!r} is not an absolute path")
    return {path: options for path, _colon, options in pairs}


def limit(value: Any, option: str) -> int | None:
    """A size, or -1 for none."""
    return UNLIMITED if str(value) in ("-1", "unlimited") else size(value, option, zero=True)


def binds(values: Sequence[str] | None) -> dict[str, Any]:
    """Binds, and the paths for which the engine makes a volume without a name."""
    if values is None:
        return {}
    anonymous = tuple(text for text in values if text.startswith("/") and ":" not in text)
    binds = tuple(Bind.parse(text) for text in values if text not in anonymous)
    targets = [bind.target for bind in binds]
    for target in targets:
        if targets.count(target) > 1:
            raise InvalidSpec(f"volumes: {target} is listed twice")
    return {"volumes": binds, "anonymous_volumes": anonymous or None}
