# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values of a container's options, from the spellings that users have for them to one. None stays None.

Each takes the value and the option's name, and raises ``InvalidSpec``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from signal import Signals
from typing import Any

from .._core.errors import InvalidSpec
from .container_mount import Bind, unnamed_path
from .published_port import published_ports
from .quantity import size
from .text_map import text_map

UNLIMITED = -1
#: How an entrypoint is written that clears the image's own.
NO_COMMAND = ("",)

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


def joined_command(value: Any, option: str) -> Words | None:
    """As ``command``, for ``command_handling: compatibility``: a list is split too, and nothing is not managed."""
    text = " ".join(str(word) for word in value) if isinstance(value, (list, tuple)) else value
    return command(text, option) or None


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
        outer, *rest = text.split(":")
        inner, access = (rest[0] if rest and rest[0].startswith("/") else outer), (rest or ["rwm"])[-1]
        if access.startswith("/"):
            access = "rwm"
        if not outer.startswith("/") or len(rest) > 2 or not access or not set(access) <= set("rwm"):
            raise InvalidSpec(f"{option}: {text!r} is not a device", hint="Write /dev/a:/dev/b:rwm.")
        result.append(f"{outer}:{inner}:{access}")
    return tuple(result)


def rates(value: Sequence[Mapping[str, Any]] | None, option: str) -> dict[str, int] | None:
    """Bytes or operations a second, by the path of the device."""
    if value is None:
        return None
    return {
        str(item["path"]): size(item["rate"], f"{option}[{item['path']}]", zero=True) or 0 for item in value
    }


def signal_name(value: Any, option: str) -> str | None:
    """``SIGTERM`` of ``TERM``, ``sigterm`` or 15."""
    if value is None:
        return None
    text = str(value).strip().upper()
    try:
        return Signals(int(text)).name if text.isdigit() else Signals["SIG" + text.removeprefix("SIG")].name
    except (KeyError, ValueError):
        # Those of real time have no names of their own here: SIGRTMIN+3.
        if re.fullmatch(r"(?:SIG)?RT(?:MIN|MAX)(?:[+-]\d+)?|\d{1,2}", text):
            return text if text.isdigit() or text.startswith("SIG") else f"SIG{text}"
        raise InvalidSpec(f"{option}: {value!r} is not a signal", hint="Write SIGTERM, TERM or 15.") from None


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
        if sum(path == other for other, _c, _o in pairs) > 1:
            raise InvalidSpec(f"{option}: {path} is listed twice")
    return {path: options for path, _colon, options in pairs}


def limit(value: Any, option: str) -> int | None:
    """A size, or -1 for none."""
    return UNLIMITED if str(value) in ("-1", "unlimited") else size(value, option, zero=True)


def processors(value: float | None, _option: str) -> float | None:
    """As exactly as engines keep it: they count in billionths."""
    return None if value is None else round(value, 9)


def pids_limit(value: int | None, _option: str) -> int | None:
    """0 for none, which some write as -1."""
    return None if value is None else max(value, 0)


def security_opts(value: Sequence[str] | None, _option: str) -> Words | None:
    """``no-new-privileges`` has three spellings."""
    plain = ("no-new-privileges:true", "no-new-privileges=true")
    return (
        None
        if value is None
        else tuple("no-new-privileges" if item in plain else str(item) for item in value)
    )


def size_or_zero(value: Any, option: str) -> int | None:
    """A size; 0 for the engine's own."""
    return size(value, option, zero=True)


def binds(values: Sequence[str] | None) -> dict[str, Any]:
    """Binds, and the paths for which the engine makes a volume without a name."""
    if values is None:
        return {}
    anonymous = {text: path for text in values if (path := unnamed_path(text))}
    binds = tuple(Bind.parse(text) for text in values if text not in anonymous)
    return {"volumes": binds, "anonymous_volumes": tuple(anonymous.values()) or None}
