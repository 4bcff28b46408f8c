# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""bare_disks.py BASE PATH...: an overlay at each path by ``qemu-img create`` alone; prints its seconds, and removes."""

from __future__ import annotations

import os
import subprocess
import sys
import time


def main(backing: str, paths: list[str]) -> None:
    started = time.monotonic()
    for path in paths:
        subprocess.run(
            ["qemu-img", "create", "-q", "-f", "qcow2", "-b", backing, "-F", "qcow2", path], check=True
        )
    print(time.monotonic() - started)
    for path in paths:
        os.unlink(path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
