# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a file holds, by digest."""

from __future__ import annotations

import hashlib

from .._core.errors import ApplyFailed

_CHUNK = 1 << 20


def file_digest(path: str, algorithm: str) -> str:
    """As ``sha256:HEX``. Raises ``ApplyFailed`` where the file cannot be read."""
    digest = hashlib.new(algorithm)
    try:
        with open(path, "rb") as file:
            for chunk in iter(lambda: file.read(_CHUNK), b""):
                digest.update(chunk)
    except OSError as error:
        raise ApplyFailed(f"read {path}", cause=error.strerror or str(error)) from None
    return f"{algorithm}:{digest.hexdigest()}"
