# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image gives to a container that asks for nothing of its own."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.container_body import write
from ansible_collections.hybrid.host.plugins.module_utils._container.container_prepare import Preparation
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

IMAGE = {"Config": {"Entrypoint": ["entry"], "Cmd": ["serve"]}}


class Engine:
    podman = None

    def find(self, _call: Any) -> Any:
        return IMAGE


@pytest.mark.parametrize(
    ("options", "expected", "sent"),
    [
        ({"entrypoint": []}, (("entry",), None), {"Entrypoint": None}),
        ({"entrypoint": ""}, (("entry",), None), {"Entrypoint": None}),
        ({"command": []}, (None, ("serve",)), {"Cmd": None}),
        ({"entrypoint": ["start"], "command": []}, (("start",), ()), {"Entrypoint": ["start"], "Cmd": None}),
        ({"entrypoint": [""], "command": ["run"]}, (("",), ("run",)), {"Entrypoint": [""], "Cmd": ["run"]}),
    ],
)
def test_an_empty_command_is_left_to_the_engine(
    options: dict[str, Any], expected: tuple[Any, Any], sent: dict[str, Any]
) -> None:
    preparation: Any = Preparation
    asked = preparation(Engine(), None).of(Container.from_params({"name": "app", "image": "x", **options}))
    assert (asked.entrypoint, asked.command) == expected
    body = write(asked)
    assert {key: body[key] for key in ("Entrypoint", "Cmd") if key in body} == sent
