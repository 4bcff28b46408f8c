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
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._model.disk import Disk
from ansible_collections.hybrid.host.plugins.module_utils._system import disk_source
from ansible_collections.hybrid.host.plugins.module_utils._system.disk import DiskDriver

FOLDER = Path(sys.argv[1])
MADE, CACHE, SOURCES = FOLDER / "made", FOLDER / "cache", FOLDER / "sources"
IMAGE = MADE / "image"
MOST_STEPS = 120
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
    for step in range(1, MOST_STEPS):
        for folder in (MADE, CACHE):
            shutil.rmtree(folder, ignore_errors=True)
        MADE.mkdir()
        status = run(asked, step)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            print(f"{way}: {step - 1} steps")
            if step == 1 or status:
                yield f"the run before step {step} was not killed, and ended with {status}"
            return
        if IMAGE.exists() and not holds(like):
            yield f"killed before step {step}: neither absent nor whole"
        if run(asked, 0):
            yield f"killed before step {step}: the next run failed"
        if not holds(like):
            yield f"killed before step {step}: the next run did not make it"
        left = [path for folder in (MADE, CACHE) if folder.exists() for path in folder.iterdir()]
        # A lock behind an image that was whole by then harms nobody.
        kept = (IMAGE.name, ".image.hybrid-lock")
        left = [path.name for path in left if path.name not in kept and not path.name.startswith("sha256-")]
        if left:
            yield f"killed before step {step}: the next run left {left}"
    yield "it never ends"


def holds(like: str) -> bool:
    words = ["qemu-img", "compare", "-q", str(IMAGE), str(SOURCES / like)]
    return subprocess.run(words, check=False).returncode == 0


def run(asked: dict[str, Any], step: int) -> int:
    """The status of a run in a process of its own, which is killed before that step, if it is not 0."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    ended = 1
    try:
        disk_source.CACHE = str(CACHE)
        disk = Disk.from_params({"path": str(IMAGE), "state": "present", **asked})
        if step:
            kill_before(step)
        outcome = converge([Target(DiskDriver(), disk)], Run())
        ended = 1 if outcome.errors else 0
        print(*outcome.errors, sep="\n", end="")
    except HostError as error:
        print(error)
    finally:
        os._exit(ended)


def kill_before(step: int) -> None:
    steps = iter(range(1, step + 1))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        named = [str(word) for word in arguments[:2] if isinstance(word, str)]
        ours = event != "open" or any(word.startswith(str(FOLDER)) for word in named)
        if event in STEPS and ours and next(steps, step) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


if __name__ == "__main__":
    sys.exit(main())
