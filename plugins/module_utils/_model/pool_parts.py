# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source and the target of a storage pool: what its volumes come from, and where the host has them."""

from __future__ import annotations

import dataclasses
import grp
import os
import pwd
import re
from collections.abc import Collection, Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field

_MODE = re.compile(r"0?[0-7]{3,4}")
_IQN = re.compile(r"iqn\.[0-9]{4}-(0[1-9]|1[0-2])\.[a-zA-Z0-9.-]+(:.+)?")
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_PORTS = range(1, 65536)


@dataclasses.dataclass(frozen=True)
class PoolHost:
    """A server that the pool is on; without a port at its protocol's own."""

    name: str
    port: int | None = field(Disruption.RESTART)

    @property
    def key(self) -> str:
        return self.name


@dataclasses.dataclass(frozen=True)
class Adapter:
    """A SCSI host by ``name``, or one of Fibre Channel by its world wide names."""

    type: str | None = field(Disruption.RESTART)
    name: str | None = field(Disruption.RESTART)
    parent: str | None = field(Disruption.RESTART)
    wwnn: str | None = field(Disruption.RESTART)
    wwpn: str | None = field(Disruption.RESTART)
    managed: bool | None = field(Disruption.RESTART)


@dataclasses.dataclass(frozen=True)
class Secret:
    """A secret that libvirt keeps, by what it is for or by its UUID."""

    usage: str | None = field(Disruption.RESTART)
    uuid: str | None = field(Disruption.RESTART)


@dataclasses.dataclass(frozen=True)
class Auth:
    type: str | None = field(Disruption.RESTART)
    username: str | None = field(Disruption.RESTART)
    secret: Secret | None = field(Disruption.RESTART)


@dataclasses.dataclass(frozen=True)
class PoolSource:
    devices: tuple[str, ...] | None = field(Disruption.RESTART, Compare.SET)
    hosts: tuple[PoolHost, ...] | None = field(Disruption.RESTART, Compare.KEYED)
    dir: str | None = field(Disruption.RESTART)
    name: str | None = field(Disruption.RESTART)
    format: str | None = field(Disruption.RESTART)
    protocol_version: str | None = field(Disruption.RESTART)
    adapter: Adapter | None = field(Disruption.RESTART)
    initiator: str | None = field(Disruption.RESTART)
    auth: Auth | None = field(Disruption.RESTART)


@dataclasses.dataclass(frozen=True)
class PoolTarget:
    """The folder of the host that the volumes are in. Whose it is is changed at once."""

    path: str | None = field(Disruption.RESTART)
    owner: str | None = field()
    group: str | None = field()
    mode: str | None = field()


@dataclasses.dataclass(frozen=True)
class PoolType:
    """What libvirt takes for pools of one type: the options of the source, those of them that a new pool must have,
    its formats, what it is authenticated by, and the target that a new pool has.

    ``target`` is None where the type has none, ``""`` where a new pool must name one. In a ``folder`` volumes are
    files; ``makes`` says whether libvirt can make what the volumes are kept in, on a blank device.
    """

    source: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    auth: str | None = None
    target: str | None = None
    folder: bool = False
    makes: bool = False


_BY_PATH = "/dev/disk/by-path"
_FILE_SYSTEMS = (
    *("auto", "ext2", "ext3", "ext4", "xfs", "vfat", "iso9660", "udf"),
    *("ufs", "gfs", "gfs2", "hfs+", "ocfs2", "vmfs"),
)
_TABLES = ("dos", "gpt", "mac", "bsd", "dvh", "pc98", "sun", "lvm2")
TYPES: Mapping[str, PoolType] = {
    "dir": PoolType(target="", folder=True),
    "fs": PoolType(("devices", "format"), ("devices",), _FILE_SYSTEMS, target="", folder=True, makes=True),
    "netfs": PoolType(
        ("hosts", "dir", "format", "protocol_version"),
        ("hosts", "dir"),
        ("auto", "nfs", "glusterfs", "cifs"),
        target="",
        folder=True,
    ),
    "logical": PoolType(
        ("devices", "name", "format"), ("name",), ("lvm2",), target="/dev/{name}", makes=True
    ),
    "disk": PoolType(("devices", "format"), ("devices",), _TABLES, target="/dev", makes=True),
    "iscsi": PoolType(
        ("devices", "hosts", "initiator", "auth"), ("devices", "hosts"), auth="chap", target=_BY_PATH
    ),
    "iscsi-direct": PoolType(
        ("devices", "hosts", "initiator", "auth"), ("devices", "hosts", "initiator"), auth="chap"
    ),
    "scsi": PoolType(("adapter",), ("adapter",), target=_BY_PATH),
    "mpath": PoolType(target="/dev/mapper"),
    "rbd": PoolType(("hosts", "name", "auth"), ("hosts", "name"), auth="ceph"),
    "gluster": PoolType(("hosts", "name", "dir"), ("hosts", "name")),
    "zfs": PoolType(("devices", "name"), ("name",), target="/dev/zvol/{name}", makes=True),
}


def source_of(params: Mapping[str, Any] | None, kind: str | None) -> PoolSource | None:
    """The source that the options describe. Raises ``InvalidSpec``."""
    names = [f.name for f in dataclasses.fields(PoolSource)]
    given = {name: params[name] for name in names if params.get(name) is not None} if params else {}
    if not given:
        return None
    if kind is None:
        raise InvalidSpec("source: it needs a type", hint="Write the type of the pool, such as type: fs.")
    known = TYPES[kind]
    foreign = sorted(set(given) - set(known.source))
    if foreign:
        may = f"It may have {', '.join(known.source)}." if known.source else "Leave it out."
        raise InvalidSpec(f"source: a pool of type {kind} has no {', '.join(foreign)}", hint=may)
    if given.get("format") not in (None, *known.formats):
        hint = f"Choose one of {', '.join(known.formats)}."
        if given["format"] == "btrfs":
            hint = "libvirt knows btrfs by itself, and cannot make it: make it first, and leave format out."
        raise InvalidSpec(f"source.format: {given['format']!r} is none of a pool of type {kind}", hint=hint)
    return PoolSource(
        devices=_devices(given.get("devices"), kind),
        hosts=_hosts(given.get("hosts")),
        dir=_source_dir(given.get("dir"), given.get("format")),
        name=given.get("name"),
        format=given.get("format"),
        protocol_version=given.get("protocol_version"),
        adapter=_adapter(given.get("adapter")),
        initiator=_initiator(given.get("initiator")),
        auth=_auth(given.get("auth"), known.auth),
    )


def target_of(value: Any, kind: str | None) -> PoolTarget | None:
    """The target, which may be written as its path alone. Raises ``InvalidSpec``."""
    if value is None:
        return None
    given = {"path": value} if isinstance(value, str) else value
    names = [f.name for f in dataclasses.fields(PoolTarget)]
    if not isinstance(given, Mapping) or set(given) - set(names):
        raise InvalidSpec("target: it is a path, or has path, owner, group and mode")
    if kind is not None and TYPES[kind].target is None:
        raise InvalidSpec(f"target: a pool of type {kind} has none", hint="Leave it out.")
    return PoolTarget(
        path=_absolute(given.get("path"), "target.path"),
        owner=_account(given.get("owner"), "target.owner"),
        group=_account(given.get("group"), "target.group"),
        mode=_mode(given.get("mode")),
    )


def _absolute(path: Any, option: str) -> str | None:
    if path is None:
        return None
    text = str(path)
    if not text.startswith("/") or "\n" in text or "\0" in text:
        raise InvalidSpec(f"{option}: {text!r} is not an absolute path")
    return "/" + os.path.normpath(text).lstrip("/")


def _source_dir(path: str | None, form: str | None) -> str | None:
    """A path on the server; of CIFS and GlusterFS the name of a share or volume."""
    if path is None or form in ("cifs", "glusterfs"):
        return path and path.rstrip("/")
    return _absolute(path, "source.dir")


def _devices(values: Collection[str] | None, kind: str) -> tuple[str, ...] | None:
    if values is None:
        return None
    if kind in ("iscsi", "iscsi-direct"):
        for value in values:
            if not _IQN.fullmatch(value):
                raise InvalidSpec(
                    f"source.devices: {value!r} is not the name of a target",
                    hint="Write it as iqn.2026-01.com.example:disks.",
                )
        devices = tuple(values)
    else:
        devices = tuple(_absolute(value, "source.devices") or "" for value in values)
    if len(set(devices)) != len(devices):
        raise InvalidSpec("source.devices: one of them is there twice", hint="Keep one of the two.")
    if len(devices) > 1 and kind not in ("logical", "zfs"):
        raise InvalidSpec(f"source.devices: a pool of type {kind} has one", hint="Make a pool of each.")
    return devices


def _hosts(values: Collection[Mapping[str, Any]] | None) -> tuple[PoolHost, ...] | None:
    if values is None:
        return None
    for value in values:
        if not _HOST.fullmatch(value["name"]):
            raise InvalidSpec(f"source.hosts: {value['name']!r} is neither a name nor an address")
        if value.get("port") is not None and value["port"] not in _PORTS:
            raise InvalidSpec(f"source.hosts: {value['port']} is no port", hint="Use 1 to 65535.")
    hosts = tuple(PoolHost(value["name"], value.get("port")) for value in values)
    if len({host.key for host in hosts}) != len(hosts):
        raise InvalidSpec("source.hosts: one of them is there twice", hint="Keep one of the two.")
    return hosts


def _adapter(value: Mapping[str, Any] | None) -> Adapter | None:
    if value is None:
        return None
    adapter = Adapter(**{f.name: value.get(f.name) for f in dataclasses.fields(Adapter)})
    kind = adapter.type or ("fc_host" if adapter.wwnn or adapter.wwpn else "scsi_host")
    if kind == "scsi_host" and not adapter.name:
        raise InvalidSpec("source.adapter: a SCSI host needs its name", hint="Write it as scsi_host1.")
    if kind == "fc_host" and not (adapter.wwnn and adapter.wwpn):
        raise InvalidSpec("source.adapter: a host of Fibre Channel needs wwnn and wwpn")
    return dataclasses.replace(adapter, type=kind)


def _initiator(value: str | None) -> str | None:
    if value is None or _IQN.fullmatch(value):
        return value
    raise InvalidSpec(f"source.initiator: {value!r} is not the name of an initiator")


def _auth(value: Mapping[str, Any] | None, kind: str | None) -> Auth | None:
    if value is None:
        return None
    secret = value["secret"]
    if bool(secret.get("usage")) == bool(secret.get("uuid")):
        raise InvalidSpec("source.auth.secret: it needs usage or uuid, and only one of them")
    return Auth(kind, value["username"], Secret(secret.get("usage"), secret.get("uuid")))


def _mode(value: Any) -> str | None:
    """Four octal digits. A bare number is refused: YAML has read it as something else than it looks like."""
    if value is None:
        return None
    if isinstance(value, str) and _MODE.fullmatch(value):
        return value.rjust(4, "0")
    raise InvalidSpec(f"target.mode: {value!r} is not a mode", hint="Write it in quotes, such as '0711'.")


def _account(value: Any, option: str) -> str | None:
    """The number of a user or group of this host, as libvirt writes it."""
    if value is None or str(value).isdecimal():
        return None if value is None else str(value)
    try:
        return str(grp.getgrnam(value).gr_gid if option.endswith("group") else pwd.getpwnam(value).pw_uid)
    except KeyError:
        raise InvalidSpec(f"{option}: this host knows no {value!r}") from None
