# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps the byte code of what Ansible sends to a host of the lab.

Python compiles a module and Ansible's own part of it anew for each task, a third of a short task's time.
"""

from __future__ import annotations

import _imp
import marshal
import os
import sys
import zipimport

FOLDER = "/run/byte-code"
compiled = vars(zipimport)["_compile_source"]


def kept(path: str, source: bytes) -> object:
    key = _imp.source_hash(len(source), source + os.path.basename(path).encode())
    file = f"{FOLDER}/{sys.implementation.cache_tag}-{key.hex()}"
    try:
        with open(file, "rb") as earlier:
            return marshal.load(earlier)
    except OSError:
        code = compiled(path, source)
    try:
        os.makedirs(FOLDER, exist_ok=True)
        with open(f"{file}.{os.getpid()}", "wb") as new:
            marshal.dump(code, new)
        os.replace(new.name, file)
    except OSError:
        # Another user's tasks are compiled each time.
        return code
    return code


vars(zipimport)["_compile_source"] = kept
