# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Per-field policy: how a field of a spec is compared, what its change costs, whether it is secret."""

from __future__ import annotations

import dataclasses
import enum
import functools
from typing import Any

MASK = "********"
_declared = functools.partial(dataclasses.field, default=None)


@functools.total_ordering
class Disruption(enum.Enum):
    """What a change costs the workload, in rising order."""

    NONE = "none"
    LIVE = "live"
    RESTART = "restart"
    REPLACE = "replace"

    def __lt__(self, other: Disruption) -> bool:
        order = list(Disruption)
        return order.index(self) < order.index(other)


class Compare(enum.Enum):
    """How what is asked is held against what is found.

    ``VALUE``: equal. ``LIST``: equal, in order. ``SET``: the same members, in any order. ``SUBSET``: the members (or
    keys with their values) that are asked are there. ``KEYED``: nested specs, each compared with the one of the same
    key; those found beyond them are to be removed. ``KEYED_SUBSET``: likewise, those found beyond them stay.
    ``IGNORE``: not at all. A map is held as ``SUBSET`` or, in every other mode, key by key.
    """

    VALUE = "value"
    LIST = "list"
    SET = "set"
    SUBSET = "subset"
    KEYED = "keyed"
    KEYED_SUBSET = "keyed_subset"
    IGNORE = "ignore"


@dataclasses.dataclass(frozen=True)
class Policy:
    """The policy of one field. ``reported`` fields are read and not compared or written, ``hidden`` not even shown.

    With ``whole``, a change of a nested field costs no less than one of the field itself.
    """

    disruption: Disruption = Disruption.NONE
    compare: Compare = Compare.VALUE
    secret: bool = False
    reported: bool = False
    hidden: bool = False
    whole: bool = False


def field(
    disruption: Disruption = Disruption.NONE,
    compare: Compare = Compare.VALUE,
    *,
    secret: bool = False,
    whole: bool = False,
) -> Any:
    """A managed field. Its default is None: *not managed*, never *empty*."""
    return _declared(metadata={"policy": Policy(disruption, compare, secret, whole=whole)})


def lengthy(disruption: Disruption = Disruption.NONE, compare: Compare = Compare.VALUE) -> Any:
    """A managed field that is too long for every result: it is shown where it differs, and nowhere else."""
    return _declared(metadata={"policy": Policy(disruption, compare, hidden=True)})


def reported() -> Any:
    """A field that observation fills in and nobody can ask for (an address, an id)."""
    return _declared(metadata={"policy": Policy(reported=True)})


def hidden() -> Any:
    """A field that observation fills in for the driver alone."""
    return _declared(metadata={"policy": Policy(reported=True, hidden=True)}, repr=False)


@functools.cache
def policies(spec_type: type) -> dict[str, Policy]:
    """The policies of a spec's fields, in the order of its declaration; fields without one are left out."""
    return {f.name: f.metadata["policy"] for f in dataclasses.fields(spec_type) if "policy" in f.metadata}
