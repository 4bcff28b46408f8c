# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what is asked against what is found, field by field, as the fields' policies say."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from .field import MASK, Compare, Disruption, Policy, policies


@dataclasses.dataclass(frozen=True)
class Difference:
    """One field that differs. ``path`` is as a user writes it: ``memory``, ``env[LANG]``, ``disks[vda].cache``.

    ``before`` and ``after`` are the values themselves: mask them with ``shown`` before they leave the process.
    """

    path: str
    before: Any
    after: Any
    disruption: Disruption
    secret: bool = False

    def shown(self, value: Any) -> Any:
        """A value as it may be printed: plain data, secrets masked."""
        return MASK if self.secret and value is not None else plain(value)


def compare(
    asked: Any, found: Any, modes: Mapping[str, Compare] = MappingProxyType({})
) -> tuple[Difference, ...]:
    """The managed fields in which two specs of one type differ. A field that is asked as None is not managed.

    ``modes`` are those of fields that this comparison holds otherwise than their policies say.
    """
    return tuple(_differences(asked, found, "", modes))


def _differences(
    asked: Any, found: Any, prefix: str, modes: Mapping[str, Compare] = MappingProxyType({})
) -> Iterator[Difference]:
    for name, policy in policies(asked.__class__).items():
        wanted = getattr(asked, name)
        if wanted is None or policy.reported:
            continue
        present = getattr(found, name)
        # What is equal is the same in every mode, and most is.
        if wanted != present:
            mode = modes.get(name, policy.compare)
            if mode is not Compare.IGNORE:
                held = policy if mode is policy.compare else dataclasses.replace(policy, compare=mode)
                yield from _field(prefix + name, held, wanted, present)


def _field(path: str, policy: Policy, wanted: Any, present: Any) -> Iterator[Difference]:
    if policy.compare in (Compare.KEYED, Compare.KEYED_SUBSET):
        yield from _keyed(path, policy, wanted, present or ())
    elif isinstance(wanted, dict):
        yield from _mapping(path, policy, wanted, present or {})
    elif dataclasses.is_dataclass(wanted) and present is not None:
        least = policy.disruption if policy.whole else Disruption.NONE
        for part in _differences(wanted, present, path + "."):
            yield dataclasses.replace(part, disruption=max(part.disruption, least))
    elif not _same(policy.compare, wanted, present):
        yield Difference(path, present, wanted, policy.disruption, policy.secret)


def _same(mode: Compare, wanted: Any, present: Any) -> bool:
    if mode is Compare.SET:
        return _members(wanted) == _members(present)
    if mode is Compare.SUBSET:
        return _members(wanted) <= _members(present)
    if mode is Compare.LIST:
        return list(wanted) == list(present or ())
    return bool(wanted == present)


def _members(values: Iterable[Any] | None) -> set[Any]:
    return set(values or ())


def _mapping(
    path: str, policy: Policy, wanted: dict[str, Any], present: dict[str, Any]
) -> Iterator[Difference]:
    keys = list(wanted) if policy.compare is Compare.SUBSET else sorted(set(wanted) | set(present))
    for key in keys:
        if wanted.get(key) != present.get(key):
            yield Difference(
                f"{path}[{key}]", present.get(key), wanted.get(key), policy.disruption, policy.secret
            )


def _keyed(
    path: str, policy: Policy, wanted: tuple[Any, ...], present: tuple[Any, ...]
) -> Iterator[Difference]:
    there = {item.key: item for item in present}
    for item in wanted:
        other = there.pop(item.key, None)
        if other is None:
            yield Difference(f"{path}[{item.key}]", None, item, policy.disruption, policy.secret)
        else:
            yield from _differences(item, other, f"{path}[{item.key}].")
    if policy.compare is Compare.KEYED:
        for key, item in there.items():
            yield Difference(f"{path}[{key}]", item, None, policy.disruption, policy.secret)


def plain(value: Any) -> Any:
    """Any part of a spec as data that JSON can hold: unmanaged fields left out, secrets masked, enums as words."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = ((name, secret, getattr(value, name)) for name, secret in _shown(value.__class__))
        return {
            name: _masked(item) if secret else plain(item) for name, secret, item in shown if item is not None
        }
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


@functools.cache
def _shown(spec_type: type) -> tuple[tuple[str, bool], ...]:
    """The fields that are not hidden, each with whether it is secret."""
    known = ((f.name, policies(spec_type).get(f.name, Policy())) for f in dataclasses.fields(spec_type))
    return tuple((name, policy.secret) for name, policy in known if not policy.hidden)


def _masked(value: Any) -> Any:
    return {str(key): MASK for key in value} if isinstance(value, dict) else MASK
