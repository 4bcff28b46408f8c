# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a new image comes from: nothing, a backing file, a local image, or a server."""

from __future__ import annotations

import os
from collections.abc import Callable

from .._core.errors import HostError, Refused
from .._model.disk import Disk
from . import qemu_img
from .download import download, verify
from .image_file import CREATED, STACK, ImageFile, mark, read_image
from .whole_file import replacing

FORMATS = ("qcow2", "raw")


def check_origin(asked: Disk, found: Disk | None) -> None:
    """Looks at the backing chain and a local source before anything is touched. Raises ``Refused``."""
    if found is not None:
        _check_chain(asked.name)
    elif asked.backing_file is not None:
        backing = _check_chain(asked.backing_file)
        if backing is not None:
            _check_backing(asked, backing)
    elif asked.source is not None and not asked.is_downloaded:
        _check_source(_existing(asked.source), asked)


def write_image(asked: Disk, set_access: Callable[[str], None]) -> None:
    """Makes the image under another name in its folder; it gets its own when it is whole. Raises ``HostError``."""
    with replacing(asked.name) as temporary:
        write = _write_empty if asked.source is None else _write_copy
        image_format = write(asked, temporary)
        _mark(temporary, asked.owner, image_format)
        set_access(temporary)


def _write_empty(asked: Disk, temporary: str) -> str:
    options = {"cluster_size": asked.cluster_size, "preallocation": asked.preallocation}
    if asked.backing_file is None:
        image_format = asked.format or "qcow2"
        qemu_img.create(temporary, image_format, options, asked.size or 0)
        return image_format
    backing = _check_chain(asked.backing_file)
    if backing is None:
        raise Refused(f"its backing file {asked.backing_file} does not exist")
    _check_backing(asked, backing)
    size = asked.size or backing.size
    qemu_img.create_overlay(temporary, (backing.path, backing.format), options, size)
    return "qcow2"


def _write_copy(asked: Disk, temporary: str) -> str:
    """A copy of the source, converted where its format or its options differ, and grown to the size asked for."""
    if asked.is_downloaded:
        fetched = f"{temporary}-source"
        try:
            download(str(asked.source), fetched, asked.checksum)
            return _install(asked, _existing(fetched), temporary)
        finally:
            _forget(fetched)
    source = _existing(str(asked.source))
    verify(source.path, asked.checksum, f"read {source.path}")
    return _install(asked, source, temporary)


def _install(asked: Disk, source: ImageFile, temporary: str) -> str:
    _check_source(source, asked)
    image_format = asked.format or source.format
    options = {"cluster_size": asked.cluster_size, "preallocation": asked.preallocation}
    as_it_is = image_format == source.format and not any(options.values())
    if as_it_is and asked.is_downloaded:
        os.rename(source.path, temporary)
    else:
        if image_format == "raw":
            options.pop("cluster_size")
        qemu_img.convert((source.path, source.format), (temporary, image_format), options)
    if asked.size is not None and asked.size > source.size:
        qemu_img.resize(temporary, image_format, asked.size)
    return image_format


def _mark(path: str, stack: str | None, image_format: str) -> None:
    """Says that the collection made the image, and in which format. Only a stack cannot do without its mark."""
    try:
        mark(path, CREATED, image_format)
    except HostError:
        if stack is not None:
            raise
    if stack is not None:
        mark(path, STACK, stack)


def _check_chain(path: str) -> ImageFile | None:
    """The image at the beginning of a backing chain, None where there is none. Raises ``Refused`` for a bad chain."""
    first = image = read_image(path)
    seen = [path]
    while image is not None and image.backing_file is not None:
        _check_own(image)
        path = image.backing_file
        if not path.startswith("/"):
            raise Refused(f"{image.path} has {path} as its backing file, which is not a path")
        if path in seen:
            raise Refused(f"its backing chain is a loop: {' -> '.join([*seen, path])}")
        seen.append(path)
        below = read_image(path)
        if below is None:
            raise Refused(
                f"the backing file {path} of {image.path} is missing",
                hint="Bring it back: without it the image holds only what was written since.",
            )
        image = below
    if image is not None:
        _check_own(image)
    return first


def _check_own(image: ImageFile) -> None:
    if image.header is not None and image.header.data_file is not None:
        raise Refused(
            f"{image.path} keeps its contents in another file, {image.header.data_file or 'without a name'}",
            hint="An image can name any file of the host so: convert it to one that holds its contents itself.",
        )


def _check_backing(asked: Disk, backing: ImageFile) -> None:
    _check_format(backing)
    if backing.written:
        raise Refused(
            f"its backing file {backing.path} is being written to by something that runs",
            hint="Stop what uses it: an overlay on an image that changes is damaged.",
        )
    if asked.size is not None and asked.size < backing.size:
        raise Refused(
            f"a size is never shrunk: its backing file {backing.path} has {backing.size} bytes, and {asked.size} "
            "are asked for",
            hint=f"Ask for size: {backing.size} or more, or leave size out.",
        )


def _check_source(source: ImageFile, asked: Disk) -> None:
    """Raises ``Refused`` for an image that must not be copied: QEMU would follow whatever it names."""
    what = str(asked.source)
    _check_format(source, what)
    if source.header is not None and source.header.backing_file is not None:
        raise Refused(
            f"the source {what} is an overlay on {source.header.backing_file}",
            hint="Use it as backing_file, or convert it to an image that holds its contents itself.",
        )
    if source.header is not None and source.header.data_file is not None:
        raise Refused(
            f"the source {what} keeps its contents in another file, "
            f"{source.header.data_file or 'without a name'}",
            hint="An image can name any file of the host so: convert it where it comes from.",
        )
    if source.header is not None and source.header.encrypted:
        raise Refused(f"the source {what} is encrypted", hint="Convert it to an image without encryption.")
    if source.written:
        raise Refused(f"the source {what} is being written to", hint="Stop what uses it first.")
    if asked.size is not None and asked.size < source.size:
        raise Refused(
            f"a size is never shrunk: the source {what} has {source.size} bytes, and {asked.size} are asked for",
            hint=f"Ask for size: {source.size} or more, or leave size out.",
        )
    if asked.cluster_size is not None and (asked.format or source.format) == "raw":
        raise Refused("cluster_size: a raw image has none", hint="Choose format: qcow2.")


def _check_format(image: ImageFile, name: str | None = None) -> None:
    if image.format not in FORMATS:
        raise Refused(
            f"{name or image.path} is {image.format}, neither qcow2 nor raw",
            hint="Unpack or convert it first.",
        )


def _existing(path: str) -> ImageFile:
    image = read_image(path)
    if image is None:
        raise Refused(f"its source {path} does not exist")
    return image


def _forget(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)
