# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""patterns.py FOLDER SEED...: random patterns in images, random operations on them, and the patterns read back.

The folder of PYTHONPATH holds the collection's code; FOLDER is made for the images. A plain file goes with the topmost
image and gets the same writes. After each operation both must hold the same, QEMU must find no error, and asking for
the same again must change nothing.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._model.disk import Disk
from ansible_collections.hybrid.host.plugins.module_utils._system.disk import DiskDriver

ROUNDS = 40
MIB = 1 << 20
_LAYOUTS = (
    {"cluster_size": "4K"},
    {"cluster_size": "64K"},
    {"cluster_size": "64K", "extended_l2": True},
    {"compat": "0.10"},
    {"lazy_refcounts": True},
)


class Wrong(Exception):
    """An image that does not hold what was written to it."""


class Chain:
    """Images that rest on one another, the topmost last, and what that must hold."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self._folder = folder
        self._dice = dice
        self._made = 0
        self.images: list[Path] = []
        self.held = bytearray(8 * MIB)
        self.ask(self._new(), size=len(self.held), **dice.choice(_LAYOUTS))

    def ask(self, path: Path, **options: Any) -> list[str]:
        """The actions taken; asking again must take none."""
        taken = [_converged(path, options) for _time in range(2)]
        if taken[1]:
            raise Wrong(f"{options} of {path.name} is never done: {taken[1]}")
        return taken[0]

    def overlay(self) -> None:
        below = self.images[-1]
        self.ask(self._new(), backing_file=str(below), **self._dice.choice(_LAYOUTS))

    def grow(self) -> None:
        self.held.extend(bytes(self._dice.randrange(1, 4) * MIB))
        self.ask(self.images[-1], size=len(self.held))

    def shrink(self) -> None:
        """As far as what is at its end may go: it is trimmed as a guest would, where nothing below shows through."""
        if len(self.images) == 1 and len(self.held) > 4 * MIB:
            del self.held[-2 * MIB :]
            _write(self.images[-1], [f"discard {len(self.held)} {2 * MIB}"])
            self.ask(self.images[-1], size=len(self.held), allow_shrink=True)

    def rebase(self) -> None:
        """Onto one of those further below, which the topmost then rests on."""
        if len(self.images) > 2:
            below = self._dice.randrange(len(self.images) - 2)
            self.ask(self.images[-1], backing_file=str(self.images[below]))
            self._forget(self.images[below + 1 : -1])

    def flatten(self) -> None:
        self.ask(self.images[-1], backing_file="")
        self._forget(self.images[:-1])

    def commit(self) -> None:
        """The topmost goes then: what it held is in the one below, whose size is that of the larger one."""
        if len(self.images) > 1:
            self.ask(self.images[-1], commit=True)
            self._same(self.images[-1])
            self._forget(self.images[-1:])
            self.held.extend(bytes(_size(self.images[-1]) - len(self.held)))

    def compact(self) -> None:
        self.ask(self.images[-1], compact=True, compact_threshold="32K")

    def write(self) -> None:
        """A guest that writes, zeroes and trims, with or without giving the room back to the file system."""
        commands = []
        for _time in range(self._dice.randrange(1, 6)):
            start = self._dice.randrange(len(self.held) // 512) * 512
            length = min(self._dice.randrange(1, 2048) * 512, len(self.held) - start)
            pattern = self._dice.choice((0, self._dice.randrange(1, 256)))
            how = f"-P {pattern}" if pattern else self._dice.choice(("-z", "-z -u"))
            commands.append(f"write {how} {start} {length}")
            self.held[start : start + length] = bytes([pattern]) * length
        _write(self.images[-1], commands, discard=self._dice.choice(("unmap", "ignore")))

    def check(self) -> None:
        self._same(self.images[-1])
        for image in self.images:
            found = json.loads(_output("qemu-img", "check", "--output=json", "-f", "qcow2", str(image)))
            if found.get("corruptions") or found.get("check-errors") or found.get("leaks"):
                raise Wrong(f"QEMU finds {found}")
        known = {image.name for image in self.images}
        strangers = [path.name for path in self._folder.iterdir() if path.name not in known]
        if strangers:
            raise Wrong(f"left {strangers}")

    def _same(self, image: Path) -> None:
        raw = self._folder.with_suffix(".raw")
        _output("qemu-img", "convert", "-f", "qcow2", "-O", "raw", str(image), str(raw))
        if raw.read_bytes() != self.held:
            raise Wrong(f"{image.name} holds something else")

    def _new(self) -> Path:
        self._made += 1
        self.images.append(self._folder / f"{self._made}.qcow2")
        return self.images[-1]

    def _forget(self, images: list[Path]) -> None:
        for image in reversed(images):
            self.images.remove(image)
            self.ask(image, state="absent")


def main() -> int:
    folder = Path(sys.argv[1])
    for seed in sys.argv[2:]:
        dice = random.Random(seed)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        chain = Chain(folder, dice)
        ways: list[Callable[[], None]] = [
            *(chain.grow, chain.shrink, chain.rebase, chain.flatten, chain.commit, chain.compact),
            *(chain.overlay, chain.overlay),
        ]
        told: list[str] = []
        try:
            for _round in range(ROUNDS):
                for step in (chain.write, dice.choice(ways)):
                    told.append(step.__name__)
                    step()
                    chain.check()
        except Wrong as wrong:
            print(f"seed {seed}, {' '.join(told)}: {wrong}")
            return 1
        print(f"seed {seed}: {len(told)} steps")
    return 0


def _converged(path: Path, options: dict[str, Any]) -> list[str]:
    spec = Disk.from_params({"path": str(path), **options})
    outcome = converge([Target(DiskDriver(None, [spec]), spec)], Run(workers=1))
    for error in outcome.errors:
        raise error
    return [change["action"] for change in outcome.result()["actions"]]


def _write(image: Path, commands: list[str], discard: str = "unmap") -> None:
    words = [word for command in commands for word in ("-c", command)]
    _output("qemu-io", "-d", discard, "-f", "qcow2", *words, str(image))


def _size(image: Path) -> int:
    told = _output("qemu-img", "info", "--output=json", "-f", "qcow2", str(image))
    return int(json.loads(told)["virtual-size"])


def _output(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
