# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What opens encrypted images: the passphrase that is asked for, and whether it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import ApplyFailed
from .._model.disk import Disk
from . import qemu_img
from .image_chain import encrypted_depths, images_below
from .qemu_img import Image, Key

# Of what an image says of its encryption, what a new one can be made with.
_CIPHER = ("cipher-alg", "cipher-mode", "ivgen-alg", "ivgen-hash-alg", "hash-alg")


def opened(path: str, image_format: str, asked: Disk) -> Image:
    """The image, with what opens it and those below it."""
    return Image(path, image_format, key_of(path, passphrase_of(asked)))


def passphrase_of(asked: Disk) -> str | None:
    return asked.encryption.passphrase if asked.encryption is not None else None


def key_of(path: str, passphrase: str | None) -> Key | None:
    """What opens the image and those below it; None where none of them is encrypted, or no passphrase is given."""
    depths = encrypted_depths(path) if passphrase is not None else ()
    return Key(str(passphrase), depths) if depths else None


def sealed(path: str, asked: Disk) -> tuple[str, str, str] | None:
    """Why an image is not opened: what is to be said, QEMU's own words, and what to do. None where it is."""
    depths, passphrase = encrypted_depths(path), passphrase_of(asked)
    if not depths:
        return None
    if 0 not in depths:
        below = [image.path for image in images_below(path)][depths[0]]
        return (
            f"{below} below it is encrypted, and it is not",
            "",
            "Convert it to a new, encrypted image by source.",
        )
    if passphrase is None:
        return "it is encrypted, and its passphrase is needed", "", "Give it by encryption."
    for image in reversed(list(images_below(path))):
        key = key_of(image.path, passphrase)
        try:
            if key is not None:
                qemu_img.try_key(Image(image.path, image.format, key))
        except ApplyFailed as error:
            return (
                f"{image.path} does not open with the passphrase that is given",
                error.cause,
                "Give the one that it has. All images of a chain that are encrypted must have the same.",
            )
    return None


def encrypted_alike(image: Image) -> dict[str, object]:
    """The options of a new image that is encrypted as one that is there, with its passphrase."""
    if image.key is None or 0 not in image.key.depths:
        return {}
    told = _encryption(qemu_img.info(image.path, image.format))
    cipher = {f"encrypt.{name}": told[name] for name in _CIPHER if name in told}
    return {**qemu_img.encrypted_with(image.key.passphrase), **cipher}


def passphrases(told: Mapping[str, Any]) -> int:
    """How many open an image, of what it says of itself."""
    return sum(1 for slot in _encryption(told).get("slots", ()) if slot.get("active"))


def _encryption(told: Mapping[str, Any]) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = told.get("format-specific", {}).get("data", {}).get("encrypt") or {}
    return kept
