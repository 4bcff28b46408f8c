# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What images need of the host that they are on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from .._model.image_scan import Finding, Scan
from . import scanner
from .whole_file import replacing, sole_writer


class LocalImageHost:
    """This host."""

    @contextlib.contextmanager
    def replacing(self, path: str) -> Iterator[str]:
        """As ``replacing``, for one writer at a time."""
        with contextlib.ExitStack() as held:
            held.enter_context(sole_writer(path))
            yield held.enter_context(replacing(path))

    def findings(self, engine: str, name: str, scan: Scan) -> Sequence[Finding]:
        return scanner.findings(engine, name, scan)
