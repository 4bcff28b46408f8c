# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a new image comes from: nothing, a backing file, a local image, or a server."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from typing import Any

from .._core.errors import HostError, Refused
from .._model.disk import Disk
from . import qemu_img
from .disk_backing import check_resting
from .disk_form import check_selinux
from .disk_source import Mirror, fetched
from .file_copy import copy_file
from .image_chain import check_chain, encrypted_depths
from .image_digest import note_below, note_digest
from .image_file import CREATED, STACK, ImageFile, existing_image, mark
from .image_key import opened, passphrase_of
from .unpacking import check_unpacking, is_packed
from .whole_file import replacing

FORMATS = ("qcow2", "raw")


@dataclasses.dataclass(frozen=True)
class _Written:
    """A new image: its format, its digest where that is known, and the image that it rests on."""

    format: str
    digest: str | None = None
    below: ImageFile | None = None


def check_origin(asked: Disk, found: Disk | None, mirror: Mirror | None = None) -> None:
    """Looks at the backing chain and a local source before anything is touched. Raises ``HostError``.

    ``mirror`` copies a source that a vm is writing to.
    """
    check_selinux(asked)
    if found is not None:
        check_resting(asked, found)
    elif asked.backing_file:
        backing = check_chain(asked.backing_file)
        if backing is not None:
            _check_backing(asked, backing)
    elif asked.source is not None and not asked.is_downloaded:
        source = existing_image(asked.source)
        if mirror is not None:
            _check_mirrored(source, asked)
        elif is_packed(source.format):
            check_unpacking(source.path, source.format)
        else:
            _check_source(source, asked)


def unprotected(asked: Disk) -> tuple[str, ...]:
    """What is to be said of a source that somebody could exchange on its way."""
    listed = (asked.checksum or "").partition(":")[2]
    if asked.is_downloaded and asked.checksum is None and str(asked.source).startswith("http:"):
        return (f"{asked.source} is not protected on its way: give its checksum",)
    if listed.startswith("http:"):
        return (f"{listed} is not protected on its way: take it by https",)
    return ()


def write_image(asked: Disk, set_access: Callable[[str], None], mirror: Mirror | None = None) -> None:
    """Makes the image under another name in its folder; it gets its own when it is whole. Raises ``HostError``."""
    with replacing(asked.name) as temporary:
        empty = asked.source is None
        written = _write_empty(asked, temporary) if empty else _write_copy(asked, temporary, mirror)
        _mark(temporary, asked.owner, written)
        set_access(temporary)


def _write_empty(asked: Disk, temporary: str) -> _Written:
    if not asked.backing_file:
        image_format = asked.format or "qcow2"
        qemu_img.create(temporary, image_format, _layout(asked, image_format), asked.size or 0)
        return _Written(image_format)
    backing = check_chain(asked.backing_file)
    if backing is None:
        raise Refused(f"its backing file {asked.backing_file} does not exist")
    _check_backing(asked, backing)
    size = asked.size or backing.size
    qemu_img.create_overlay(temporary, (backing.path, backing.format), _layout(asked, "qcow2"), size)
    return _Written("qcow2", below=backing)


def _layout(asked: Disk, image_format: str) -> dict[str, Any]:
    """The options of a new image, those that are None left to ``qemu-img``."""
    layout: dict[str, Any] = {"preallocation": asked.preallocation}
    if image_format == "qcow2":
        layout.update(asked.created_with())
        passphrase = passphrase_of(asked)
        if passphrase is not None:
            layout.update(qemu_img.encrypted_with(passphrase))
    return layout


def _write_copy(asked: Disk, temporary: str, mirror: Mirror | None) -> _Written:
    """A copy of the source, converted where its format or its options differ, and grown to the size asked for."""
    if mirror is not None:
        asked = dataclasses.replace(asked, format=asked.format or existing_image(str(asked.source)).format)
    with fetched(asked, temporary, mirror) as source:
        _check_source(source.image, asked)
        image_format = asked.format or source.image.format
        as_it_is = _is_as_asked(source.image, asked, image_format)
        if not as_it_is:
            _convert(source.image, asked, (temporary, image_format))
        elif source.spare:
            os.rename(source.image.path, temporary)
        else:
            copy_file(source.image.path, temporary)
        grows = asked.size is not None and asked.size > source.image.size
        if grows:
            grown = opened(temporary, image_format, asked)
            qemu_img.resize(grown, asked.size or 0, asked.preallocation)
        return _Written(image_format, digest=source.digest if as_it_is and not grows else None)


def _is_as_asked(source: ImageFile, asked: Disk, image_format: str) -> bool:
    """Whether a copy of the file will do. What is encrypted is written anew, to see that the passphrase opens it."""
    if image_format != source.format or asked.encrypted or asked.preallocation not in (None, "off"):
        return False
    if source.header is None:
        return True
    alone = source.header.backing_file is None and source.header.data_file is None
    layout = asked.created_with().items()
    return alone and all(value in (None, getattr(source.header, name)) for name, value in layout)


def _convert(source: ImageFile, asked: Disk, target: tuple[str, str]) -> None:
    qemu_img.convert(opened(source.path, source.format, asked), target, _layout(asked, target[1]))


def _mark(path: str, stack: str | None, written: _Written) -> None:
    """Notes that the collection made the image, in which format, and of which content.

    Only a stack cannot do without its mark.
    """
    try:
        mark(path, CREATED, written.format)
    except HostError:
        if stack is not None:
            raise
    else:
        if written.below is not None:
            note_below(path, written.below)
        if written.digest is not None:
            note_digest(path, written.digest, os.stat(path))
    if stack is not None:
        mark(path, STACK, stack)


def _check_backing(asked: Disk, backing: ImageFile) -> None:
    _check_format(backing)
    if backing.written:
        raise Refused(
            f"its backing file {backing.path} is being written to by something that runs",
            hint="Stop what uses it: an overlay on an image that changes is damaged.",
        )
    if encrypted_depths(backing.path) and not asked.encrypted:
        raise Refused(
            f"its backing file {backing.path} is encrypted, and what is written to the overlay would not be",
            hint="Give encryption, with the passphrase of the backing file.",
        )
    _check_size(asked, backing, f"its backing file {backing.path}")


def _check_source(source: ImageFile, asked: Disk) -> None:
    """Raises ``Refused`` for an image that must not be copied: QEMU would follow whatever it names."""
    what = f"the source {asked.source}"
    _check_format(source, asked.source)
    if asked.allow_foreign_backing:
        check_chain(source.path, foreign=True)
    elif source.header is not None:
        _check_own(source, what)
    if encrypted_depths(source.path) and not asked.encrypted:
        raise Refused(f"{what} is encrypted", hint="Give encryption, with its passphrase.")
    if source.header is not None and source.header.corrupt:
        raise Refused(
            f"{what} is damaged, as it says itself", hint="Repair it first (qemu-img check -r all)."
        )
    if source.written:
        raise Refused(f"{what} is being written to", hint="Stop what uses it first.")
    _check_size(asked, source, what)
    if (asked.format or source.format) == "raw":
        for option, value in {"encryption": asked.encrypted or None, **asked.created_with()}.items():
            if value is not None:
                raise Refused(f"{option}: a raw image has none", hint="Choose format: qcow2.")


def _check_mirrored(source: ImageFile, asked: Disk) -> None:
    if asked.checksum is not None:
        raise Refused(
            f"checksum: the source {asked.source} is being written to and has none",
            hint="Leave checksum out, or stop what uses the source.",
        )
    _check_size(asked, source, f"the source {asked.source}")


def _check_own(source: ImageFile, what: str) -> None:
    """Raises ``Refused`` for an image that names other files."""
    header = source.header
    if header is not None and header.backing_file is not None:
        raise Refused(
            f"{what} is an overlay on {header.backing_file}",
            hint="Use it as backing_file, or set allow_foreign_backing: true to copy it with what is below it.",
        )
    if header is not None and header.data_file is not None:
        raise Refused(
            f"{what} keeps its contents in another file, {header.data_file or 'without a name'}",
            hint="An image can name any file of the host so. Set allow_foreign_backing: true if that is meant.",
        )


def _check_size(asked: Disk, origin: ImageFile, what: str) -> None:
    if asked.size is not None and asked.size < origin.size:
        raise Refused(
            f"a size is never shrunk: {what} has {origin.size} bytes, and {asked.size} are asked for",
            hint=f"Ask for size: {origin.size} or more, or leave size out.",
        )


def _check_format(image: ImageFile, name: str | None = None) -> None:
    if image.format not in FORMATS:
        raise Refused(
            f"{name or image.path} is {image.format}, neither qcow2 nor raw",
            hint="Unpack or convert it first.",
        )
