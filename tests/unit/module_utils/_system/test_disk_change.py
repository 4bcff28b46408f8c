# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images that are replaced by a copy: nobody writes to one meanwhile. And whose they are."""

from __future__ import annotations

import dataclasses
import fcntl
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError
from ansible_collections.hybrid.host.plugins.module_utils._core.undo import Undo
from ansible_collections.hybrid.host.plugins.module_utils._model.disk import Disk
from ansible_collections.hybrid.host.plugins.module_utils._system import disk, disk_change, qemu_img
from ansible_collections.hybrid.host.plugins.module_utils._system.disk import DiskDriver
from ansible_collections.hybrid.host.plugins.module_utils._system.image_file import read_image

LOCK = struct.Struct("@hhqqi4x")
WRITES, LETS_NOBODY_WRITE = 101, 201


def may_write(path: str) -> bool:
    """Whether a QEMU that starts now would get the image: it looks whether anybody lets nobody write."""
    with open(path, "r+b") as qemu:
        question = LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, LETS_NOBODY_WRITE, 1, 0)
        answer = fcntl.fcntl(qemu.fileno(), fcntl.F_OFD_GETLK, question)
    return bool(LOCK.unpack(answer)[0] == fcntl.F_UNLCK)


@pytest.fixture
def image(tmp_path: Path) -> str:
    path = tmp_path / "erp.qcow2"
    path.write_bytes(b"as it was")
    return str(path)


@pytest.mark.parametrize(
    ("change", "tools"),
    [
        (disk_change.flatten, ["rebase"]),
        (disk_change.compact, ["create", "rewrite"]),
    ],
)
def test_a_vm_that_is_started_meanwhile_does_not_get_the_image(
    image: str, monkeypatch: pytest.MonkeyPatch, change: Callable[[str, Disk], None], tools: list[str]
) -> None:
    seen: list[tuple[str, bool]] = []

    def stands_in(name: str) -> Callable[..., None]:
        def call(*words: Any, **_options: Any) -> None:
            seen.append((name, may_write(image)))
            if name == "create":
                Path(words[0]).touch()

        return call

    for name in tools:
        monkeypatch.setattr(qemu_img, name, stands_in(name))
    before = os.stat(image).st_ino
    change(image, Disk(image))
    assert seen == [(name, False) for name in tools]
    assert may_write(image)
    assert os.stat(image).st_ino != before


def test_an_image_that_was_opened_for_writing_is_left(image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vm that came after the look at the image, and before the lock on it."""
    resting = read_image(image)
    monkeypatch.setattr(disk_change, "read_image", lambda _path: resting)
    with open(image, "r+b") as qemu:
        mine = LOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, WRITES, 1, 0)
        fcntl.fcntl(qemu.fileno(), fcntl.F_OFD_SETLK, mine)
        with pytest.raises(HostError, match="is being written to"):
            disk_change.compact(image, Disk(image))
    assert Path(image).read_bytes() == b"as it was"


def test_a_symbolic_link_is_seen(image: str) -> None:
    link = f"{image}-link"
    os.symlink(image, link)
    found = DiskDriver().observe([image, link])
    assert (found[image].link, found[link].link) == (None, image)


def test_what_is_not_compared_is_not_given_either(image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a vm runs on it, the image is QEMU's user's; its mode alone is changed."""
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "chown", lambda _path, uid, gid: given.append((uid, gid)))
    os.chmod(image, 0o600)
    asked = Disk(image, file_owner="0", file_group="0", mode="0640")
    found = dataclasses.replace(DiskDriver().observe([image])[image], file_owner="1", in_use_by=("vm/erp",))
    (change,) = DiskDriver().plan(asked, found, Planning())
    DiskDriver().apply(change, Undo())
    assert change.fields == ("mode",)
    assert given == [(-1, -1)]
    assert os.stat(image).st_mode & 0o7777 == 0o640


def overlay(path: Path, below: str) -> str:
    """The header of an image of version 2, which has the format of the image below as an extension."""
    form = struct.pack(">II8s", 0xE2792ACA, 5, b"qcow2") + bytes(8)
    place = struct.pack(">QI", 72 + len(form), len(below))
    rest = struct.pack(">IQIIQQIIQ", 16, 1 << 20, 0, 1, 1 << 16, 1 << 17, 1, 0, 0)
    path.write_bytes(b"QFI\xfb" + struct.pack(">I", 2) + place + rest + form + below.encode())
    return str(path)


def test_what_rests_on_the_image_below_may_be_beside_that(
    tmp_path: Path, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What an overlay holds is QEMU's to say.
    monkeypatch.setattr(disk, "closer_look", lambda _image, _asked: {})
    vms = tmp_path / "vms"
    vms.mkdir()
    top, other = overlay(vms / "top.qcow2", image), overlay(tmp_path / "other.qcow2", image)
    asked = Disk.from_params({"path": top, "commit": True})
    assert DiskDriver(None, [asked]).observe([top])[top].beside == (other,)
