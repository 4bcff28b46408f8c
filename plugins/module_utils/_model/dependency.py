# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one workload waits for before it is touched, across engines."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from .._core.change import Address
from .._core.driver import Reference
from .._core.errors import InvalidSpec

KINDS = ("container", "vm")
CONDITIONS = ("started", "healthy", "completed", "agent", "port")
_NOT_OF = {"container": ("agent",), "vm": ("healthy", "completed")}


@dataclasses.dataclass(frozen=True)
class Dependency:
    """``condition`` is started, healthy, completed, agent, or ``port:NUMBER``."""

    kind: str
    name: str
    condition: str = "started"

    @classmethod
    def from_params(cls, value: Any) -> Dependency:
        """Of ``redis``, ``vm/erp``, or ``{name: vm/erp, condition: port, port: 8080}``. Raises ``InvalidSpec``."""
        entry = value if isinstance(value, dict) else {"name": value if isinstance(value, str) else None}
        kind, slash, name = str(entry.get("name") or "").rpartition("/")
        condition = str(entry.get("condition") or "started")
        if (slash and kind not in KINDS) or not name:
            raise InvalidSpec(
                f"depends_on: {value!r} names no workload", hint="Write NAME, container/NAME or vm/NAME."
            )
        if condition not in CONDITIONS:
            raise InvalidSpec(
                f"depends_on: {condition!r} is not a condition", hint=f"One of {', '.join(CONDITIONS)}."
            )
        if condition == "port":
            condition = f"port:{_port(entry.get('port'))}"
        return cls(kind or "container", name, condition)

    def checked(self) -> Dependency:
        """Itself. Raises ``InvalidSpec`` for what a workload of this kind is never."""
        if self.condition in _NOT_OF[self.kind]:
            raise InvalidSpec(
                f"depends_on: {self.name} is a {self.kind}, and never {self.condition}",
                hint=f"One of {', '.join(c for c in CONDITIONS if c not in _NOT_OF[self.kind])}.",
            )
        return self

    def reference(self) -> Reference:
        return Reference(Address(self.kind, self.name), self.condition)


def _port(value: Any) -> int:
    number = int(value) if re.fullmatch(r"[0-9]{1,5}", str(value)) else 0
    if not 0 < number < 65536:
        raise InvalidSpec(f"depends_on: {value!r} is not a port", hint="Write condition: port, port: 8080.")
    return number
