# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's half of ``stack``: reads Compose files, and spares Ansible the pauses of its garbage collector."""

from __future__ import annotations

import gc
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action.normal import ActionModule as Normal

from ..module_utils._core.errors import HostError
from ..plugin_utils.stack_parameters import without_compose


class ActionModule(Normal):
    """Runs the module as any other, with what Compose files say among its parameters.

    Ansible parses each file that a module imports. The syntax trees set off the collector again and again, which
    walks the controller's whole heap each time, and finds nothing: this takes a tenth of a run that changes nothing.
    """

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        gc.disable()
        try:
            self._task.args, warnings = without_compose(self._task.args, self._loader, self._found)
            result: dict[str, Any] = super().run(tmp, task_vars)
            if warnings:
                result["warnings"] = [*result.get("warnings", ()), *warnings]
            return result
        except HostError as error:
            return {"failed": True, "changed": False, "actions": [], **error.result()}
        finally:
            # Else the first collection after it would walk all that it was spared.
            gc.freeze()
            gc.enable()

    def _found(self, path: str) -> str:
        """As Ansible finds the files of a role or a play."""
        try:
            return str(self._find_needle("files", path))
        except AnsibleError:
            return ""
