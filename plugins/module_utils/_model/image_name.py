# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of images: one spelling for each, that of the command line."""

from __future__ import annotations

import re

from .._core.errors import InvalidSpec

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/)?"
_REPOSITORY = re.compile(rf"{_HOST}{_PART}(?:/{_PART})*")
# What engines put before a name that was given without a registry: Docker's own, and Podman's for images made here.
LOCAL = "localhost/"
_IMPLIED = ("docker.io/library/", "docker.io/", LOCAL)


def familiar(name: str) -> str:
    """``redis:7`` of ``docker.io/library/redis:7``; ``latest`` where there is neither tag nor digest.

    Beside a digest a tag says nothing, and no engine keeps it.
    """
    for prefix in _IMPLIED:
        if name.startswith(prefix) and len(name) > len(prefix):
            name = name[len(prefix) :]
            break
    repository, _tag, digest = split_image_name(name)
    if digest:
        return f"{repository}@{digest}"
    if _DIGEST.fullmatch(name):
        return name
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def is_image_id(name: str) -> bool:
    """Whether it is an image's own id, and no name."""
    return _DIGEST.fullmatch(name) is not None


def checked_image_name(name: str) -> str:
    """The familiar spelling. Raises ``InvalidSpec`` for what no engine takes as a name."""
    repository, tag, digest = split_image_name(name)
    good = _REPOSITORY.fullmatch(repository) and len(repository) <= 255
    if good and (not tag or _TAG.fullmatch(tag)) and (not digest or _DIGEST.fullmatch(digest)):
        return familiar(name)
    raise InvalidSpec(
        f"{name!r} is not the name of an image",
        hint="Write REPOSITORY:TAG or REPOSITORY@sha256:DIGEST, the repository in lower case.",
    ).about("image", repr(name))


def pull_policy(policy: str, name: str | None) -> str:
    """The policy, for an image of this name: what a digest names never changes, so that no registry is asked again."""
    return "missing" if policy == "always" and "@" in (name or "") else policy


def split_image_name(name: str) -> tuple[str, str, str]:
    """Repository, tag and digest, the last two empty where they are missing."""
    rest, _at, digest = name.partition("@")
    head, slash, last = rest.rpartition("/")
    last, colon, tag = last.partition(":")
    if name.endswith("@") or (colon and not tag):
        return "", "", ""
    return f"{head}{slash}{last}", tag, digest


def registry_of(name: str) -> str:
    """The address of the registry that a name begins with; empty for Docker Hub."""
    first, slash, _rest = familiar(name).partition("/")
    return first if slash and set(first) & {".", ":"} else ""
