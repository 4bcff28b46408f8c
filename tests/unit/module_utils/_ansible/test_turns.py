# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that take turns, as threads: the kernel's locks belong to open files, not to processes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._ansible.turns import turn
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed

SECONDS = 10


def test_a_run_about_the_same_object_waits(tmp_path: Path) -> None:
    log: list[str] = []
    entered = threading.Event()

    def other() -> None:
        entered.set()
        with turn(["vm/b", "vm/a"], str(tmp_path)):
            log.append("second")

    with turn(["vm/a", "vm/c"], str(tmp_path)):
        thread = threading.Thread(target=other, daemon=True)
        thread.start()
        assert entered.wait(SECONDS)
        thread.join(0.2)
        assert thread.is_alive()
        log.append("first")
    thread.join(SECONDS)
    assert log == ["first", "second"]


def test_a_run_about_others_does_not(tmp_path: Path) -> None:
    done = threading.Event()

    def other() -> None:
        with turn(["vm/b"], str(tmp_path)):
            done.set()

    with turn(["vm/a"], str(tmp_path)):
        threading.Thread(target=other, daemon=True).start()
        assert done.wait(SECONDS)


def test_runs_that_share_two_objects_do_not_wait_for_each_other(tmp_path: Path) -> None:
    rounds = 50

    def run(objects: list[str]) -> None:
        for _round in range(rounds):
            with turn(objects, str(tmp_path)):
                pass

    threads = [
        threading.Thread(target=run, args=(names,), daemon=True)
        for names in (["vm/a", "vm/b"], ["vm/b", "vm/a"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    taken = tmp_path / "locks"
    taken.touch()
    with pytest.raises(ApplyFailed, match=f"locks in {taken}: File exists"), turn(["vm/a"], str(taken)):
        pass
