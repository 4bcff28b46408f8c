# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which registry an image is of, and who may be told there."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.image_name import (
    checked_image_name,
    familiar,
    registry_of,
)
from ansible_collections.hybrid.host.plugins.module_utils._model.registry_login import RegistryLogin

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("name", "as_it_is_kept"),
    [
        ("docker.io/library/redis:7", "redis:7"),
        ("reg.example.com:5000/redis", "reg.example.com:5000/redis:latest"),
        (f"redis:7@{DIGEST}", f"redis@{DIGEST}"),
        (f"reg.io:5000/redis:7@{DIGEST}", f"reg.io:5000/redis@{DIGEST}"),
        (DIGEST, DIGEST),
    ],
)
def test_the_name_that_an_engine_knows_an_image_by(name: str, as_it_is_kept: str) -> None:
    assert familiar(name) == as_it_is_kept
    assert name == DIGEST or checked_image_name(name) == as_it_is_kept


@pytest.mark.parametrize(
    ("name", "registry"),
    [
        ("redis:7", ""),
        ("shop/app", ""),
        ("docker.io/shop/app", ""),
        ("localhost/app:1", ""),
        (f"reg.example.com/app@{DIGEST}", "reg.example.com"),
        ("10.98.0.1:5000/ci/app:1", "10.98.0.1:5000"),
    ],
)
def test_a_registry_is_what_has_a_dot_or_a_port(name: str, registry: str) -> None:
    assert registry_of(name) == registry


@pytest.mark.parametrize(
    ("given", "image", "covered", "other"),
    [
        (None, "redis:7", "shop/app:1", "reg.io/app:1"),
        ("https://index.docker.io/v1/", "reg.io/app:1", "redis:7", "reg.io/app:1"),
        (None, "reg.io/app:1", "reg.io/other:2", "redis:7"),
        ("https://reg.io/", "redis:7", "reg.io/other:2", "reg.io:5000/other:2"),
    ],
)
def test_only_the_registry_that_is_meant_hears_of_the_user(
    given: str | None, image: str, covered: str, other: str
) -> None:
    user = RegistryLogin.from_params({"username": "u", "password": "hunter2", "registry": given}, image)
    assert user is not None
    assert user.covers(covered)
    assert not user.covers(other)
    assert "hunter2" not in repr(user)
