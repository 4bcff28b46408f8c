# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a container to its end, and tells what it has said."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from typing import NamedTuple

from .._core.errors import ApplyFailed
from .engine import Engine, EngineFailed


class Job(NamedTuple):
    """How a container ended: its exit code, and what it wrote."""

    status: int
    output: str

    def check(self) -> None:
        """Raises ``ApplyFailed`` where it did not end well."""
        if self.status:
            lines = [line for line in self.output.splitlines() if line.strip()][-6:]
            said = f"; the last lines of its output: {' | '.join(lines)}" if lines else ""
            raise ApplyFailed(
                "run the container",
                cause=f"it ended with exit code {self.status}{said}",
                hint="Its output stands in the result, under container.Output.",
            )


def run(engine: Engine, identity: str, start: Callable[[str], None]) -> Job:
    """Starts a container and waits for its end, as long as it takes. What it wrote in earlier runs is left out."""
    before = len(_output(engine, identity))
    start(identity)
    answer = engine.do("wait for its end", lambda api: api.wait(identity))
    return Job(int(answer["StatusCode"]), _output(engine, identity)[before:])


def _output(engine: Engine, identity: str) -> str:
    try:
        text = engine.do("read its log", lambda api: api.logs(identity, stdout=True, stderr=True))
    except EngineFailed as error:
        if error.status not in (http.client.INTERNAL_SERVER_ERROR, http.client.NOT_IMPLEMENTED):
            raise
        return f"Not told: {error.cause}"
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)
