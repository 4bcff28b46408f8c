# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a module was called, as Ansible tells it to the user and to the host's log: without what is secret."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._core.field import MASK
from .arguments.secrets import EVERYTHING, SECRETS


class Module(AnsibleModule):
    """Ansible's own, which tells nothing of what is secret."""

    params: dict[str, Any]

    def exit_json(self, **kwargs: Any) -> None:
        kwargs.setdefault("invocation", {"module_args": shown(self.params)})
        super().exit_json(**kwargs)

    def fail_json(self, msg: str, **kwargs: Any) -> None:
        kwargs.setdefault("invocation", {"module_args": shown(self.params)})
        super().fail_json(msg, **kwargs)

    def _log_invocation(self) -> None:
        asked = self.params
        self.params = shown(asked)
        super()._log_invocation()
        self.params = asked


def shown(value: Any) -> Any:
    """Parameters, or a part of them, with what may be secret masked."""
    if isinstance(value, dict):
        return {name: _part(item, SECRETS.get(name, ())) for name, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value


def _part(value: Any, secrets: tuple[str, ...]) -> Any:
    if secrets and isinstance(value, list):
        return [_part(item, secrets) for item in value]
    if not secrets or not isinstance(value, dict):
        return shown(value)
    hidden = value if secrets == EVERYTHING else secrets
    return {name: MASK if name in hidden and item else item for name, item in value.items()}
