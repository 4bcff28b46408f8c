# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A guest is another instance whenever any of its documents is another."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.cloud_init import (
    CloudInit,
    cloud_init_from_params,
)


def made(**options: Any) -> CloudInit:
    spec = cloud_init_from_params(options, "erp")
    assert spec is not None
    return spec


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"runcmd": ["a"]}, {"runcmd": ["b"]}),
        ({"meta_data": {"role": "a"}}, {"meta_data": {"role": "b"}}),
        ({"user_data": "#!/bin/sh", "hostname": "a"}, {"user_data": "#!/bin/sh", "hostname": "b"}),
        ({"network": {"version": 2}}, {"network": {"version": 1}}),
    ],
)
def test_each_document_makes_another_instance(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert made(**one).instance == made(**one).instance
    assert made(**one).instance != made(**other).instance
    first, second = made(**one), made(**other, instance_id="keep")
    assert second.following(first).instance == first.instance


def test_nothing_is_no_seed() -> None:
    assert made(instance_id="keep", hostname=None, runcmd=[]).documents == {}
