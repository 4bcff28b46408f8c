# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container takes over from the one whose place it takes."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.container_successor import united
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Compare
from ansible_collections.hybrid.host.plugins.module_utils._model.attachment import Attachment
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

LAN = Attachment("lan", aliases=("web",))
FOUND = Container("app", networks=(LAN,), network_mode="lan")
ASKED = Container("app", networks=(), modes={"networks": Compare.KEYED_SUBSET})


@pytest.mark.parametrize("mode", ["host", "none", "container:db"])
def test_one_that_stands_on_no_network_takes_none_over(mode: str) -> None:
    assert united(dataclasses.replace(ASKED, network_mode=mode), FOUND, {}).networks == ()


def test_one_that_is_asked_for_no_more_networks_keeps_its_own() -> None:
    assert united(dataclasses.replace(ASKED, network_mode="lan"), FOUND, {}).networks == (LAN,)
