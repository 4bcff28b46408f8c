"""Packages for hosts without a route out: a caching proxy on a socket, which crosses network namespaces."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import mirror
from steps import HOME, LabError, kill, last_words, running, start, wait_for

#: Bound into every host as /opt/lab.
FOLDER = HOME / "relay"
#: In FOLDER, which the program has as its working directory: a socket's path must be short.
_SOCKET = "packages.sock"
_CACHE = HOME / "cache" / "packages"
_LOG = FOLDER / "proxy.log"


def up() -> None:
    """Starts it; harmless when it runs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if running(str(_CACHE)) and (FOLDER / _SOCKET).exists():
        return
    _end()
    program = str(Path(__file__).with_name("package_proxy.py"))
    proxy = mirror.proxy()
    started = start(
        [
            sys.executable,
            program,
            *(["--proxy", proxy] if proxy else []),
            _SOCKET,
            str(_CACHE),
            *mirror.uris().values(),
        ],
        _LOG,
    )
    wait_for(lambda: _answers(started), 10, f"the start of the package proxy (see {_LOG})")


def down() -> None:
    _end()
    shutil.rmtree(FOLDER, ignore_errors=True)


def _end() -> None:
    kill(running(str(_CACHE)))
    wait_for(lambda: not running(str(_CACHE)), 5, "the end of the package proxy")
    (FOLDER / _SOCKET).unlink(missing_ok=True)


def _answers(program: subprocess.Popen[bytes]) -> bool:
    if program.poll() is not None:
        raise LabError(f"the package proxy ended: {last_words(_LOG)}")
    return (FOLDER / _SOCKET).exists()
