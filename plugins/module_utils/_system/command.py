# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs commands of the host: a list of arguments, never a shell."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Union

from .._core.errors import ApplyFailed, MissingLibrary

# Where a command comes from: on Debian and its relatives, and on Fedora and its.
_PACKAGES: Mapping[str, str] = {
    "ip": "iproute2 (Debian) or iproute (Fedora)",
    "qemu-img": "qemu-utils (Debian) or qemu-img (Fedora)",
    "zstd": "zstd",
}
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
    command = str(argv[0])
    try:
        with _handed(argv) as (words, descriptors):
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
                env=_environment(),
                pass_fds=descriptors,
                umask=0o077,
                check=False,
            )
    except FileNotFoundError:
        raise _missing(command, tried) from None
    except subprocess.TimeoutExpired:
        raise ApplyFailed(tried, cause=f"{command} took longer than {timeout:g} s") from None
    except (OSError, ValueError) as error:
        raise ApplyFailed(tried, cause=f"{command}: {error}") from None
    if done.returncode not in accepted:
        raise ApplyFailed(tried, cause=_words(command, done))
    return done.stdout.decode("utf-8", "replace")


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
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
    if said:
        return said
    if done.returncode < 0:
        return f"{command} was ended by signal {-done.returncode}"
    return f"{command} ended with status {done.returncode}"
