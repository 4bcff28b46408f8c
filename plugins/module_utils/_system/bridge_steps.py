# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a change of the host's links. None is taken once the watchdog has gone back to how they were."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .._core.errors import ApplyFailed
from .bridge_backend import Commands
from .bridge_checkpoint import Watchdog
from .bridge_links import Links, look, settle
from .bridge_wanted import Wanted
from .command import Handed, run

_PLACE = re.compile(r"Command failed \S+:(?P<number>\d+)\s*$")
_COMMAND_SECONDS = 30.0
_SETTLE_SECONDS = 20.0
_FAILURES = 10


class Steps:
    """Of one change. Each raises ``ApplyFailed`` where it fails, or comes too late."""

    def __init__(self, watchdog: Watchdog) -> None:
        self._watchdog = watchdog
        self._failures = 0

    def tell(self, commands: Commands) -> None:
        """Runs what a network daemon is told by."""
        for argv in commands:
            with self._watchdog.held():
                self._tell(argv)

    @staticmethod
    def _tell(argv: Sequence[str]) -> None:
        try:
            run(argv, tried="tell the host's network daemon of the bridge", timeout=_COMMAND_SECONDS)
        except ApplyFailed as error:
            # Netplan is a program in Python that does not catch what fails.
            words = [line for line in error.cause.splitlines() if not line.startswith((" ", "Traceback"))]
            raise ApplyFailed(error.tried, cause="; ".join(words)) from None

    def take(self, lines: Sequence[str]) -> None:
        """Runs lines of ``ip -batch`` up to the one that fails: the next look sees what is left.

        A daemon that works on the same links may be why, so that only the last of several in a row is raised.
        """
        if not lines:
            return
        with self._watchdog.held():
            failure = _failure(lines)
        self._failures = self._failures + 1 if failure else 0
        if failure and self._failures == _FAILURES:
            raise failure

    def settle(self, wanted: Wanted) -> None:
        """Brings the links there, and waits until the daemons leave them so."""
        left = settle(wanted, _read, self.take, _SETTLE_SECONDS)
        if left:
            raise ApplyFailed(
                "change the host's interfaces",
                cause=f"something undoes it again: {'; '.join(left)}",
                hint="Name with persist what keeps the host's network.",
            )


def _failure(lines: Sequence[str]) -> ApplyFailed | None:
    """That of a batch, with the name of its line."""
    batch = Handed("", "".join(f"{line}\n" for line in lines))
    try:
        run(["ip", "-batch", batch], tried="change the host's interfaces")
    except ApplyFailed as error:
        place = _PLACE.search(error.cause)
        if place is None:
            return error
        line = lines[int(place["number"]) - 1]
        return ApplyFailed(f"ip {line}", cause=error.cause[: place.start()])
    return None


def host_links() -> Links:
    """All links of this host. Raises ``ApplyFailed`` where ``ip`` says what nobody can read."""
    try:
        return look(_read)
    except ValueError as error:
        raise ApplyFailed("read the host's interfaces", cause=str(error)) from None


def _read(argv: Sequence[str]) -> str:
    return run(argv, tried="read the host's interfaces")
