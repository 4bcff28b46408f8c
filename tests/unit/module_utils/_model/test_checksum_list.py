# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A digest is found in a list by the file's name, in both forms, or not at all."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import Refused
from ansible_collections.hybrid.host.plugins.module_utils._model.checksum_list import listed_checksum

ONE, OTHER, LONG = "1" * 64, "a" * 64, "b" * 128
LIST = f"""-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

# image.qcow2: 1024 bytes
{OTHER}  another-image.qcow2
{ONE.upper()} *image.qcow2
{LONG}  image.qcow2
{OTHER}  ./folder/a name.raw
SHA256 (bsd.img.xz) = {OTHER}
SHA512 (bsd.img.xz) = {LONG}
{ONE}  twice.raw
{OTHER}  twice.raw
"""


@pytest.mark.parametrize(
    ("algorithm", "name", "digest"),
    [
        ("sha256", "image.qcow2", ONE),
        ("sha512", "image.qcow2", LONG),
        ("sha256", "a name.raw", OTHER),
        ("sha256", "bsd.img.xz", OTHER),
        ("sha512", "bsd.img.xz", LONG),
    ],
)
def test_it_is_found(algorithm: str, name: str, digest: str) -> None:
    assert listed_checksum(LIST, algorithm, name) == f"{algorithm}:{digest}"


@pytest.mark.parametrize(
    ("algorithm", "name", "words"),
    [
        ("sha256", "mage.qcow2", "no sha256 of mage.qcow2"),
        ("sha512", "twice.raw", "no sha512 of twice.raw"),
        ("sha256", "twice.raw", "more than one sha256 of twice.raw"),
    ],
)
def test_it_is_not_guessed(algorithm: str, name: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        listed_checksum(LIST, algorithm, name)
