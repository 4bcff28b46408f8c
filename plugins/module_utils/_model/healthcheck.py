# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an engine sees whether a container is healthy."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Compare, Disruption, field
from .quantity import duration

DISABLED = ("NONE",)
_FORMS = ("CMD", "CMD-SHELL", "NONE")
_TIMES = ("interval", "timeout", "start_period", "start_interval")


@dataclasses.dataclass(frozen=True)
class Healthcheck:
    """``test`` is ``DISABLED`` where there is no check. Times are seconds; 0 is the engine's own."""

    test: tuple[str, ...] | None = field(Disruption.REPLACE, Compare.LIST)
    interval: float | None = field(Disruption.REPLACE)
    timeout: float | None = field(Disruption.REPLACE)
    start_period: float | None = field(Disruption.REPLACE)
    start_interval: float | None = field(Disruption.REPLACE)
    retries: int | None = field(Disruption.REPLACE)

    @classmethod
    def from_params(cls, params: Mapping[str, Any] | None, option: str) -> Healthcheck | None:
        """A test that is one text runs in the container's shell; a list without its form is a command.

        Without a test there is no check, as in docker_container; ``test_cli_compatible`` keeps the image's.
        """
        if params is None:
            return None
        test = params.get("test")
        if not test and not (params.get("test_cli_compatible") and test is None):
            return cls(test=DISABLED)
        times = {name: duration(params.get(name), f"{option}.{name}") for name in _TIMES}
        return cls(test=_command(test, option), retries=params.get("retries"), **times)


def _command(test: Any, option: str) -> tuple[str, ...] | None:
    if test is None:
        return None
    if isinstance(test, str):
        return DISABLED if test == "NONE" else ("CMD-SHELL", test)
    if not isinstance(test, (list, tuple)):
        raise InvalidSpec(f"{option}.test: write a command, as a list or as one text")
    words = tuple(str(word) for word in test)
    return words if words[0] in _FORMS else ("CMD", *words)
