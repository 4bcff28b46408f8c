# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""wire_guest.py INITRD TARGET: an initrd with the host's iperf3 and sockperf, and their libraries, besides."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = ("/usr/bin/iperf3", "/usr/bin/sockperf")


def main(initrd: str, target: str) -> None:
    with tempfile.TemporaryDirectory() as scratch, open(target, "wb") as output:
        root = Path(scratch)
        for tool in TOOLS:
            listed = subprocess.run(["ldd", tool], check=True, capture_output=True, text=True).stdout
            for path in [tool, *re.findall(r"(/\S+) \(0x", listed)]:
                (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, root / path[1:])
        output.write(Path(initrd).read_bytes())
        output.flush()
        names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
        # The kernel unpacks one archive after another.
        archive = ["busybox", "cpio", "-o", "-H", "newc"]
        subprocess.run(archive, input=names.encode(), stdout=output, check=True, cwd=root)


if __name__ == "__main__":
    main(*sys.argv[1:])
