# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts a host's links back as a checkpoint has them, unless somebody confirms the change before its timer ends.

A copy of this file lies on the host, beside the checkpoint: it needs nothing but Python and ``ip``, since what it
undoes may be the only way to the host.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from .bridge_links import settle

ARMED, CONFIRMED, ROLLED_BACK = "armed", "confirmed", "rolled back"
_RESTORE_SECONDS = 40.0


class Checkpoint:
    """What is in a folder: how things were, and what became of the change."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def told(self) -> dict[str, Any]:
        """The outcome, and of which change."""
        try:
            with open(self._path("outcome.json"), encoding="utf-8") as file:
                found: dict[str, Any] = json.load(file)
        except FileNotFoundError:
            return {"outcome": None, "token": None, "left": []}
        return found

    def tell(self, outcome: str, token: str, left: Collection[str] = ()) -> dict[str, Any]:
        told = {"outcome": outcome, "token": token, "left": list(left)}
        write(self._path("outcome.json"), json.dumps(told), 0o600)
        return told

    @contextlib.contextmanager
    def held(self) -> Iterator[dict[str, Any]]:
        """Nobody confirms what somebody rolls back."""
        with open(self._path("lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.told()

    def confirm(self, token: str) -> dict[str, Any]:
        with self.held() as told:
            if (told["outcome"], told["token"]) != (ARMED, token):
                return told
            self._disarm()
            return self.tell(CONFIRMED, token)

    def rollback(self, token: str | None) -> dict[str, Any]:
        """Without a token, as the timer does it, of whatever is armed."""
        with self.held() as told:
            if told["outcome"] != ARMED or token not in (None, told["token"]):
                return told
            with open(self._path("checkpoint.json"), encoding="utf-8") as file:
                kept = json.load(file)
            for path, (text, mode) in kept["files"].items():
                write(path, text, mode)
            # The way to the host first: a daemon may take its time.
            settle(kept["links"], _run, _batch, 0)
            for argv in kept["commands"]:
                _run(argv)
            left = settle(kept["links"], _run, _batch, _RESTORE_SECONDS)
            self._disarm()
            return self.tell(ROLLED_BACK, told["token"], left)

    def _disarm(self) -> None:
        with open(self._path("checkpoint.json"), encoding="utf-8") as file:
            units = json.load(file)["units"]
        timer = next(os.path.basename(path) for path in units if path.endswith(".timer"))
        _run(["systemctl", "stop", timer])
        for path in units:
            write(path, None, 0)
        _run(["systemctl", "daemon-reload"])

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, name)


def write(path: str, text: str | None, mode: int) -> None:
    """Gives a file its text, whole or not at all; None takes it away."""
    if text is None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        # What is added to another file lies in a folder of its own, which goes with the last of it.
        if path.endswith(".conf"):
            with contextlib.suppress(OSError):
                os.rmdir(os.path.dirname(path))
        return
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        os.makedirs(folder)
        os.chmod(folder, 0o755)
    temporary = f"{path}.hybrid-new"
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _run(argv: Sequence[str], text: str = "") -> str:
    """What it prints, given a text: a command that fails on the way back must not keep the others from it."""
    try:
        done = subprocess.run(list(argv), input=text, capture_output=True, check=False, timeout=30, text=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"{argv[0]}: {error}\n")
        return ""
    sys.stderr.write(done.stderr)
    return done.stdout


def _batch(lines: Sequence[str]) -> None:
    _run(["ip", "-force", "-batch", "-"], "".join(f"{line}\n" for line in lines))


def main(words: Sequence[str]) -> int:
    """``FOLDER confirm TOKEN``, ``FOLDER rollback [TOKEN]`` or ``FOLDER status``; prints the outcome."""
    checkpoint = Checkpoint(words[0])
    verb, token = words[1], words[2] if len(words) > 2 else None
    if verb == "confirm":
        told = checkpoint.confirm(token or "")
    elif verb == "rollback":
        told = checkpoint.rollback(token)
    else:
        told = checkpoint.told()
    sys.stdout.write(json.dumps(told) + "\n")
    return 0
