# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Platforms in the spellings of users, and those of images."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.platform import (
    checked_platform,
    is_of_platform,
    platform_of,
)


@pytest.mark.parametrize(
    ("written", "platform"),
    [
        (None, None),
        ("linux/amd64", "linux/amd64"),
        ("x86_64", "linux/amd64"),
        ("Linux/aarch64", "linux/arm64"),
        ("linux/armhf", "linux/arm/v7"),
        ("linux", "linux"),
    ],
)
def test_spellings(written: str | None, platform: str | None) -> None:
    assert checked_platform(written) == platform


@pytest.mark.parametrize("written", ["", "linux/amd64/x/y", "linux//v7", "li nux"])
def test_what_is_refused(written: str) -> None:
    with pytest.raises(InvalidSpec, match="is not a platform"):
        checked_platform(written)


@pytest.mark.parametrize(
    ("image", "asked", "same"),
    [
        ({"Os": "linux", "Architecture": "amd64"}, "linux/amd64", True),
        ({"Os": "linux", "Architecture": "amd64"}, "linux/arm64", False),
        ({"Os": "linux", "Architecture": "arm64", "Variant": "v8"}, "linux/arm64", True),
        ({"Os": "linux", "Architecture": "arm"}, "linux/arm/v7", True),
        ({"Os": "linux", "Architecture": "arm", "Variant": "v6"}, "linux/arm/v7", False),
        ({}, "linux/amd64", True),
    ],
)
def test_what_an_image_is_of(image: dict[str, str], asked: str, *, same: bool) -> None:
    assert is_of_platform(platform_of(image), asked) is same
