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

    def topmost(self) -> Key:
        """For the image that is named without those below it."""
        return dataclasses.replace(self, depths=(0,))


@dataclasses.dataclass(frozen=True)
class Image:
    """An image that is there: its path, its format, and what opens it and those below it where they are encrypted."""

    path: str
    format: str
    key: Key | None = None


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


def rewrite(image: Image, target: str, *, over: str | None) -> None:
    """Fills a new, empty qcow2 image with what the other holds by itself; both rest on the image named, or on none."""
    packed = ["-c"] if check(image).get("compressed-clusters") else []
    below = ["-B", over] if over else ["--target-is-zero"]
    named = [_joined(_described(part)) for part in (image, dataclasses.replace(image, path=target))]
    words = ["convert", "-p", "-n", *packed, *below, *_secrets(image), "--image-opts", "--target-image-opts"]
    _run_long([*words, *named], f"compact {image.path}")


def convert(source: Image, target: tuple[str, str], options: Mapping[str, object]) -> None:
    """A copy of an image and all below it; the target is given by its path and format."""
    words = ["convert", "-p", "-O", target[1], *_options(options), *_opened(source), target[0]]
    _run_long(words, f"convert {source.path} to {target[1]}")


def resize(image: Image, size: int, preallocation: str | None = None) -> None:
    """Grows an image that nobody uses, what is new being laid out as it is said."""
    laid_out = [f"--preallocation={preallocation}"] if preallocation is not None else []
    _run(["resize", "-q", *laid_out, *_opened(image), str(size)], f"grow {image.path}")


def amend(image: Image, options: Mapping[str, object]) -> None:
    """Changes what an image says of itself, in place."""
    _run(["amend", "-q", *_options(options), *_opened(image)], f"amend {image.path}")


def shrink(image: Image, size: int) -> None:
    """Cuts off what is beyond the size."""
    _run(["resize", "-q", "--shrink", *_opened(image), str(size)], f"shrink {image.path}")


def rebase(image: Image, backing: Image | None) -> None:
    """Puts an overlay on another image, or on none. Its content stays what it is."""
    tried = f"rebase {image.path}"
    if backing is None:
        _run_long(["rebase", "-p", "-b", "", *_opened(image)], tried)
        return
    # An image that a key opens cannot be given but by such words, which QEMU then writes down as its name.
    name = backing.path if backing.key is None else f"json:{json.dumps(dict(_described(backing)))}"
    _run_long(["rebase", "-p", "-b", name, "-F", backing.format, *_opened(image)], tried)
    if name != backing.path:
        rename_backing(image, (backing.path, backing.format))


def rename_backing(image: Image, backing: tuple[str, str]) -> None:
    """Writes another name of what an overlay rests on, by its path and format, and looks at neither."""
    alone = image if image.key is None else dataclasses.replace(image, key=image.key.topmost())
    over = ["-b", backing[0], "-F", backing[1]]
    _run(["rebase", "-q", "-u", *over, *_opened(alone)], f"rebase {image.path}")


def commit(image: Image) -> None:
    """Brings what an overlay holds into the image below, which grows where it is smaller. The overlay keeps it too."""
    _run_long(["commit", "-p", "-d", *_opened(image)], f"commit {image.path}")


def repair(image: Image, what: str) -> None:
    """Repairs ``leaks`` or ``all``. QEMU ends with an error where anything is left."""
    _run(["check", "-q", "-r", what, *_opened(image)], f"repair {image.path}")


def info(path: str, image_format: str) -> dict[str, Any]:
    """What an image says of itself, also while somebody uses it; nothing of the files below it."""
    told: dict[str, Any] = json.loads(_ask("info", Image(path, image_format)))
    return told


def extents(image: Image) -> list[dict[str, Any]]:
    """The parts of what a guest sees, each with the ``depth`` of the file that holds it, 0 being this one."""
    parts: list[dict[str, Any]] = json.loads(_ask("map", image))
    return parts


def try_key(image: Image) -> None:
    """Opens an image, which may be in use, and all below it, and looks at its beginning."""
    first = ["--force-share", "--output=json", "--max-length=1"]
    run(["qemu-img", "map", *first, *_opened(image)], tried=f"open {image.path}")


def check(image: Image) -> dict[str, Any]:
    """What is wrong with an image. Raises ``ApplyFailed`` where it could not be looked at."""
    words = ["qemu-img", "check", "--force-share", "--output=json", *_opened(image)]
    found: dict[str, Any] = json.loads(run(words, tried=f"check {image.path}", accepted=_CHECKED))
    return found


def _ask(question: str, image: Image) -> str:
    words = ["qemu-img", question, "--force-share", "--output=json", *_opened(image)]
    return run(words, tried=f"look at {image.path}")


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


def _opened(image: Image) -> list[Word]:
    """An image that is there, in the words of ``qemu-img``."""
    if image.key is None:
        return ["-f", image.format, image.path]
    return [*_secrets(image), "--image-opts", _joined(_described(image))]


def _described(image: Image) -> list[tuple[str, str]]:
    told = (("encrypt.format", "luks"), (_KEY_OPTION, "read"))
    depths = image.key.depths if image.key is not None else ()
    keys = [(f"{'backing.' * depth}{option}", value) for depth in depths for option, value in told]
    return [("driver", image.format), *keys, ("file.driver", "file"), ("file.filename", image.path)]


def _joined(options: Sequence[tuple[str, str]]) -> str:
    return ",".join(f"{name}={value.replace(',', ',,')}" for name, value in options)


def _secrets(image: Image) -> list[Word]:
    return _secret("read", image.key.passphrase) if image.key is not None else []


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
