# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""made.py FOLDER: kills runs that make an image, and sees that there is a whole one afterwards or none.

The folder of PYTHONPATH holds the collection's code; FOLDER is made for the images. Every run is a process of its own.
It is ended by SIGKILL before each of its steps, which are those that Python tells its auditors of. Then the image must
be absent or whole, and the next run must make it and leave nothing else in the folder.
"""

from __future__ import annotations

import functools
import hashlib
import http.server
import lzma
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._model.disk import Disk
from ansible_collections.hybrid.host.plugins.module_utils._system import disk_source
from ansible_collections.hybrid.host.plugins.module_utils._system.disk import DiskDriver
from killing import Death, Ended, deaths, run

FOLDER = Path(sys.argv[1])
MADE, CACHE, SOURCES = FOLDER / "made", FOLDER / "cache", FOLDER / "sources"
IMAGE = MADE / "image"
MIB = 1 << 20
STEPS = (
    "open",
    "os.chmod",
    "os.chown",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.setxattr",
    "os.truncate",
    "fcntl.flock",
    "fcntl.ioctl",
    "socket.connect",
    "subprocess.Popen",
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """Those that ask are killed while they listen."""

    def handle_error(self, *_arguments: object) -> None:
        pass


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    SOURCES.mkdir(parents=True)
    content = random.Random(4).randbytes(3 * MIB) + bytes(5 * MIB)
    (SOURCES / "plain.raw").write_bytes(content)
    packed = lzma.compress(content, preset=0)
    (SOURCES / "plain.raw.xz").write_bytes(packed)
    (SOURCES / "zeros.raw").write_bytes(bytes(8 * MIB))
    serve = functools.partial(Quiet, directory=str(SOURCES))
    with Server(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        failed = [
            f"{way}: {what}"
            for way, (asked, like) in ways(site, packed).items()
            for what in killed(way, asked, like)
        ]
        server.shutdown()
    print("\n".join(failed))
    return 1 if failed else 0


def ways(site: str, packed: bytes) -> dict[str, tuple[dict[str, Any], str]]:
    """What is asked for, and what the image then holds."""
    checksum = f"sha256:{hashlib.sha256(packed).hexdigest()}"
    plain = str(SOURCES / "plain.raw")
    return {
        "empty": ({"size": "8M", "lazy_refcounts": True}, "zeros.raw"),
        "an overlay": ({"backing_file": plain, "mode": "0640"}, "plain.raw"),
        "copied": ({"source": plain}, "plain.raw"),
        "converted and grown": ({"source": plain, "format": "qcow2", "size": "12M"}, "plain.raw"),
        "downloaded": ({"source": f"{site}/plain.raw"}, "plain.raw"),
        "cached and unpacked": ({"source": f"{site}/plain.raw.xz", "checksum": checksum}, "plain.raw"),
    }


def killed(way: str, asked: dict[str, Any], like: str) -> Iterator[str]:
    """What went wrong where a run was killed before one of its steps."""

    def run_to(step: int) -> Ended:
        for folder in (MADE, CACHE):
            shutil.rmtree(folder, ignore_errors=True)
        MADE.mkdir()
        return run(lambda: make(asked, step), FOLDER / "said")

    for before in deaths(way, run_to):
        if IMAGE.exists() and not holds(like):
            yield f"killed before {before}: neither absent nor whole"
        again = run(lambda: make(asked, 0), FOLDER / "said")
        if again.returncode:
            yield f"killed before {before}: the next run failed: {again.stdout}{again.stderr}"
        if not holds(like):
            yield f"killed before {before}: the next run did not make it"
        left = [path.name for folder in (MADE, CACHE) if folder.exists() for path in folder.iterdir()]
        left = [name for name in left if name != IMAGE.name and not name.startswith("sha256-")]
        if left:
            yield f"killed before {before}: the next run left {left}"


def holds(like: str) -> bool:
    words = ["qemu-img", "compare", "-q", str(IMAGE), str(SOURCES / like)]
    return subprocess.run(words, check=False).returncode == 0


def make(asked: dict[str, Any], step: int) -> int:
    """One run, which is killed before that step, if it is not 0."""
    disk_source.CACHE = str(CACHE)
    disk = Disk.from_params({"path": str(IMAGE), "state": "present", **asked})
    death = Death(step)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        named = [str(word) for word in arguments[:2] if isinstance(word, str)]
        if event in STEPS and (event != "open" or any(word.startswith(str(FOLDER)) for word in named)):
            death.step(" ".join([event, *named]))

    sys.addaudithook(hook)
    outcome = converge([Target(DiskDriver(), disk)], Run())
    print(*outcome.errors, sep="\n")
    return 1 if outcome.errors else 0


if __name__ == "__main__":
    sys.exit(main())
