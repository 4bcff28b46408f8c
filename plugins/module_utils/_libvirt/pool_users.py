# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which vms use which storage pools."""

from __future__ import annotations

import dataclasses
from typing import Any

from . import xml
from .session import Session


@dataclasses.dataclass(frozen=True)
class PoolUser:
    """A vm, the pools that its disks are volumes of, and the files and devices that they are, or rest on."""

    vm: str
    running: bool
    pools: frozenset[str]
    paths: frozenset[str]

    def uses(self, pool: str, folder: str | None) -> bool:
        """Whether it has a volume of the pool, be it by the pool's name or as a file in its folder."""
        inside = folder.rstrip("/") + "/" if folder and not folder.startswith("/dev") else None
        return pool in self.pools or bool(inside and any(path.startswith(inside) for path in self.paths))


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
    return PoolUser(
        domain.name(),
        running,
        frozenset(source.get("pool", "") for source in sources) - {""},
        frozenset(source.get("file") or source.get("dev") or "" for source in sources) - {""},
    )
