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
    if os.path.exists(file):
        with open(file, "rb") as earlier:
            return marshal.load(earlier)
    code = compiled(path, source)
    # What other users run is compiled each time, unless root has run it before.
    if os.geteuid() == 0:
        os.makedirs(FOLDER, exist_ok=True)
        with open(f"{file}.{os.getpid()}", "wb") as new:
            marshal.dump(code, new)
        os.replace(new.name, file)
    return code


vars(zipimport)["_compile_source"] = kept
