# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker's library, which speaks to Podman too: the only file that imports it, and that knows its exceptions."""

from __future__ import annotations

import http.client
import importlib
import importlib.util
import sys
from typing import Any, NamedTuple

from .._core.errors import MissingLibrary

OLDEST_LIBRARY = 5
_PACKAGE = "Install the package python3-docker, 5.0 or later, on the host, for {python}."


class Library(NamedTuple):
    """The library's client, and the exceptions that leave it."""

    client: Any
    tls: Any
    refusals: tuple[type[Exception], ...]
    schemes: tuple[type[Exception], ...]
    timeouts: tuple[type[Exception], ...]
    failures: tuple[type[Exception], ...]


def is_there() -> bool:
    return importlib.util.find_spec("docker") is not None


def load() -> Library:
    try:
        docker, requests = importlib.import_module("docker"), importlib.import_module("requests")
        urllib3 = importlib.import_module("urllib3")
        client = docker.APIClient
    except (ImportError, AttributeError) as error:
        raise MissingLibrary("use the engine's library", cause=str(error), hint=package()) from None
    version = str(docker.__version__)
    if int(version.partition(".")[0]) < OLDEST_LIBRARY:
        raise MissingLibrary("use the engine's library", cause=f"docker {version} is too old", hint=package())
    failed = requests.exceptions
    return Library(
        client=client,
        tls=docker.tls.TLSConfig,
        refusals=(docker.errors.APIError,),
        schemes=(failed.InvalidURL, failed.InvalidSchema),
        timeouts=(failed.Timeout, urllib3.exceptions.TimeoutError, TimeoutError),
        failures=(
            docker.errors.DockerException,
            http.client.HTTPException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,
        ),
    )


def package() -> str:
    return _PACKAGE.format(python=sys.executable)


def message(answer: Any) -> str:
    """The engine's words in an answer that is an error."""
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return str(answer.text)


def refusal(error: Any) -> tuple[str, int]:
    """The engine's words in one of the library's ``refusals``, and the number of HTTP's."""
    explanation = error.explanation
    if isinstance(explanation, bytes):
        explanation = explanation.decode(errors="replace")
    return str(explanation or error), int(error.status_code or 0)


def root_cause(error: BaseException) -> str:
    """What the system said, out of the exceptions that libraries wrap around it."""
    seen: list[BaseException] = [error]
    for item in seen:
        # Older libraries do not name the cause, but raise their own while they handle it.
        for failure in (item, item.__context__):
            if isinstance(failure, OSError) and failure.strerror:
                return str(failure.strerror)
        inner = [*item.args, getattr(item, "reason", None), item.__cause__]
        seen.extend(
            i for i in inner if isinstance(i, BaseException) and not any(i is other for other in seen)
        )
    if isinstance(seen[-1], (http.client.HTTPException, ValueError)):
        return f"its answer is not of its protocol: {seen[-1]}"
    return str(seen[-1])
