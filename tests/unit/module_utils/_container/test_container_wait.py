# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is waited for, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container import container_wait
from ansible_collections.hybrid.host.plugins.module_utils._container.container_wait import Waiter
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container


class Passing:
    """An engine with a container that runs when it is looked at first, and then is gone."""

    podman = None

    def __init__(self) -> None:
        self._answers: list[Any] = [{"State": {"Status": "running"}}]

    def find(self, _call: Any) -> Any:
        return self._answers.pop() if self._answers else None


def waiter(*, auto_remove: bool) -> Waiter:
    engine: Any = Passing()
    return Waiter(engine, lambda *_where: True, Container("job", auto_remove=auto_remove))


def test_one_that_goes_as_it_ends_has_not_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container_wait, "_POLL_SECONDS", 0.0)
    waiter(auto_remove=True).check_stays("job")
    with pytest.raises(ApplyFailed, match="it is gone"):
        waiter(auto_remove=False).check_stays("job")
