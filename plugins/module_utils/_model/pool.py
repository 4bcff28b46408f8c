# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage pools, as users describe them and as libvirt has them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import HostError, InvalidSpec, Refused
from .._core.field import Disruption, field, hidden, reported
from .names import checked_name
from .pool_parts import TYPES, PoolSource, PoolTarget, PoolType, source_of, target_of
from .xml_text import check_texts


@dataclasses.dataclass(frozen=True)
class Pool:
    """``live`` is what runs, where that differs from what is written for the next start. Sizes are in bytes.

    ``build`` says what may be made of the source of a new pool: what is blank (auto), nothing, or whatever it holds.
    ``transient``: libvirt forgets it as it is stopped. ``loose``: libvirt takes it for active, and nothing is mounted
    on its target. ``gone``: its target is not there. ``unseen`` are the files of its folder that libvirt has not seen
    come or go. ``workloads`` are the vms that have a volume of it, ``running`` those of them that run.
    """

    name: str
    state: str = "active"
    type: str | None = field(Disruption.REPLACE)
    source: PoolSource | None = field(Disruption.RESTART)
    target: PoolTarget | None = field(Disruption.RESTART)
    cow: bool | None = field()
    autostart: bool | None = field()
    owner: str | None = field()
    build: str | None = None
    refresh: bool | None = None
    uuid: str | None = reported()
    capacity: int | None = reported()
    allocation: int | None = reported()
    available: int | None = reported()
    volumes: tuple[str, ...] | None = reported()
    workloads: tuple[str, ...] | None = reported()
    running: tuple[str, ...] | None = hidden()
    unseen: tuple[str, ...] | None = hidden()
    transient: bool | None = hidden()
    loose: bool | None = hidden()
    gone: bool | None = hidden()
    live: Pool | None = hidden()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Pool:
        """Of the module's options. Raises ``InvalidSpec``."""
        state = params.get("state") or "active"
        name = checked_name("pool", params["name"], state)
        try:
            check_texts(params, besides=("name",))
            cow = params.get("cow")
            if cow is not None and not TYPES[params.get("type") or "dir"].folder:
                raise InvalidSpec("cow: it is for pools whose volumes are files", hint="Leave it out.")
            return cls(
                name=name,
                state=state,
                type=params.get("type"),
                source=source_of(params.get("source"), params.get("type")),
                target=target_of(params.get("target"), params.get("type")),
                cow=cow,
                autostart=params.get("autostart"),
                owner=params.get("owner"),
                build=params.get("build"),
                refresh=params.get("refresh"),
            )
        except HostError as error:
            raise error.about("pool", name) from None

    @property
    def kind(self) -> PoolType:
        """What libvirt takes for it; a pool without a type is a folder."""
        return TYPES.get(self.type or "dir", TYPES["dir"])

    @property
    def path(self) -> str | None:
        """Where its volumes are on the host."""
        return self.target.path if self.target else None

    @property
    def devices(self) -> tuple[str, ...]:
        """The devices of the host that it is on."""
        found = (self.source.devices if self.source else None) or ()
        return tuple(device for device in found if device.startswith("/"))

    def completed(self) -> Pool:
        """With all that a new pool needs. Raises ``Refused`` where that is not said."""
        if self.type is None and self.target is None:
            raise Refused(
                "does not exist, and nothing says what it is to be",
                hint="Give a target for a folder, or a type and a source.",
            )
        source = self.source or PoolSource()
        if self.type == "logical" and source.name is None:
            source = dataclasses.replace(source, name=self.name)
        missing = [f"source.{name}" for name in self.kind.needs if not getattr(source, name)]
        if self.kind.target == "" and not self.path:
            missing.append("target")
        if missing:
            raise Refused(
                f"does not exist, and a pool of type {self.type or 'dir'} needs {', '.join(missing)}",
                hint="Give these, or correct the name.",
            )
        target = self.target
        if self.kind.target and not self.path:
            path = self.kind.target.format(name=source.name)
            target = dataclasses.replace(target or PoolTarget(), path=path)
        autostart = True if self.autostart is None else self.autostart
        return dataclasses.replace(
            self,
            type=self.type or "dir",
            source=source if source != PoolSource() else None,
            target=target,
            autostart=autostart,
        )
