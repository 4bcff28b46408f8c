"""tap_nodes: makes /dev/tapN for each macvtap as it comes, as udev does where there is one, until it is ended."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

SEEN = Path("/run/hv-sys")
LINKS = SEEN / "class" / "net"


def main() -> int:
    """The host's own /sys shows the interfaces of the machine around it."""
    SEEN.mkdir(exist_ok=True)
    if not os.path.ismount(SEEN):
        subprocess.run(["mount", "-t", "sysfs", "none", str(SEEN)], check=True)
    while True:
        for number in (dev for link in LINKS.glob("macvtap*") for dev in link.glob("tap*/dev")):
            node = Path("/dev") / number.parent.name
            device = os.makedev(*map(int, number.read_text(encoding="utf-8").split(":")))
            if not node.exists():
                os.mknod(node, stat.S_IFCHR | 0o600, device)
            elif node.stat().st_rdev != device:
                node.unlink()
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
