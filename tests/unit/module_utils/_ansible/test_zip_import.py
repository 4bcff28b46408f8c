# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imports out of an archive, in a process of its own, as they change how Python imports."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._ansible import folder, zip_import

PROGRAM = """
import json, sys

archive, once, kept = sys.argv[1:]
compiled = []
sys.addaudithook(lambda event, words: event == "compile" and compiled.append(str(words[1])))
sys.path.insert(0, archive)
from lent import zip_import
if once == "once":
    zip_import.compile_once("/sent/till.py", kept)
import shop.till.drawer
try:
    import shop.cellar
except ModuleNotFoundError as error:
    missing = error.name
modules = [shop, shop.till, shop.till.drawer]
print(json.dumps({
    "compiled": [sum(module.__file__.endswith(path) for path in compiled) for module in modules],
    "told": [[m.__name__, m.__file__, m.__package__, list(getattr(m, "__path__", []))] for m in modules],
    "value": shop.till.drawer.COINS,
    "missing": missing,
}))
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "payload.zip"
    write(path, coins=7)
    return path


def write(path: Path, coins: int) -> None:
    with zipfile.ZipFile(path, "w") as payload:
        payload.writestr("lent/__init__.py", "")
        for module in (zip_import, folder):
            payload.write(str(module.__file__), f"lent/{Path(str(module.__file__)).name}")
        payload.writestr("shop/__init__.py", "")
        payload.writestr("shop/till/__init__.py", "from .drawer import COINS")
        payload.writestr("shop/till/drawer.py", f"COINS = {coins}")


def imported(archive: Path, how: str) -> dict[str, Any]:
    words = [sys.executable, "-c", PROGRAM, str(archive), how, str(kept(archive).parent)]
    answer: dict[str, Any] = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
    return answer


def kept(archive: Path) -> Path:
    return archive.parent / "kept" / f"till.{sys.implementation.cache_tag}"


def test_a_module_is_compiled_once(archive: Path) -> None:
    assert imported(archive, "once")["compiled"] == [1, 1, 1]
    # Where Python itself compiles once, the module under test has had its day.
    assert imported(archive, "twice")["compiled"] == [2, 2, 2]


def test_modules_are_what_they_are_without_it(archive: Path) -> None:
    once, twice = (imported(archive, how) for how in ("once", "twice"))
    assert {**once, "compiled": None} == {**twice, "compiled": None}
    assert (once["value"], once["missing"]) == (7, "shop.cellar")


def test_the_next_run_compiles_only_what_changed(archive: Path) -> None:
    imported(archive, "once")
    assert imported(archive, "once")["compiled"] == [0, 0, 0]
    write(archive, coins=8)
    after = imported(archive, "once")
    assert (after["compiled"], after["value"]) == ([0, 0, 1], 8)


@pytest.mark.parametrize("damage", ["cut", "changed", "of another interpreter", "writable by others"])
def test_what_was_kept_is_taken_whole_or_not_at_all(archive: Path, damage: str) -> None:
    imported(archive, "once")
    path = kept(archive)
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[:-1])
    elif damage == "changed":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif damage == "of another interpreter":
        path.write_bytes(b"\0" + content[1:])
    else:
        path.chmod(0o666)
    again = imported(archive, "once")
    assert (again["compiled"], again["value"]) == ([1, 1, 1], 7)
    assert imported(archive, "once")["compiled"] == [0, 0, 0]


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(archive: Path) -> None:
    kept(archive).parent.touch()
    assert imported(archive, "once")["compiled"] == imported(archive, "once")["compiled"] == [1, 1, 1]
