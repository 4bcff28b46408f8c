# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetches a file by URL, and holds it against its checksum."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import BinaryIO

from .._core.errors import ApplyFailed
from .._core.progress import Progress
from .file_access import private
from .file_digest import file_digest

_CHUNK = 1 << 20
# Of silence; a large file may take as long as it takes.
_PATIENCE_SECONDS = 60


def download(url: str, path: str, checksum: str | None) -> None:
    """Writes what the server gives to ``path``. Raises ``ApplyFailed``, also for an answer that was cut short.

    The file is its owner's alone. ``checksum`` is ``sha256:`` or ``sha512:`` and a digest, or None.
    """
    tried = f"download {url}"
    try:
        opener = urllib.request.build_opener()
        with opener.open(url, timeout=_PATIENCE_SECONDS) as answer, open(path, "wb", opener=private) as file:
            received = _copy(answer, file, Progress(tried))
            announced = answer.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        error.close()
        raise ApplyFailed(tried, cause=f"the server answers {error.code} {error.reason}") from None
    except urllib.error.URLError as error:
        raise ApplyFailed(tried, cause=str(error.reason)) from None
    except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise ApplyFailed(tried, cause=str(error) or error.__class__.__name__) from None
    if announced is not None and int(announced) != received:
        raise ApplyFailed(tried, cause=f"it was cut off after {received} of {announced} bytes")
    verify(path, checksum, tried)


def verify(path: str, checksum: str | None, tried: str) -> None:
    """Raises ``ApplyFailed`` unless the file has this checksum."""
    if checksum is None:
        return
    found = file_digest(path, checksum.partition(":")[0])
    if found != checksum:
        raise ApplyFailed(
            tried,
            cause=f"its checksum is {found}, not {checksum}",
            hint="Correct checksum, or get the file anew; nothing was installed.",
        )


def _copy(answer: http.client.HTTPResponse, file: BinaryIO, progress: Progress) -> int:
    received, whole = 0, int(answer.headers.get("Content-Length") or 0)
    for chunk in iter(lambda: answer.read(_CHUNK), b""):
        file.write(chunk)
        received += len(chunk)
        progress.at(received, whole)
    return received
