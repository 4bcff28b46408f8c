# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks: image files, as users describe them and as they are found."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import HostError, InvalidSpec
from .._core.field import Disruption, Policy, field, hidden, reported
from . import disk_values as values
from .disk_attachment import absolute
from .disk_jobs import DiskUser
from .disk_upkeep import Upkeep
from .encryption import Encryption
from .quantity import size

_SECTOR = 512
_EXTENDED_CLUSTER = 16384
_UNSEEN = {"policy": Policy(reported=True, hidden=True)}
# What a qcow2 image has in its header and a raw one has not.
CREATED_WITH = ("cluster_size", "compat", "lazy_refcounts", "compression_type", "extended_l2")
_SINCE_11 = ("lazy_refcounts", "compression_type", "extended_l2")


@dataclasses.dataclass(frozen=True)
class Disk:
    """An image file; its name is its absolute path.

    ``owner`` is the stack, ``file_owner`` and ``file_group`` are of the file. ``source``, ``checksum``,
    ``preallocation`` and ``allow_foreign_backing`` say how a new image comes about, and are no part of one that exists;
    ``encryption`` has the passphrase, which is not compared: whether the image is ``encrypted`` is. What cannot be
    changed in an image costs a replacement, which the driver refuses: an image is never made anew over its data.
    ``backing_file`` is ``""`` where an image is asked to rest on nothing.

    ``upkeep`` is what is to be done to an image that exists, and decides what is looked at: ``held``, ``wasted`` and
    ``checked`` as ``qcow2_info`` has them, the names of what is ``inside`` the image besides its content, the bytes by
    which it is ``laid_over`` the image below, those that are ``reclaimable``, and those that would be ``lost`` at the
    size asked for. ``sealed`` says why the passphrase does not open it: what is refused, the cause and a hint;
    ``passphrases`` counts those that do. ``users`` are the vms that have it, and ``beside`` is what else rests on the
    image below; a vm that was about to leave it for that one is ``committing``. ``link`` is where the image is, where
    its name is a symbolic link.
    """

    name: str
    state: str = "present"
    size: int | None = field()
    format: str | None = field(Disruption.REPLACE)
    backing_file: str | None = field()
    cluster_size: int | None = field(Disruption.REPLACE)
    compat: str | None = field()
    lazy_refcounts: bool | None = field()
    compression_type: str | None = field(Disruption.REPLACE)
    extended_l2: bool | None = field(Disruption.REPLACE)
    encrypted: bool | None = field(Disruption.REPLACE)
    file_owner: str | None = field()
    file_group: str | None = field()
    mode: str | None = field()
    selinux_context: str | None = field()
    owner: str | None = field()
    source: str | None = None
    checksum: str | None = None
    preallocation: str | None = None
    encryption: Encryption | None = None
    allow_foreign_backing: bool | None = None
    upkeep: Upkeep = dataclasses.field(default=Upkeep(), metadata=_UNSEEN, repr=False)
    backing_format: str | None = reported()
    allocated: int | None = reported()
    held: int | None = reported()
    wasted: int | None = reported()
    checked: dict[str, Any] | None = reported()
    dirty: bool | None = reported()
    corrupt: bool | None = reported()
    in_use_by: tuple[str, ...] | None = reported()
    overlays: tuple[str, ...] | None = reported()
    users: tuple[DiskUser, ...] | None = hidden()
    beside: tuple[str, ...] | None = hidden()
    inside: tuple[str, ...] | None = hidden()
    laid_over: int | None = hidden()
    reclaimable: int | None = hidden()
    lost: int | None = hidden()
    sealed: tuple[str, str, str] | None = hidden()
    passphrases: int | None = hidden()
    committing: str | None = hidden()
    link: str | None = hidden()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Disk:
        """Of the module's options. Raises ``InvalidSpec``."""
        name = absolute(params["path"])
        try:
            return cls._parsed(name, params)._checked()
        except HostError as error:
            raise error.about("disk", name) from None

    @classmethod
    def _parsed(cls, name: str, params: Mapping[str, Any]) -> Disk:
        backing = params.get("backing_file")
        source = params.get("source")
        encryption = Encryption.from_params(params.get("encryption"), "encryption")
        return cls(
            name=name,
            state=params.get("state") or "present",
            size=rounded(size(params.get("size"), "size")),
            format=params.get("format"),
            backing_file=absolute(backing) if backing else backing,
            cluster_size=values.cluster_size(params.get("cluster_size")),
            compat=params.get("compat"),
            lazy_refcounts=params.get("lazy_refcounts"),
            compression_type=params.get("compression_type"),
            extended_l2=params.get("extended_l2"),
            encrypted=encryption.passphrase is not None if encryption is not None else None,
            file_owner=values.account(params.get("owner"), "owner"),
            file_group=values.account(params.get("group"), "group"),
            mode=values.mode(params.get("mode")),
            source=values.source(source) if source is not None else None,
            checksum=values.checksum(params.get("checksum")),
            preallocation=params.get("preallocation"),
            encryption=encryption,
            allow_foreign_backing=params.get("allow_foreign_backing"),
            upkeep=Upkeep.from_params(params),
            selinux_context=values.selinux_context(params.get("selinux_context")),
        )

    @property
    def is_downloaded(self) -> bool:
        return self.source is not None and not self.source.startswith("/")

    @property
    def origins(self) -> tuple[str, ...]:
        """The files of the host that it rests on, or is made of."""
        return tuple(path for path in (self.backing_file, self.source) if path and path.startswith("/"))

    def _checked(self) -> Disk:
        """Itself. Raises ``InvalidSpec`` for options that do not go together."""
        qcow2_only = {"backing_file": self.backing_file or None, "encryption": self.encrypted or None}
        for option, value in {**qcow2_only, **self.created_with()}.items():
            if self.format == "raw" and value is not None:
                raise InvalidSpec(f"{option}: a raw image has none", hint="Choose format: qcow2.")
        self._check_form()
        if self.format == "raw" and self.preallocation == "metadata":
            raise InvalidSpec("preallocation: a raw image has no metadata", hint="Use falloc or full.")
        if self.backing_file and self.source is not None:
            raise InvalidSpec(
                "source and backing_file exclude each other",
                hint="Make one disk from the source, and another as an overlay on it.",
            )
        if self.backing_file and self.preallocation not in (None, "off"):
            raise InvalidSpec("preallocation: an overlay begins empty", hint="Leave preallocation out.")
        if self.backing_file == self.name or self.source == self.name:
            raise InvalidSpec("it cannot be made from itself")
        if self.checksum is not None and self.source is None:
            raise InvalidSpec("checksum: there is no source that it could be of")
        return self

    def _check_form(self) -> None:
        if self.compat == "0.10":
            for option, value in self.created_with().items():
                if option in _SINCE_11 and value not in (None, False, "zlib"):
                    raise InvalidSpec(f"{option}: compat 0.10 has none", hint="Choose compat: '1.1'.")
        if self.extended_l2 and self.cluster_size is not None and self.cluster_size < _EXTENDED_CLUSTER:
            raise InvalidSpec("extended_l2: clusters must have 16K at least", hint="Raise cluster_size.")

    def created_with(self) -> dict[str, Any]:
        """How a new qcow2 image is laid out, in the words of ``qemu-img``; None is left to it."""
        return {name: getattr(self, name) for name in CREATED_WITH}


def rounded(count: int | None) -> int | None:
    """Bytes as QEMU takes them: in whole sectors."""
    return None if count is None else -(-count // _SECTOR) * _SECTOR
