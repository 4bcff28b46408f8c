# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that a user or a machine can cause: one family, caught once, in ``_ansible/run.py``."""

from __future__ import annotations

from typing import Any


class HostError(Exception):
    """One message: the object, what was tried, the cause in the engine's own words, what to do.

    ``tried`` is a short sentence without a full stop; ``cause`` is quoted from whoever reported it and is never
    invented; ``hint`` is the next step. ``kind`` and ``name`` are filled in by the caller that knows them.
    """

    def __init__(self, tried: str, *, cause: str = "", hint: str = "") -> None:
        super().__init__(tried)
        self.tried = tried
        self.cause = cause.strip()
        self.hint = hint
        self.kind: str | None = None
        self.name: str | None = None

    def about(self, kind: str, name: str) -> HostError:
        """Names the object, unless something closer to the fault already did. Returns itself, for ``raise``."""
        if self.kind is None:
            self.kind, self.name = kind, name
        return self

    def __str__(self) -> str:
        subject = f"{self.kind} {self.name}: " if self.kind else ""
        cause = f": {self.cause}" if self.cause else ""
        text = f"{subject}{self.tried}{cause}"
        if not self.hint:
            return text
        return f"{text.rstrip('.')}. {self.hint}"

    def result(self) -> dict[str, Any]:
        """The keys of a failed module result."""
        return {
            "msg": str(self),
            "kind": self.kind,
            "name": self.name,
            "cause": self.cause or self.tried,
            "hint": self.hint,
        }


class InvalidSpec(HostError):
    """The spec itself is wrong: nothing was looked at."""


class MissingLibrary(HostError):
    """The host lacks a Python library or a command."""


class EngineUnreachable(HostError):
    """An engine does not answer, refuses the connection, or answers what is not its protocol."""


class Refused(HostError):
    """The plan would break a promise; nothing was touched."""


class ApplyFailed(HostError):
    """An engine refused or failed a change."""


class NotConverged(HostError):
    """Every change was applied, and the object still differs from its spec."""
