# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits for a container: until it runs, is healthy, has ended well, or a port of it is open."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from .._core.errors import ApplyFailed, HostError
from .._model.container import Container
from .engine import Engine
from .inspection import inspected

Answers = Callable[[str, int, float], bool]

_POLL_SECONDS = 0.25
_CONNECT_SECONDS = 2.0
_SETTLE_SECONDS = 1.0
_LINES = 6
_OVER = ("exited", "dead")


class Waiter:
    """Waits for one container, and tells what was seen of it where that is in vain."""

    def __init__(self, engine: Engine, answers: Answers, spec: Container) -> None:
        self._engine = engine
        self._answers = answers
        self._spec = spec

    def wait(self, condition: str, identity: str | None = None) -> None:
        """Returns when it is true of the container, by its name or another identity. Raises ``ApplyFailed``.

        A container that has ended and is not started again by its engine ends the wait too.
        """
        seconds = self._spec.healthy_wait_timeout
        deadline = time.monotonic() + seconds
        while True:
            entry = self._inspect(identity or self._spec.name)
            if self._holds(condition, entry):
                return
            if entry["State"]["Status"] in _OVER:
                raise self.ended(f"wait for {condition}", entry)
            if time.monotonic() >= deadline:
                raise self._in_vain(condition, entry, seconds)
            time.sleep(_POLL_SECONDS)

    def check_started(self, identity: str) -> None:
        """Raises ``ApplyFailed`` where a container that was started has failed by now; one may go as it ends."""
        self._started(identity)

    def _started(self, identity: str) -> Mapping[str, Any] | None:
        """What there is of it; None where it is gone, as it was to be at its end."""
        entry = inspected(self._engine, identity) if self._spec.auto_remove else self._inspect(identity)
        if entry is not None and entry["State"]["Status"] in _OVER and entry["State"].get("ExitCode"):
            raise self.ended("start the container", entry)
        return entry

    def check_stays(self, identity: str) -> None:
        """As ``check_started``, for one that takes another's place: it has to stay up for a moment, or end well."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while True:
            entry = self._started(identity)
            if entry is None:
                return
            if entry["State"]["Status"] == "restarting" or entry.get("RestartCount"):
                raise self._ended_again(entry)
            if time.monotonic() >= deadline or entry["State"]["Status"] in _OVER:
                return
            time.sleep(_POLL_SECONDS)

    def ended(self, tried: str, entry: Mapping[str, Any]) -> HostError:
        cause = f"it ended with exit code {entry['State'].get('ExitCode')}{self._last_lines(entry)}"
        return ApplyFailed(tried, cause=cause, hint="See why its command ends.")

    def _ended_again(self, entry: Mapping[str, Any]) -> HostError:
        """Of one that its engine starts again and again: what it ended with is not told any more."""
        cause = f"it does not stay up, and was started again at once{self._last_lines(entry)}"
        return ApplyFailed("start the container", cause=cause, hint="See why its command ends.")

    def _inspect(self, identity: str) -> Mapping[str, Any]:
        entry: Mapping[str, Any] | None = self._engine.find(lambda api: api.inspect_container(identity))
        if entry is None:
            raise ApplyFailed("look after the container", cause="it is gone")
        return entry

    def _holds(self, condition: str, entry: Mapping[str, Any]) -> bool:
        if condition == "completed":
            return entry["State"]["Status"] == "exited" and not entry["State"].get("ExitCode")
        if entry["State"]["Status"] != "running":
            return False
        if condition == "healthy":
            return self._health(entry).get("Status") == "healthy"
        if condition.startswith("port:"):
            port = int(condition.partition(":")[2])
            return any(self._answers(address, port, _CONNECT_SECONDS) for address in _addresses(entry))
        return True

    def _health(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        state = entry["State"]
        health: Mapping[str, Any] = state.get("Health") or state.get("Healthcheck") or {}
        if not health.get("Status"):
            raise ApplyFailed(
                "wait for healthy",
                cause="neither the container nor its image has a healthcheck",
                hint="Set healthcheck, or ask for started.",
            )
        return health

    def _in_vain(self, condition: str, entry: Mapping[str, Any], seconds: float) -> HostError:
        seen = [f"it is {entry['State']['Status']}"]
        if condition == "healthy":
            health = self._health(entry)
            seen.append(f"its health is {health['Status']}")
            seen += [
                f"the check said: {log['Output'].strip() or 'nothing'}"
                for log in (health.get("Log") or ())[-1:]
            ]
        elif condition.startswith("port:"):
            seen.append(f"its addresses: {', '.join(_addresses(entry)) or 'none'}")
        return ApplyFailed(
            f"wait for {condition}",
            cause=f"not within {seconds:.0f} s; {', '.join(seen)}{self._last_lines(entry)}",
            hint="See its log, or raise healthy_wait_timeout.",
        )

    def _last_lines(self, entry: Mapping[str, Any]) -> str:
        """The end of its log, where the engine can show it."""
        try:
            text = self._engine.do("read its log", lambda api: api.logs(entry["Id"], tail=_LINES))
        except HostError:
            return ""
        shown = text.decode(errors="replace") if isinstance(text, bytes) else ""
        lines = ["".join(c for c in line if c.isprintable()) for line in shown.splitlines() if line.strip()]
        return "; the last lines of its log: " + " | ".join(lines) if lines else ""


def _addresses(entry: Mapping[str, Any]) -> list[str]:
    """Where it is reached; a container on the host's own network is reached on loopback."""
    if (entry.get("HostConfig") or {}).get("NetworkMode") == "host":
        return ["127.0.0.1"]
    networks = (entry.get("NetworkSettings") or {}).get("Networks") or {}
    return [place["IPAddress"] for place in networks.values() if place.get("IPAddress")]
