# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of variables, one ``NAME=value`` a line."""

from __future__ import annotations

from .._core.errors import InvalidSpec


def read_env_file(path: str) -> dict[str, str]:
    """The variables of a file; comments and empty lines are passed over. Raises ``InvalidSpec``."""
    try:
        with open(path, encoding="utf-8") as stream:
            lines = stream.read().splitlines()
    except (OSError, ValueError) as error:
        raise InvalidSpec(f"env_file: {path} cannot be read", cause=str(error)) from None
    given = [
        (number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")
    ]
    pairs = [(number, line.partition("=")) for number, line in given]
    wrong = next((number for number, (name, sign, _value) in pairs if not sign or not name.strip()), None)
    if wrong is not None:
        raise InvalidSpec(f"env_file: {path}, line {wrong} is no variable", hint="Write NAME=value.")
    return {name.strip(): value for _number, (name, _sign, value) in pairs}
