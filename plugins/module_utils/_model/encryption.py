# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the contents of an image are encrypted."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._core.field import Disruption, field, hidden


@dataclasses.dataclass(frozen=True)
class Encryption:
    """By LUKS inside of a qcow2 image. ``passphrase`` is None where the image is to have no encryption.

    ``secret`` is what libvirt knows the passphrase by.
    """

    format: str | None = field(Disruption.RESTART)
    passphrase: str | None = field(secret=True)
    secret: str | None = hidden()

    @classmethod
    def from_params(cls, params: Mapping[str, Any] | None, option: str) -> Encryption | None:
        """Of the option's suboptions. Raises ``InvalidSpec``."""
        if params is None:
            return None
        passphrase = params.get("passphrase")
        if params.get("format") == "none":
            if passphrase is not None:
                raise InvalidSpec(f"{option}: format none has no passphrase")
            return cls("none")
        if not passphrase:
            raise InvalidSpec(f"{option}: a passphrase is needed", hint="Or write format: none.")
        return cls("luks", passphrase)

    def __repr__(self) -> str:
        return "Encryption()"
