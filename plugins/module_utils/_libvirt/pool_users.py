# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which vms use which storage pools."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterable
from typing import Any

from .._model.pool import Pool
from . import xml
from .session import Session

# What these hold is of all pools, and of none.
_SHARED = re.compile("/dev(/mapper|/disk/[^/]+)?")


@dataclasses.dataclass(frozen=True)
class PoolUser:
    """A vm, the pools that its disks are volumes of, and the files and devices that they are, or rest on.

    Of ``paths`` there are those that are written, and where they lead.
    """

    vm: str
    running: bool
    pools: frozenset[str]
    paths: frozenset[str]


def users_of(pool: Pool, users: Iterable[PoolUser]) -> list[PoolUser]:
    """Those that have a volume of the pool: by the pool's name, in its folder, or a device of it by any path."""
    folders, devices = _places(pool)
    return [
        user
        for user in users
        if pool.name in user.pools
        or any(path.startswith(folders) for path in user.paths)
        or not devices.isdisjoint(user.paths)
    ]


def _places(pool: Pool) -> tuple[tuple[str, ...], frozenset[str]]:
    """The folders that are the pool's alone, and where its devices are."""
    path = (pool.live or pool).path
    if path is None:
        return (), frozenset()
    volumes = () if pool.kind.folder else pool.volumes or ()
    devices = frozenset(os.path.realpath(os.path.join(path, name)) for name in volumes)
    if _SHARED.fullmatch(path):
        return (), devices
    return tuple(os.path.join(name, "") for name in (path, os.path.realpath(path))), devices


def pool_users(session: Session) -> list[PoolUser]:
    """All vms with disks, running or not, as they are defined and as they run."""
    domains = session.do("list the vms", lambda c: c.listAllDomains())
    users = [_user(session, domain) for domain in domains]
    return [user for user in users if user is not None]


def _user(session: Session, domain: Any) -> PoolUser | None:
    inactive = session.constant("VIR_DOMAIN_XML_INACTIVE")
    found = session.find(
        lambda _c: (bool(domain.isActive()), {domain.XMLDesc(flags) for flags in (0, inactive)}),
        "read the disks of a vm",
    )
    if found is None:
        return None
    running, texts = found
    sources = [source for text in texts for source in xml.parse(text).findall("./devices/disk//source")]
    paths = {source.get("file") or source.get("dev") or "" for source in sources} - {""}
    return PoolUser(
        domain.name(),
        running,
        frozenset(source.get("pool", "") for source in sources) - {""},
        frozenset(paths.union(map(os.path.realpath, paths))),
    )
