"""What every part of the lab uses: its place, commands with a sign of life, and processes that outlive it."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("LAB_DIR") or ROOT / "build" / "lab").resolve()
#: Tells this lab's namespaces from those of another clone.
MARK = "lab-" + hashlib.sha256(str(HOME).encode()).hexdigest()[:8]


class LabError(Exception):
    """What the user of the lab should read: one line."""


def say(text: str) -> None:
    print(f"lab: {text}", file=sys.stderr, flush=True)


def run(
    argv: Sequence[str], *, doing: str = "", stdin: str = "", env: Mapping[str, str] | None = None
) -> str:
    """Standard output of a command; a line every few seconds while it runs; ``LabError`` with its last lines."""
    started = time.monotonic()
    with subprocess.Popen(
        list(argv),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    ) as process:
        with _sign_of_life(doing or argv[0], started):
            output, errors = process.communicate(stdin)
    if process.returncode:
        last = " | ".join((errors or output).strip().splitlines()[-4:])
        raise LabError(f"{' '.join(argv[:4])} ... failed with {process.returncode}: {last}")
    return output


class _sign_of_life:  # noqa: N801
    def __init__(self, doing: str, started: float) -> None:
        self._doing, self._started = doing, started
        self._done = threading.Event()

    def __enter__(self) -> None:
        threading.Thread(target=self._report, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._done.set()

    def _report(self) -> None:
        while not self._done.wait(4):
            say(f"{self._doing} ({time.monotonic() - self._started:.0f} s)")


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Polls until the condition holds; ``LabError`` at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise LabError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.05)


class Daemon:
    """A process that outlives the command that started it, known by a pid file and a word of its command line."""

    def __init__(self, pidfile: Path, word: str) -> None:
        self._pidfile, self._word = pidfile, word

    def start(self, argv: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self._pidfile.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as output:
            process = subprocess.Popen(
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={**os.environ, **(env or {})},
            )
        self._pidfile.write_text(str(process.pid), encoding="ascii")

    def pid(self) -> int | None:
        """Its process id while it runs; a pid that has gone to another program is not ours."""
        try:
            pid = int(self._pidfile.read_text(encoding="ascii"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except (OSError, ValueError):
            return None
        # A process has no command line for a moment while it becomes another program.
        ours = self._word in command or (not command and not _zombie(pid))
        return pid if ours else None

    def stop(self, number: int = signal.SIGTERM) -> None:
        pid = self.pid()
        if pid is not None:
            os.kill(pid, number)
            reap = lambda: self.pid() is None or _zombie(pid)  # noqa: E731
            wait_for(reap, 10, f"the end of process {pid}")
        self._pidfile.unlink(missing_ok=True)


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True
