# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``qemu-img``, with absolute paths and formats that are said, never guessed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.errors import ApplyFailed
from .command import Handed, Word, run, run_long

# qemu-img check ends with 2 where it found damage, with 3 where it found leaks.
_CHECKED = (0, 2, 3)
_UNMEASURED, _TRIES = "accurate CPU usage", 5
_KEY_OPTION = "encrypt.key-secret"
_SWITCH = {True: "on", False: "off"}


@dataclasses.dataclass(frozen=True)
class Key:
    """What opens encrypted images; ``depths`` says which of a chain they are, 0 being the one that is named."""

    passphrase: str = dataclasses.field(repr=False)
    depths: tuple[int, ...] = (0,)


def encrypted_with(passphrase: str) -> dict[str, object]:
    """The options of a new image that is encrypted."""
    return {"encrypt.format": "luks", _KEY_OPTION: passphrase}


def create(path: str, image_format: str, options: Mapping[str, object], size: int) -> None:
    """A new, empty image."""
    _run(["create", "-q", "-f", image_format, *_options(options), path, str(size)], f"create {path}")


def create_overlay(path: str, backing: tuple[str, str], options: Mapping[str, object], size: int) -> None:
    """A new qcow2 image over another, given by its path and format."""
    name, image_format = backing
    over = ["-b", name, "-F", image_format]
    _run(
        ["create", "-q", "-f", "qcow2", *over, *_options(options), path, str(size)],
        f"create {path} on {name}",
    )


def create_emptied(path: str, backing: tuple[str, str], options: Mapping[str, object], size: int) -> None:
    """As ``create_overlay``, without a look at the image below, which may be in use."""
    over = ["-u", "-b", backing[0], "-F", backing[1]]
    _run(["create", "-q", "-f", "qcow2", *over, *_options(options), path, str(size)], f"empty {path}")


def rewrite(path: str, target: str, backing: tuple[str, str] | None, options: Mapping[str, object]) -> None:
    """A qcow2 image anew, with what it holds by itself, over the same image as before."""
    over = ["-B", backing[0], "-F", backing[1]] if backing else []
    packed = ["-c"] if check(path, "qcow2").get("compressed-clusters") else []
    words = ["convert", "-p", "-f", "qcow2", "-O", "qcow2", *packed, *over, *_options(options), path, target]
    _run_long(words, f"compact {path}")


def convert(
    source: tuple[str, str], target: tuple[str, str], options: Mapping[str, object], key: Key | None = None
) -> None:
    """A copy of an image and all below it; both are given by path and format. ``key`` opens the source."""
    words = ["convert", "-p", "-O", target[1], *_options(options), *_opened(*source, key), target[0]]
    _run_long(words, f"convert {source[0]} to {target[1]}")


def resize(path: str, image_format: str, size: int, key: Key | None = None) -> None:
    """Grows an image that nobody uses."""
    _run(["resize", "-q", *_opened(path, image_format, key), str(size)], f"grow {path}")


def amend(path: str, options: Mapping[str, object], key: Key | None = None) -> None:
    """Changes what an image says of itself, in place."""
    _run(["amend", "-q", *_options(options), *_opened(path, "qcow2", key)], f"amend {path}")


def shrink(path: str, image_format: str, size: int) -> None:
    """Cuts off what is beyond the size."""
    _run(["resize", "-q", "-f", image_format, "--shrink", path, str(size)], f"shrink {path}")


def rebase(path: str, backing: tuple[str, str] | None, *, unsafe: bool = False) -> None:
    """Puts an overlay on another image, or on none. Its content stays what it is; unsafe, only the name is written."""
    over = ["-b", backing[0], "-F", backing[1]] if backing else ["-b", ""]
    _run_long(["rebase", "-p", "-f", "qcow2", *(["-u"] if unsafe else []), *over, path], f"rebase {path}")


def commit(path: str) -> None:
    """Brings what an overlay holds into the image below, which grows where it is smaller. The overlay keeps it too."""
    _run_long(["commit", "-p", "-d", "-f", "qcow2", path], f"commit {path}")


def repair(path: str, what: str) -> None:
    """Repairs ``leaks`` or ``all``. QEMU ends with an error where anything is left."""
    _run(["check", "-q", "-r", what, "-f", "qcow2", path], f"repair {path}")


def info(path: str, image_format: str) -> dict[str, Any]:
    """What an image says of itself, also while somebody uses it; nothing of the files below it."""
    told: dict[str, Any] = json.loads(_ask("info", path, image_format))
    return told


def extents(path: str, image_format: str) -> list[dict[str, Any]]:
    """The parts of what a guest sees, each with the ``depth`` of the file that holds it, 0 being this one."""
    parts: list[dict[str, Any]] = json.loads(_ask("map", path, image_format))
    return parts


def try_key(path: str, key: Key) -> None:
    """Opens an encrypted qcow2 image, which may be in use, and looks at its beginning."""
    first = ["--force-share", "--output=json", "--max-length=1"]
    run(["qemu-img", "map", *first, *_opened(path, "qcow2", key)], tried=f"open {path}")


def check(path: str, image_format: str) -> dict[str, Any]:
    """What is wrong with an image. Raises ``ApplyFailed`` where it could not be looked at."""
    words = ["qemu-img", "check", "--force-share", "--output=json", "-f", image_format, path]
    found: dict[str, Any] = json.loads(run(words, tried=f"check {path}", accepted=_CHECKED))
    return found


def _ask(question: str, path: str, image_format: str) -> str:
    words = ["qemu-img", question, "--force-share", "--output=json", "-f", image_format, path]
    return run(words, tried=f"look at {path}")


def _options(options: Mapping[str, object]) -> list[Word]:
    words: list[Word] = []
    pairs = []
    for name, value in options.items():
        if name == _KEY_OPTION:
            words += _secret("written", str(value))
            pairs.append(f"{name}=written")
        elif value is not None:
            pairs.append(f"{name}={_SWITCH[value] if isinstance(value, bool) else value}")
    return [*words, "-o", ",".join(pairs)] if pairs else []


def _opened(path: str, image_format: str, key: Key | None) -> list[Word]:
    """An image that is there, in the words of ``qemu-img``."""
    if key is None:
        return ["-f", image_format, path]
    told = ("encrypt.format=luks", f"{_KEY_OPTION}=read")
    keys = [f"{'backing.' * depth}{option}" for depth in key.depths for option in told]
    named = ["driver=" + image_format, *keys, "file.driver=file", "file.filename=" + path.replace(",", ",,")]
    return [*_secret("read", key.passphrase), "--image-opts", ",".join(named)]


def _secret(name: str, text: str) -> list[Word]:
    return ["--object", Handed(f"secret,id={name},file=", text)]


def _run(words: Sequence[Word], tried: str) -> None:
    _measured(lambda: run(["qemu-img", *words], tried=tried))


def _run_long(words: Sequence[Word], tried: str) -> None:
    _measured(lambda: run_long(["qemu-img", *words], tried=tried))


def _measured(command: Callable[[], object]) -> None:
    """QEMU measures how long a key takes, and gives up where the kernel's count was too coarse: that is tried again."""
    for left in reversed(range(_TRIES)):
        try:
            command()
        except ApplyFailed as error:
            if _UNMEASURED not in error.cause or not left:
                raise
        else:
            return
