# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Podman would make something else of."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.engine_support import unsupported

DOCKER, PODMAN = None, (5, 4, 2)


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ({"published_ports": ["8000-8100:80"]}, "published_ports: Podman does not choose"),
        ({"published_ports": ["8000-8001:80-81"]}, None),
        ({"published_ports": ["80"]}, None),
        ({"labels": {"a=b": "c"}}, "labels: Podman takes 'a=b'"),
        ({"healthcheck": {"interval": "5s", "test_cli_compatible": True}}, "healthcheck: Podman overlooks"),
    ],
)
def test_a_value_that_podman_does_not_take_is_refused(options: dict[str, Any], refused: str | None) -> None:
    asked = Container.from_params({"name": "web", **options})
    assert unsupported(asked, (1, 41), DOCKER) is None
    told = str(unsupported(asked, (1, 41), PODMAN) or "")
    assert refused in told if refused else not told
