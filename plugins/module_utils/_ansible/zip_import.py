# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imports out of the archive in which Ansible sends a module and all that it imports."""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import importlib.util
import marshal
import os
import stat
import sys
import zipimport
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType

from .folder import made, own_folder

_HEAD = importlib.util.MAGIC_NUMBER
_HEAD_BYTES = len(_HEAD) + hashlib.sha256().digest_size


def compile_once(file: str, folder: str | None = None) -> None:
    """Spares what the module in ``file`` imports from now on its compilation, a third of what it takes.

    Python asks the importer for the file's name before it asks for the code, and zipimport compiles the file for both.
    It also keeps no byte code of what it compiles, as is done for files: here it waits in ``folder`` for the next run.
    """
    name = os.path.splitext(os.path.basename(file))[0]
    importer = functools.partial(_Importer, _Code(os.path.join(folder or own_folder(), name)))
    sys.path_hooks[:] = [importer if hook is zipimport.zipimporter else hook for hook in sys.path_hooks]
    for path, known in list(sys.path_importer_cache.items()):
        if isinstance(known, zipimport.zipimporter):
            del sys.path_importer_cache[path]


class _Importer(zipimport.zipimporter):
    """Python's own, which knows a file's name without a look into it; for packages with an ``__init__``, as sent."""

    def __init__(self, kept: _Code, path: str) -> None:
        super().__init__(path)
        self._kept = kept

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        try:
            inside = self._inside(fullname)
        except zipimport.ZipImportError:
            return None
        path = os.path.join(self.archive, inside)
        is_package = self.is_package(fullname)
        return importlib.util.spec_from_file_location(
            fullname,
            path,
            loader=self,
            submodule_search_locations=[os.path.dirname(path)] if is_package else None,
        )

    def get_code(self, fullname: str) -> CodeType:
        inside = self._inside(fullname)
        return self._kept.of(inside, self.get_data(os.path.join(self.archive, inside)))

    def _inside(self, fullname: str) -> str:
        """The file's path in the archive, which is the same on every run."""
        path = os.path.join(self.prefix, fullname.rpartition(".")[2])
        return os.path.join(path, "__init__.py") if self.is_package(fullname) else f"{path}.py"


class _Code:
    """What was compiled, by path, each with the hash of its source, by which Python tells what is current, too."""

    def __init__(self, path: str) -> None:
        self._path = f"{path}.{sys.implementation.cache_tag}"
        self._earlier: dict[str, tuple[bytes, CodeType]] = _read(self._path)
        self._used: dict[str, tuple[bytes, CodeType]] = {}
        self._compiled = False
        atexit.register(self._keep)

    def of(self, path: str, source: bytes) -> CodeType:
        current = importlib.util.source_hash(source)
        if path not in self._earlier or self._earlier[path][0] != current:
            self._earlier[path] = (current, compile(source, path, "exec", dont_inherit=True))
            self._compiled = True
        self._used[path] = self._earlier[path]
        return self._used[path][1]

    def _keep(self) -> None:
        """Writes it, as far as it was used by this run. Where that cannot be, the next run compiles again."""
        if not self._compiled:
            return
        body = marshal.dumps(self._used)
        temporary = f"{self._path}.{os.getpid()}"
        with contextlib.suppress(OSError):
            made(os.path.dirname(self._path))
            with open(temporary, "wb") as file:
                file.write(_HEAD + hashlib.sha256(body).digest() + body)
            os.replace(temporary, self._path)


def _read(path: str) -> dict[str, tuple[bytes, CodeType]]:
    """What was kept for this interpreter, by this user, and whole."""
    try:
        with open(path, "rb") as file:
            status, content = os.fstat(file.fileno()), file.read()
    except OSError:
        return {}
    is_own = status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    digest, body = content[len(_HEAD) : _HEAD_BYTES], content[_HEAD_BYTES:]
    if not is_own or not content.startswith(_HEAD) or hashlib.sha256(body).digest() != digest:
        return {}
    kept: dict[str, tuple[bytes, CodeType]] = marshal.loads(body)
    return kept
