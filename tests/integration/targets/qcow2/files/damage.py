# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""damage.py leak|loss IMAGE: gives a reference to a cluster that nothing has, or takes it from one that is in use.

The image has clusters of 64K, so that its refcounts, of two bytes, begin in the third.
"""

from __future__ import annotations

import os
import sys

CLUSTER = 65536
_IN_USE = 4


def main(what: str, path: str) -> int:
    with open(path, "r+b") as image:
        count = -(-image.seek(0, os.SEEK_END) // CLUSTER)
        leaks = what == "leak"
        image.seek(2 * CLUSTER + 2 * (count if leaks else _IN_USE))
        image.write(b"\0\1" if leaks else b"\0\0")
        image.truncate((count + leaks) * CLUSTER)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
