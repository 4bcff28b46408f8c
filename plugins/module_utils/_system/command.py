# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs commands of the host: a list of arguments, never a shell."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Union

from .._core.errors import ApplyFailed, MissingLibrary
from .._core.progress import Progress

# Where a command comes from: on Debian and its relatives, and on Fedora and its.
_PACKAGES: Mapping[str, str] = {
    "nft": "nftables",
    "ip": "iproute2 (Debian) or iproute (Fedora)",
    "qemu-img": "qemu-utils (Debian) or qemu-img (Fedora)",
    "qemu-io": "qemu-utils (Debian) or qemu-img (Fedora)",
    "zstd": "zstd",
}
_LOOK_SECONDS = 1.0
_SHARE = re.compile(rb"\((\d+\.\d+)/100%\)")
_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


@dataclasses.dataclass(frozen=True)
class Handed:
    """A word of a command that ends with the name of a file. The file holds ``text``, and is nowhere but in memory."""

    word: str
    text: str = dataclasses.field(repr=False)


Word = Union[str, Handed]


def run(
    argv: Sequence[Word],
    *,
    tried: str,
    timeout: float | None = None,
    accepted: Collection[int] = (0,),
) -> str:
    """What the command printed on its standard output.

    Messages are asked for in English, so that they read the same everywhere; files that it makes are for nobody but
    their owner. Raises ``MissingLibrary`` where the host
    has no such command, ``ApplyFailed`` with its own words where it ends with a status that is not ``accepted`` or
    outlasts ``timeout`` (seconds; the command is ended then).
    """
    done = _ended(argv, tried, {"stdout": subprocess.PIPE, "timeout": timeout})
    if done.returncode not in accepted:
        raise ApplyFailed(tried, cause=_words(str(argv[0]), done))
    return done.stdout.decode("utf-8", "replace")


def run_long(argv: Sequence[Word], *, tried: str, timeout: float | None = None) -> None:
    """As ``run``, of a command that prints how far it is as ``qemu-img -p`` does: that goes to the host's log."""
    with tempfile.TemporaryFile() as said, _told(said, Progress(tried)):
        done = _ended(argv, tried, {"stdout": said, "timeout": timeout})
    if done.returncode:
        raise ApplyFailed(tried, cause=_words(str(argv[0]), done))


def _ended(argv: Sequence[Word], tried: str, how: dict[str, Any]) -> subprocess.CompletedProcess[bytes]:
    command = str(argv[0])
    try:
        with _handed(argv) as (words, descriptors):
            return subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=_environment(),
                pass_fds=descriptors,
                umask=0o077,
                check=False,
                **how,
            )
    except FileNotFoundError:
        raise _missing(command, tried) from None
    except subprocess.TimeoutExpired:
        raise ApplyFailed(tried, cause=f"{command} took longer than {how['timeout']:g} s") from None
    except (OSError, ValueError) as error:
        raise ApplyFailed(tried, cause=f"{command}: {error}") from None


@contextlib.contextmanager
def _told(said: BinaryIO, progress: Progress) -> Iterator[None]:
    """Tells how far a command is that writes there, while the block runs."""
    over = threading.Event()

    def follow() -> None:
        while not over.wait(_LOOK_SECONDS):
            shares = _SHARE.findall(os.pread(said.fileno(), os.fstat(said.fileno()).st_size, 0))
            progress.at(float(shares[-1]) if shares else 0.0, 100)

    follower = threading.Thread(target=follow)
    follower.start()
    try:
        yield
    finally:
        over.set()
        follower.join()


def check_command(name: str, tried: str) -> None:
    """Raises ``MissingLibrary`` where the host has no such command."""
    if shutil.which(name, path=_environment()["PATH"]) is None:
        raise _missing(name, tried)


@contextlib.contextmanager
def _handed(argv: Sequence[Word]) -> Iterator[tuple[list[str], list[int]]]:
    """The words of a command, and the descriptors that it is to have."""
    words: list[str] = []
    descriptors: list[int] = []
    try:
        for word in argv:
            if isinstance(word, Handed):
                descriptors.append(os.memfd_create("handed"))
                os.write(descriptors[-1], word.text.encode())
                words.append(f"{word.word}/dev/fd/{descriptors[-1]}")
            else:
                words.append(word)
        yield words, descriptors
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _missing(name: str, tried: str) -> MissingLibrary:
    return MissingLibrary(tried, cause=f"this host has no command {name}", hint=_install(name))


def _environment() -> dict[str, str]:
    path = os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin")
    return {**os.environ, "LC_ALL": "C.UTF-8", "PATH": f"{path}:{_SBIN}"}


def _install(command: str) -> str:
    package = _PACKAGES.get(os.path.basename(command))
    return f"Install the package {package}." if package else f"Install {command} on the host."


def _words(command: str, done: subprocess.CompletedProcess[bytes]) -> str:
    """What a failed command said, or at least how it ended."""
    said = (done.stderr or done.stdout or b"").decode("utf-8", "replace").strip()
    if said:
        return said
    if done.returncode < 0:
        return f"{command} was ended by signal {-done.returncode}"
    return f"{command} ended with status {done.returncode}"
