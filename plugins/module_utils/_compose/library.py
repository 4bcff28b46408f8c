# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files on the controller, as Compose files are told of them."""

from __future__ import annotations

from typing import Any, Protocol


class Library(Protocol):
    """Each way to read a file raises ``InvalidSpec``, which names it."""

    def document(self, path: str) -> Any:
        """What a YAML file holds, with the marks of ``merge``."""

    def content(self, path: str) -> bytes:
        """What a file holds."""

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
