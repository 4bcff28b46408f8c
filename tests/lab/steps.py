"""What every part of the lab uses: its place, commands with a sign of life, and processes that outlive it."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("LAB_DIR") or ROOT / "build" / "lab").resolve()
#: Tells this lab's namespaces, processes and control groups from those of another clone.
MARK = "lab-" + hashlib.sha256(str(HOME).encode()).hexdigest()[:8]
#: Sockets, whose paths must be short, and what need not outlive a boot of the machine.
RUN = Path("/run") / MARK


class LabError(Exception):
    """What the user of the lab should read: one line."""


def say(text: str) -> None:
    print(f"lab: {text}", file=sys.stderr, flush=True)


def run(argv: Sequence[str], *, doing: str = "", stdin: str = "") -> str:
    """Standard output of a command, in the C locale; a line every few seconds while it runs.

    Raises ``LabError`` with its last lines where it fails. It does not outlive the lab.
    """
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as errors:
        given.write(stdin)
        given.seek(0)
        words = ["setpriv", "--pdeathsig", "KILL", *argv]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        with subprocess.Popen(
            words, stdin=given, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        ) as program:
            output = _communicate(program, doing or argv[0])
        errors.seek(0)
        if program.returncode:
            last = " | ".join((errors.read() or output).strip().splitlines()[-4:])
            raise LabError(f"{' '.join(argv[:4])} ... failed with {program.returncode}: {last}")
    return output


def _communicate(program: subprocess.Popen[str], doing: str) -> str:
    started = time.monotonic()
    while True:
        try:
            return program.communicate(timeout=4)[0]
        except subprocess.TimeoutExpired:
            say(f"{doing} ({time.monotonic() - started:.0f} s)")


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Polls until the condition holds; ``LabError`` at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise LabError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.05)


def start(argv: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Starts a process that outlives the lab's command, with its output in a file."""
    with open(log, "wb") as output:
        return subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=log.parent,
            env={**os.environ, **(env or {})},
        )


def running(argument: str) -> list[int]:
    """The processes with this argument in their command line: found so, none can be forgotten.

    A process has no command line for a moment while it becomes another program.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if argument.encode() in words and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return sorted(found)


def last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f"{' | '.join(lines[-3:])} ({log})"


def kill(pids: Sequence[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
