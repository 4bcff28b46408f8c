# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's half of ``stack``: what Ansible does for every module, without the pauses of the collector."""

from __future__ import annotations

import gc
from typing import Any

from ansible.plugins.action.normal import ActionModule as Normal


class ActionModule(Normal):
    """Runs the module as any other.

    Ansible parses each file that a module imports. The syntax trees set off the collector again and again, which
    walks the controller's whole heap each time, and finds nothing: this takes a tenth of a run that changes nothing.
    """

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        gc.disable()
        try:
            result: dict[str, Any] = super().run(tmp, task_vars)
            return result
        finally:
            # Else the first collection after it would walk all that it was spared.
            gc.freeze()
            gc.enable()
