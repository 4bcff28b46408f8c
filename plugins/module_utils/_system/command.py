# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs commands of the host: a list of arguments, never a shell."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Mapping, Sequence

from .._core.errors import ApplyFailed, MissingLibrary

# Where a command comes from: on Debian and its relatives, and on Fedora and its.
_PACKAGES: Mapping[str, str] = {
    "ip": "iproute2 (Debian) or iproute (Fedora)",
    "qemu-img": "qemu-utils (Debian) or qemu-img (Fedora)",
}
_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


def run(
    argv: Sequence[str],
    *,
    tried: str,
    timeout: float | None = None,
    accepted: Collection[int] = (0,),
) -> str:
    """What the command printed on its standard output.

    Messages are asked for in English, so that they read the same everywhere. Raises ``MissingLibrary`` where the host
    has no such command, ``ApplyFailed`` with its own words where it ends with a status that is not ``accepted`` or
    outlasts ``timeout`` (seconds; the command is ended then).
    """
    try:
        done = subprocess.run(
            list(argv),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            env=_environment(),
            check=False,
        )
    except FileNotFoundError:
        raise MissingLibrary(
            tried, cause=f"this host has no command {argv[0]}", hint=_install(argv[0])
        ) from None
    except subprocess.TimeoutExpired:
        raise ApplyFailed(tried, cause=f"{argv[0]} took longer than {timeout:g} s") from None
    except (OSError, ValueError) as error:
        raise ApplyFailed(tried, cause=f"{argv[0]}: {error}") from None
    if done.returncode not in accepted:
        raise ApplyFailed(tried, cause=_words(argv[0], done))
    return done.stdout.decode("utf-8", "replace")


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
