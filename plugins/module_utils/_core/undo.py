# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An undo stack: a step that succeeds registers how to take it back; a later failure runs those in reverse."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import final

from .errors import HostError


@final
class Undo:
    """``with Undo() as undo:`` around several steps. Leaving it by an error takes back what was registered.

    ``taken_back`` tells afterwards whether there was anything to take back.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[str, Callable[[], object]]] = []
        self.taken_back = False

    def push(self, what: str, step: Callable[[], object]) -> None:
        """Registers how to take back a step that was just made; ``what`` says it in words: ``start the old vm``."""
        self._steps.append((what, step))

    def commit(self) -> None:
        """Forgets everything registered so far: the steps are final from here on."""
        self._steps.clear()

    def __enter__(self) -> Undo:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        left = []
        self.taken_back = bool(self._steps)
        while self._steps:
            what, step = self._steps.pop()
            try:
                step()
            except HostError as failure:
                left.append(f"could not {what}: {failure}")
        if left and isinstance(error, HostError):
            error.cause = "; ".join(filter(None, [error.cause, *left]))
