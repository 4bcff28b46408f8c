# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a change of a storage pool is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core.change import Change
from .._core.errors import ApplyFailed, Refused
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.pool import Pool
from .._model.pool_host import PoolHost
from . import xml
from .pool_users import pool_users, users_of
from .pool_xml import TABLE, new_definition
from .session import Session

# Making a file system on a large device, logging in to a target, counting the volumes of a slow server.
_SECONDS = 600.0
MOUNTED = ("fs", "netfs")


def in_use(vms: Sequence[str]) -> Refused:
    """The refusal to take a pool away from vms."""
    names = ", ".join(f"vm/{vm}" for vm in vms)
    return Refused(
        f"is in use by {names}", hint="Stop the vms first; to remove the pool, take their disks off it."
    )


class PoolChange:
    """One change of one pool, step by step."""

    def __init__(self, session: Session, host: PoolHost, change: Change, undo: Undo) -> None:
        self._session = session
        self._host = host
        self._change = change
        self._undo = undo
        self._asked: Pool = change.asked
        self._found: Pool = change.found
        self._name = change.address.name

    def apply(self) -> None:
        """Makes it, or raises ``HostError``."""
        steps = {
            "create": self._create,
            "update": self._update,
            "replace": self._replace,
            "refresh": lambda: self._call("refresh the pool", lambda p: p.refresh(0)),
            "start": self._start,
            "stop": self._stop,
            "delete": self._delete,
        }
        steps[self._change.action]()

    def _create(self) -> None:
        asked = self._asked.completed()
        self._define(xml.render(new_definition(asked)))
        self._undo.push("forget the new pool", lambda: self._call("forget it", lambda p: p.undefine()))
        self._build(asked)
        self._set_access()
        self._set_autostart(asked)

    def _update(self) -> None:
        if self._change.disruption is Disruption.RESTART:
            self._stop()
            self._undo.push("start the pool again", self._activate)
            self._redefine()
            self._make_folder(self._asked)
            self._activate()
        else:
            self._redefine()
        if self._change.touches("autostart"):
            self._set_autostart(self._asked)
        self._set_access()

    def _set_access(self) -> None:
        """libvirt itself sets it only as it makes the folder, and not that of what it then mounts there."""
        asked, found = self._asked, self._found or self._asked
        typed, target, folder = asked if asked.type else found, asked.target, asked.path or found.path
        if not (target and folder and typed.kind.folder and self._session.local):
            return
        if typed.type in MOUNTED and not self._host.mounted(folder):
            return
        wanted, there = (target.owner, target.group, target.mode), self._host.access(folder)
        if there is None or all(want in (None, has) for want, has in zip(wanted, there)):
            return
        self._host.set_access(folder, *wanted)
        self._call("refresh the pool", lambda p: p.isActive() and p.refresh(0))

    def _replace(self) -> None:
        """Forgets the old pool, and defines one of the same name and UUID."""
        self._check_unused()
        before = self._written()
        asked = self._asked.completed()
        if self._found.state == "active":
            self._stop()
            self._undo.push("start the old pool", self._activate)
        self._forget()
        self._undo.push("put the old definition back", lambda: self._define(before))
        root = new_definition(asked)
        if self._found.uuid:
            xml.Text("./uuid").write(root, self._found.uuid)
        self._define(xml.render(root))
        self._undo.push("forget the new pool", self._forget)
        self._build(asked)
        self._set_autostart(asked)
        if asked.state == "active":
            self._activate()
        self._set_access()

    def _start(self) -> None:
        if self._change.found is not None:
            if self._found.loose:
                self._call("stop what is left of the pool", lambda p: p.destroy())
            self._make_mount_point()
        self._activate()
        self._undo.push("stop the pool", lambda: self._call("stop it", lambda p: p.destroy()))
        self._set_access()

    def _activate(self) -> None:
        self._call("start the pool", lambda p: p.create(0))

    def _stop(self) -> None:
        self._check_unused()
        self._call("stop the pool", lambda p: p.destroy())

    def _delete(self) -> None:
        self._check_unused()
        if self._session.find(lambda c: c.storagePoolLookupByName(self._name)) is None:
            return
        if self._call("look at the pool", lambda p: p.isActive()):
            self._call("stop the pool", lambda p: p.destroy())
        self._forget()

    def _forget(self) -> None:
        """A transient pool is forgotten as it is stopped."""

        def undefine(connection: Any) -> None:
            connection.storagePoolLookupByName(self._name).undefine()

        self._session.find(undefine, "undefine the pool")

    def _build(self, asked: Pool) -> None:
        """Makes what the pool needs: its folder, and what its volumes are kept in where the devices are blank."""
        if asked.build == "never":
            return
        if asked.kind.folder:
            self._make_folder(asked)
        if not asked.kind.makes or not asked.devices:
            return
        if asked.build == "overwrite":
            self._call_build("VIR_STORAGE_POOL_BUILD_OVERWRITE", asked)
        elif self._session.local and not any(map(self._host.content, asked.devices)):
            self._call_build("VIR_STORAGE_POOL_BUILD_NO_OVERWRITE", asked)

    def _call_build(self, flag: str, asked: Pool) -> None:
        if asked.type == "fs" and (asked.source is None or asked.source.format in (None, "auto")):
            raise ApplyFailed(
                f"make a file system on {asked.devices[0]}",
                cause="it holds none, and nothing says which it is to be",
                hint="Give its source.format, such as ext4 or xfs.",
            )
        # Of ZFS libvirt takes no flag: zpool itself refuses a device that holds something.
        flags = 0 if asked.type == "zfs" else self._session.constant(flag)
        self._call("build the pool", lambda p: p.build(flags))

    def _make_folder(self, asked: Pool) -> None:
        if asked.kind.folder and asked.build != "never":
            self._call("make the folder of the pool", lambda p: p.build(0))

    def _make_mount_point(self) -> None:
        """An empty folder to mount on is nobody's; a folder that is the pool is not made where it went away."""
        path = self._found.path
        if self._found.type in MOUNTED and self._session.local and path and not self._host.exists(path):
            self._call("make the folder of the pool", lambda p: p.build(0))

    def _written(self) -> str:
        inactive = self._session.constant("VIR_STORAGE_XML_INACTIVE")
        return str(self._call("read the pool", lambda p: p.XMLDesc(inactive)))

    def _redefine(self) -> None:
        """Writes the fields that differ, and nothing else."""
        before = self._written()
        root = xml.parse(before)
        xml.write(TABLE, root, self._asked)
        if xml.render(root) == xml.render(xml.parse(before)) and not self._found.transient:
            return
        self._define(xml.render(root))
        self._undo.push("put the old definition back", lambda: self._define(before))

    def _define(self, text: str) -> Any:
        return self._session.do("define the pool", lambda c: c.storagePoolDefineXML(text, 0))

    def _set_autostart(self, asked: Pool) -> None:
        if asked.autostart is not None:
            wanted = int(asked.autostart)
            self._call("set whether it starts with the host", lambda p: p.setAutostart(wanted))

    def _check_unused(self) -> None:
        """Raises ``Refused`` where a vm has come to run on it since the plan was made."""
        removes = self._change.action == "delete"
        users = users_of(self._found, pool_users(self._session))
        left = sorted(user.vm for user in users if user.running or removes)
        if left:
            raise in_use(left)

    def _call(self, tried: str, call: Any) -> Any:
        return self._session.do(tried, lambda c: call(c.storagePoolLookupByName(self._name)), _SECONDS)
