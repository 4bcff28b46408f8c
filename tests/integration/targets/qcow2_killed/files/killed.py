# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""killed.py FOLDER: kills runs that change an image, fills its disk, and sees that nothing but time was lost.

The folder of PYTHONPATH holds the collection's code; FOLDER is made for the images. Every run is a process of its own.
It is ended by SIGKILL behind each of its steps, and in the middle of each command that writes to an image; and it runs
out of space. Each time the image must hold what it held, QEMU must find no corruption in it, and the next run must
bring it to its end and leave nothing else in the folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._model.disk import Disk
from ansible_collections.hybrid.host.plugins.module_utils._system import qemu_img
from ansible_collections.hybrid.host.plugins.module_utils._system.disk import DiskDriver
from ansible_collections.hybrid.host.plugins.module_utils._system.image_chain import images_below
from killing import Death, Ended, deaths, run

FOLDER = Path(sys.argv[1])
MIB = 1 << 20
_TOP, _BELOW, _OTHER = (FOLDER / name for name in ("top.qcow2", "below.qcow2", "other.qcow2"))
# How long a command of a run that is to be killed may work, in seconds.
_MOMENTS = (0.004, 0.012, 0.03)
_LOOKS = ("info", "map", "measure")


class Made(NamedTuple):
    """An image to begin with: what it rests on, and what is written to it by ``qemu-io``.

    What is freed so is not given back to the file system.
    """

    path: Path
    mebibytes: int
    writes: Sequence[str]
    below: Path | None = None
    cluster_size: int = 65536


_OVERLAY = [
    Made(_BELOW, 24, ["write -P 1 0 8M", "write -P 2 12M 4M"]),
    Made(_TOP, 32, ["write -P 3 4M 6M", "write -z 12M 1M", "write -P 4 28M 2M", "write -z -u 6M 3M"], _BELOW),
]
_ALONE = [Made(_TOP, 32, ["write -P 5 0 24M", "write -z -u 2M 14M"], cluster_size=16384)]
_GIVING = [Made(_BELOW, 24, []), Made(_TOP, 32, ["write -P 7 4M 12M", "write -P 8 28M 2M"], _BELOW)]
_BESIDE = [*_OVERLAY, Made(_OTHER, 16, ["write -P 6 2M 8M"])]
# From what, and what is asked for. Each step on the way is one at which a run is killed.
WAYS: dict[str, tuple[list[Made], dict[str, Any]]] = {
    "grow": (_ALONE, {"size": "80M"}),
    "shrink": (_ALONE, {"size": "24M", "allow_shrink": True}),
    "flatten": (_OVERLAY, {"backing_file": ""}),
    "rebase": (_BESIDE, {"backing_file": str(_OTHER)}),
    "commit": (_GIVING, {"commit": True}),
    "compact": (_ALONE, {"compact": True}),
    "compact an overlay": (_OVERLAY, {"compact": True, "compact_threshold": "1"}),
    "repair leaks": (_ALONE, {"repair": "leaks"}),
    "repair": (_ALONE, {"repair": "all"}),
    "encrypted: rebase": (_BESIDE, {"backing_file": str(_OTHER)}),
}
# What needs room on the way: more than this many bytes.
ROOMY = ("flatten", "rebase", "commit", "compact", "shrink", "repair")
_ENCRYPTED, _PASSPHRASE = "encrypted: ", "hunter22"
_OPENING = ("format=luks", "key-secret=key")
_KEY = FOLDER.with_suffix(".key")
TIGHT = MIB // 4
_FIRST = FOLDER.with_suffix(".first")


def main() -> int:
    shutil.rmtree(_FIRST, ignore_errors=True)
    _FIRST.mkdir()
    _KEY.write_text(_PASSPHRASE)
    vars(qemu_img)["encrypted_with"] = _quickly_encrypted
    failed = [f"{way}: {what}" for way in WAYS for what in (*_killed(way), *_cut(way), *_filled(way))]
    print("\n".join(failed))
    return 1 if failed else 0


def _quickly_encrypted(passphrase: str) -> dict[str, object]:
    """As the collection encrypts a new image, with keys that take no time to open it."""
    return {"encrypt.format": "luks", "encrypt.key-secret": passphrase, "encrypt.iter-time": 10}


def _killed(way: str) -> list[str]:
    """What went wrong where a run was killed behind a step."""
    held = b""

    def run_to(step: int) -> Ended:
        nonlocal held
        held = _lay_out(way)
        return _run(way, step)

    return [f"killed behind {step!r}: {what}" for step in deaths(way, run_to) for what in _lost(way, held)]


def _cut(way: str) -> list[str]:
    """What went wrong where a run was killed in the middle of a command."""
    wrong: list[str] = []
    for seconds in _MOMENTS:
        held = _lay_out(way)
        run = _run(way, seconds=str(seconds))
        if run.returncode not in (0, -signal.SIGKILL):
            return [*wrong, f"the run to be cut failed by itself: {run.stderr}"]
        wrong += [f"cut after {seconds} s: {what}" for what in _lost(way, held)]
    return wrong


def _filled(way: str) -> list[str]:
    """What went wrong where there was no room, and then there was."""
    if way.rpartition(": ")[2] not in ROOMY:
        return []
    held = _lay_out(way)
    with _small(TIGHT) as more:
        run = _run(way)
        if run.returncode == 0 or "No space left" not in run.stderr:
            return [f"had room enough: {run.stdout} {run.stderr}"]
        left = [f"without room: left {name}" for name in _strangers()]
        wrong = [*left, *(f"without room: {what}" for what in _spoilt(held))]
        more()
        return [*wrong, *(f"with room again: {what}" for what in _lost(way, held))]


def _lost(way: str, held: bytes) -> list[str]:
    """What is wrong with an image now, and after a run that is left to come to its end."""
    wrong = _spoilt(held)
    completing, again = _run(way), _run(way)
    if completing.returncode or again.returncode:
        wrong.append(f"not repaired: {completing.stderr} {again.stderr}")
    elif json.loads(again.stdout):
        wrong.append(f"never done: {again.stdout}")
    wrong += [f"then {what}" for what in _spoilt(held)]
    return [*wrong, *(f"left {name}" for name in _strangers())]


def _spoilt(held: bytes) -> list[str]:
    if not _TOP.exists():
        return ["the image is gone"]
    found = _checked()
    wrong = [] if _allowed(found) else [f"QEMU finds {found}"]
    now = _content()
    size = min(len(now), len(held))
    same = now[:size] == held[:size] and not any(now[size:]) and not any(held[size:])
    return wrong if same else [*wrong, "the image holds something else"]


def _checked() -> dict[str, Any]:
    argv = ["qemu-img", "check", "--output=json", *_named(_TOP)]
    checked: dict[str, Any] = json.loads(subprocess.run(argv, check=False, capture_output=True).stdout)
    return checked


def _allowed(found: dict[str, Any]) -> bool:
    """The errors that were put into an image to be repaired are no fault of the run."""
    return _damaged() or not (found.get("corruptions") or found.get("check-errors"))


def _damaged() -> bool:
    return (FOLDER / ".damaged").exists()


def _content() -> bytes:
    raw = FOLDER.with_suffix(".raw")
    subprocess.run(["qemu-img", "convert", "-O", "raw", *_named(_TOP), str(raw)], check=True)
    return raw.read_bytes()


def _named(path: Path) -> list[str]:
    """An image in the words of QEMU's tools, with what opens it and those below it."""
    chain = list(images_below(str(path)))
    if not (chain[0].header and chain[0].header.encrypted):
        return ["-f", "qcow2", str(path)]
    keys = [f"{'backing.' * depth}encrypt.{key}" for depth in range(len(chain)) for key in _OPENING]
    opts = ",".join(["driver=qcow2", *keys, "file.driver=file", f"file.filename={path}"])
    return ["--object", f"secret,id=key,file={_KEY}", "--image-opts", opts]


def _strangers() -> list[str]:
    known = {_TOP.name, _BELOW.name, _OTHER.name, ".damaged"}
    return [path.name for path in FOLDER.iterdir() if path.name not in known]


def _lay_out(way: str) -> bytes:
    """The images as they were at first; to make those that are encrypted takes its time. The content of the one that
    is changed.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    first = _FIRST / way
    if not first.exists():
        FOLDER.mkdir()
        keys = qemu_img.encrypted_with(_PASSPHRASE) if way.startswith(_ENCRYPTED) else {}
        for made in WAYS[way][0]:
            _make(made, {"cluster_size": made.cluster_size, **keys})
        os.chmod(_TOP, 0o640)
        FOLDER.rename(first)
    subprocess.run(["cp", "-a", str(first), str(FOLDER)], check=True)
    held = _content()
    if way.startswith("repair"):
        _damage(leak=way == "repair leaks")
    return held


def _make(made: Made, options: dict[str, object]) -> None:
    path, size = str(made.path), made.mebibytes * MIB
    if made.below is None:
        qemu_img.create(path, "qcow2", options, size)
    else:
        qemu_img.create_emptied(path, (made.below.name, "qcow2"), options, size)
    words = [word for write in made.writes for word in ("-c", write)]
    # Without a command it would ask for one.
    if words:
        subprocess.run(
            ["qemu-io", "-d", "ignore", *_named(made.path), *words], check=True, capture_output=True
        )


def _damage(*, leak: bool) -> None:
    """Takes the refcount from a cluster that is in use, or gives one to a cluster that is not.

    With clusters of 16K the refcounts, of two bytes, begin in the third.
    """
    cluster = 16384
    with _TOP.open("r+b") as image:
        count = image.seek(0, os.SEEK_END) // cluster
        image.seek(2 * cluster + 2 * (count if leak else 20))
        image.write(b"\0\1" if leak else b"\0\0")
        image.truncate((count + 1) * cluster)
    if not leak:
        (FOLDER / ".damaged").touch()


@contextlib.contextmanager
def _small(free: int) -> Iterator[Callable[[], None]]:
    """The images on a file system with so much room; yields what gives it more."""
    kept = FOLDER.with_suffix(".kept")
    shutil.rmtree(kept, ignore_errors=True)
    FOLDER.rename(kept)
    FOLDER.mkdir()
    used = sum(path.stat().st_blocks * 512 for path in kept.iterdir())
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + free}", "none", str(FOLDER)], check=True)
    try:
        subprocess.run(["cp", "-a", "--sparse=always", f"{kept}/.", str(FOLDER)], check=True)
        yield lambda: _remounted(used + 128 * MIB)
    finally:
        subprocess.run(["umount", str(FOLDER)], check=True)


def _remounted(size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(FOLDER)], check=True)


def _run(way: str, step: int = 0, seconds: str = "") -> Ended:
    return run(lambda: one(way, step, seconds), FOLDER)


def one(way: str, step: int, seconds: str) -> int:
    """One run; killed behind the given step, or with its first command that takes longer than that; 0 and "" never."""
    if step or seconds:
        _kill_at(step, seconds)
    keys = {"encryption": {"passphrase": _PASSPHRASE}} if way.startswith(_ENCRYPTED) else {}
    spec = Disk.from_params({"path": str(_TOP), **keys, **WAYS[way][1]})
    outcome = converge([Target(DiskDriver(None, [spec]), spec)], Run(workers=1))
    for error in outcome.errors:
        print(error, file=sys.stderr)
        return 1
    (FOLDER / ".damaged").unlink(missing_ok=True)
    print(json.dumps([change["action"] for change in outcome.result()["actions"]]))
    return 0


def _kill_at(step: int, seconds: str) -> None:
    """``seconds`` are those after which a command that writes is killed, and the run with it."""

    def run_cut(argv: Sequence[str], **kwargs: Any) -> Any:
        if not _writes(argv):
            return plainly(argv, **kwargs)
        done = plainly(["timeout", "--signal=KILL", seconds, *argv], **kwargs)
        if done.returncode in (137, -signal.SIGKILL):
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    plainly = vars(subprocess)["run"]
    if seconds:
        vars(subprocess)["run"] = run_cut
    death = Death(step)
    death.behind(subprocess, "run", unless=lambda argv: bool(seconds) or not _writes(argv))
    death.behind(os, "replace", "setxattr", "removexattr", "chmod", "unlink")


def _writes(argv: Sequence[str]) -> bool:
    return not (argv[1] in _LOOKS or (argv[1] == "check" and "-r" not in argv))


if __name__ == "__main__":
    sys.exit(main())
