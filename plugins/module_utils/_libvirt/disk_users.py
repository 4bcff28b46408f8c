# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vms whose definitions name a file."""

from __future__ import annotations

from collections.abc import Collection

from . import xml
from .session import Session


def disk_users(session: Session, paths: Collection[str]) -> dict[str, list[str]]:
    """By path, the vms that are defined with a disk there, running or not. Raises ``HostError``."""
    secret_free = session.constant("VIR_DOMAIN_XML_INACTIVE")
    texts = session.do(
        "list the vms", lambda c: {d.name(): d.XMLDesc(secret_free) for d in c.listAllDomains()}
    )
    users: dict[str, list[str]] = {path: [] for path in paths}
    for name, text in sorted(texts.items()):
        sources = xml.parse(text).findall("./devices/disk/source")
        for path in sorted({value for source in sources for value in source.attrib.values()} & set(users)):
            users[path].append(name)
    return users
