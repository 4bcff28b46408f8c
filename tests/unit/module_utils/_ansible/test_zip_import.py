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
from ansible_collections.hybrid.host.plugins.module_utils._ansible import zip_import

PROGRAM = """
import json, sys

archive, once = sys.argv[1:]
compiled = []
sys.addaudithook(lambda event, words: event == "compile" and compiled.append(str(words[1])))
sys.path.insert(0, archive)
import zip_import
if once == "once":
    zip_import.compile_once()
import shop.till.drawer
try:
    import shop.cellar
except ModuleNotFoundError as error:
    missing = error.name
modules = [shop, shop.till, shop.till.drawer]
print(json.dumps({
    "compiled": [compiled.count(module.__file__) for module in modules],
    "told": [[m.__name__, m.__file__, m.__package__, list(getattr(m, "__path__", []))] for m in modules],
    "value": shop.till.drawer.COINS,
    "missing": missing,
}))
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "payload.zip"
    with zipfile.ZipFile(path, "w") as payload:
        payload.write(str(zip_import.__file__), "zip_import.py")
        payload.writestr("shop/__init__.py", "")
        payload.writestr("shop/till/__init__.py", "from .drawer import COINS")
        payload.writestr("shop/till/drawer.py", "COINS = 7")
    return path


def imported(archive: Path, how: str) -> dict[str, Any]:
    words = [sys.executable, "-c", PROGRAM, str(archive), how]
    answer: dict[str, Any] = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
    return answer


def test_a_module_is_compiled_once(archive: Path) -> None:
    assert imported(archive, "once")["compiled"] == [1, 1, 1]
    # Where Python itself compiles once, the module under test has had its day.
    assert imported(archive, "twice")["compiled"] == [2, 2, 2]


def test_modules_are_what_they_are_without_it(archive: Path) -> None:
    once, twice = (imported(archive, how) for how in ("once", "twice"))
    assert {**once, "compiled": None} == {**twice, "compiled": None}
    assert (once["value"], once["missing"]) == (7, "shop.cellar")
