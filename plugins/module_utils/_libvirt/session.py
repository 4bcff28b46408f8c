# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection to libvirt: the only file that imports its library, and that sees its exceptions."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import threading
import urllib.parse
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, TypeVar

from .._core.errors import ApplyFailed, EngineUnreachable, MissingLibrary

T = TypeVar("T")

OPEN_SECONDS = 20.0
CALL_SECONDS = 120.0
_SOCKETS = ("/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock")
# What to do, by a part of libvirt's words.
_HINTS = (
    ("TPM version", "Install swtpm and swtpm-tools on the host."),
    (
        "firmware that is compatible",
        "Install the firmware on the host (Debian: ovmf), or leave its options out.",
    ),
    ("virtiofsd", "Install virtiofsd on the host."),
    ("no connection driver available for lxc", "Install libvirt's LXC driver (role kvm: kvm_lxc: true)."),
    ("spice graphics are not supported", "Install QEMU's module for SPICE on the host, or take vnc."),
)
_MISSING = (
    "VIR_ERR_NO_DOMAIN",
    "VIR_ERR_NO_NETWORK",
    "VIR_ERR_NO_STORAGE_POOL",
    "VIR_ERR_NO_STORAGE_VOL",
    "VIR_ERR_NO_DOMAIN_METADATA",
    "VIR_ERR_NO_NETWORK_METADATA",
    "VIR_ERR_NO_DOMAIN_SNAPSHOT",
    "VIR_ERR_NO_DOMAIN_CHECKPOINT",
    "VIR_ERR_NO_DOMAIN_BACKUP",
    "VIR_ERR_NO_NWFILTER",
    "VIR_ERR_NO_SECRET",
)


class LibvirtFailed(ApplyFailed):
    """libvirt answered with an error. ``code`` is its number, to be held against ``Session.constant``."""

    def __init__(self, tried: str, *, cause: str, code: int) -> None:
        hint = next((hint for part, hint in _HINTS if part in cause), "")
        super().__init__(tried, cause=cause, hint=hint)
        self.code = code


class Session:
    """One connection to one libvirt, opened when it is first needed; may be used from several threads at once.

    A daemon that does not answer is given up on: every call has a deadline.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._lock = threading.Lock()
        self._library: Any = None
        self._connection: Any = None

    def do(self, tried: str, call: Callable[[Any], T], seconds: float = CALL_SECONDS) -> T:
        """The result of ``call(virConnect)``. ``tried`` says in words what it does: ``define the vm``.

        Raises ``MissingLibrary``, ``EngineUnreachable``, or ``LibvirtFailed`` with libvirt's own words.
        """
        connection = self._connected()
        return self._bounded(tried, lambda: call(connection), seconds)

    def find(self, call: Callable[[Any], T], tried: str = "look it up in libvirt") -> T | None:
        """As ``do``; None where libvirt says that there is no such object."""
        try:
            return self.do(tried, call)
        except LibvirtFailed as error:
            if self.is_missing(error):
                return None
            raise

    def is_missing(self, error: LibvirtFailed) -> bool:
        """Whether libvirt said that there is no such object."""
        return any(error.code == self.constant(name) for name in _MISSING)

    def constant(self, name: str) -> int:
        """One of libvirt's constants: ``VIR_DOMAIN_RUNNING``; -1 where this library is too old to know it."""
        return int(getattr(self.library(), name, -1))

    def library(self) -> Any:
        """The library's module. Raises ``MissingLibrary``."""
        if self._library is None:
            try:
                library = importlib.import_module("libvirt")
            except ImportError as error:
                raise MissingLibrary(
                    "use libvirt",
                    cause=str(error),
                    hint=f"Install the package python3-libvirt on the host, for {sys.executable}.",
                ) from None
            library.registerErrorHandler(lambda context, error: None, None)
            self._library = library
        return self._library

    @property
    def local(self) -> bool:
        """Whether it is this host's own libvirt, and not a remote one or one that is made up for tests."""
        parts = urllib.parse.urlsplit(self.uri)
        return not parts.netloc and "+" not in parts.scheme and parts.scheme != "test"

    def elsewhere(self) -> str | None:
        """Why its networks are not this host's; None where they are."""
        return None if self.local else f"libvirt at {self.uri} has its networks on another host"

    @property
    def lxc(self) -> bool:
        """Whether it is libvirt's LXC driver, which knows neither saved memory nor snapshots, nor an agent or ACPI."""
        return urllib.parse.urlsplit(self.uri).scheme.partition("+")[0] == "lxc"

    def present(self) -> bool:
        """Whether library and, for the system's own daemons, socket are there; nothing is connected."""
        if importlib.util.find_spec("libvirt") is None:
            return False
        if not self.local or not self.uri.endswith("/system"):
            return True
        return any(os.path.exists(path) for path in _SOCKETS)

    def _connected(self) -> Any:
        library = self.library()
        with self._lock:
            if self._connection is None:
                try:
                    self._connection = self._bounded("connect", lambda: library.open(self.uri), OPEN_SECONDS)
                except LibvirtFailed as error:
                    raise self._unreachable(error.cause, error.hint) from None
            return self._connection

    def _unreachable(self, cause: str, hint: str = "") -> EngineUnreachable:
        return EngineUnreachable(
            f"connect to libvirt at {self.uri}",
            cause=cause,
            hint=hint
            or "See that libvirtd (or virtqemud and virtnetworkd) runs and that this user may connect to it.",
        )

    def _bounded(self, tried: str, call: Callable[[], T], seconds: float) -> T:
        """Runs the call in a thread of its own, which is left behind where libvirt never answers."""
        answer: _Answer[T] = _Answer()

        def work() -> None:
            with answer:
                answer.values.append(call())

        thread = threading.Thread(target=work, name="libvirt", daemon=True)
        thread.start()
        thread.join(seconds)
        if answer.values:
            return answer.values[0]
        if answer.error is not None:
            raise self._translated(tried, answer.error) from None
        raise self._unreachable(f"no answer within {seconds:.0f} s ({tried})")

    def _translated(self, tried: str, error: BaseException) -> BaseException:
        library = self.library()
        if not isinstance(error, library.libvirtError):
            return error
        failure: Any = error
        cause = str(failure.get_error_message() or failure).strip()
        if failure.get_error_domain() == library.VIR_FROM_RPC:
            self._connection = None
            return self._unreachable(cause)
        # libvirt sometimes fails without a reason, as where an agent is gone before it has answered.
        return LibvirtFailed(tried, cause=cause, code=int(failure.get_error_code() or 0))


class _Answer(Generic[T]):
    """What a call came to, carried from its thread to the one that waits: a value, or the exception it left by."""

    def __init__(self) -> None:
        self.values: list[T] = []
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return True
