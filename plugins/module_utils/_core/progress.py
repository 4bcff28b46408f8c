# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far something long is, for whoever asks the host meanwhile: Ansible hears of a module only at its end."""

from __future__ import annotations

import syslog
import time

_EVERY_SECONDS = 5.0


class Progress:
    """Of one thing, said as errors say it ("convert A to qcow2"): a line in the host's log every few seconds."""

    def __init__(self, tried: str) -> None:
        self._tried = tried
        self._told = time.monotonic()

    def at(self, done: float, whole: float) -> None:
        now = time.monotonic()
        if whole and now - self._told >= _EVERY_SECONDS:
            self._told = now
            syslog.openlog("hybrid.host")
            syslog.syslog(syslog.LOG_INFO, f"{self._tried}: {100 * done / whole:.0f} %")
