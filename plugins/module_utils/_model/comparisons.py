# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``comparisons`` of docker_container: how each option of a container is held against what is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, policies

WORDS = ("strict", "ignore", "allow_more_present")
_LENIENT = {
    Compare.SET: Compare.SUBSET,
    Compare.LIST: Compare.SUBSET,
    Compare.KEYED: Compare.KEYED_SUBSET,
}
_STRICT = {
    Compare.SUBSET: Compare.SET,
    Compare.KEYED_SUBSET: Compare.KEYED,
    Compare.IGNORE: Compare.VALUE,
}
# The other names that docker_container has for these options.
_ALIASES = {
    "exposed": "exposed_ports",
    "expose": "exposed_ports",
    "ports": "published_ports",
    "log_opt": "log_options",
}
# What one option of the user's stands for in the spec.
_TOGETHER = {"volumes": ("volumes", "anonymous_volumes")}
# Values of several parts, of which those that are asked are compared anyway.
_PARTLY = ("healthcheck",)

Modes = Mapping[str, Compare]


def lenient(spec_type: type) -> dict[str, Compare]:
    """The modes of docker_container where nothing is said: sets and maps may hold more than is asked, lists not."""
    return {
        name: _LENIENT[policy.compare]
        for name, policy in policies(spec_type).items()
        if policy.compare in (Compare.SET, Compare.KEYED)
    }


def modes(spec_type: type, comparisons: Mapping[str, Any] | None, usual: Modes) -> dict[str, Compare]:
    """The modes of a spec's fields. ``usual`` are those where nothing is said. Raises ``InvalidSpec``."""
    result = dict(usual)
    held = {name: policy.compare for name, policy in policies(spec_type).items() if not policy.reported}
    everything = (comparisons or {}).get("*")
    if everything is not None:
        if everything not in ("strict", "ignore"):
            raise InvalidSpec(f"comparisons: '*' is strict or ignore, not {everything!r}")
        result.update((name, _mode(name, held[name], everything)) for name in held)
    for option, word in (comparisons or {}).items():
        name = _ALIASES.get(option, option)
        if option != "*" and name not in held:
            raise InvalidSpec(f"comparisons: {option!r} is no option that can be compared")
        for field in () if option == "*" else _TOGETHER.get(name, (name,)):
            result[field] = _mode(option, held[field], word)
    return result


def _mode(option: str, held: Compare, word: Any) -> Compare:
    if word not in WORDS:
        raise InvalidSpec(f"comparisons: {word!r} is not a comparison", hint=f"One of {', '.join(WORDS)}.")
    if word == "ignore":
        return Compare.IGNORE
    if word == "strict":
        return _STRICT.get(held, held)
    if held is Compare.VALUE and option not in _PARTLY:
        raise InvalidSpec(
            f"comparisons: {option} is one value, of which there cannot be more", hint="strict or ignore."
        )
    return _LENIENT.get(held, held)
