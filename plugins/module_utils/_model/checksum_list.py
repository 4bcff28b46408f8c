# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of checksums, as ``sha256sum`` writes them, and in the form of BSD's."""

from __future__ import annotations

import re

from .._core.errors import Refused

_LINE = re.compile(r"(?P<digest>[0-9a-fA-F]{64,128}) [ *](?P<name>.+)")
_BSD = re.compile(r"(?P<kind>SHA\d+) \((?P<name>.+)\) = (?P<digest>[0-9a-fA-F]{64,128})")
_DIGITS = {"sha256": 64, "sha512": 128}


def listed_checksum(text: str, algorithm: str, name: str) -> str:
    """The checksum of a file, by its name without folders, as ``sha256:HEX``.

    Raises ``Refused`` where the list has none of this kind, or several that differ.
    """
    found = set()
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip()) or _BSD.fullmatch(line.strip())
        if match and match["name"].rpartition("/")[2] == name and len(match["digest"]) == _DIGITS[algorithm]:
            found.add(match["digest"].lower())
    if len(found) == 1:
        return f"{algorithm}:{found.pop()}"
    many = "more than one" if found else "no"
    raise Refused(f"the list has {many} {algorithm} of {name}")
