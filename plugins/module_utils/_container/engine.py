# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker and Podman behind one protocol."""

from __future__ import annotations

import http.client
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .._core.errors import ApplyFailed, EngineUnreachable, MissingLibrary
from . import engine_library
from .engine_library import Library
from .engine_version import OLDEST, Api, Identity, fixed, wanted

T = TypeVar("T")

SECONDS = 60
# The version of Podman's own API: that of the oldest Podman supported, which newer ones answer too.
_LIBPOD, _LIBPOD_VERSION = "/libpod/", "4.0.0"
# What Podman says, as of an error of its own, of a container that goes while it looks at it.
_GOING = ("no such container", "container has already been removed")


class EngineFailed(ApplyFailed):
    """The engine answered with an error. ``status`` is the number of HTTP's that it gave."""

    def __init__(self, tried: str, *, cause: str, status: int) -> None:
        super().__init__(tried, cause=cause)
        self.status = status


class Engine:
    """One container engine, by ``ENGINE_OPTIONS``. Connected when first needed; for several threads at once.

    ``name`` is docker or podman: a guess by ``address``, where it listens, until it has said so itself, which it does
    before it is asked for anything else. So it does of ``api``, the version of the protocol that is spoken, and of
    ``podman``, the version of Podman; None for Docker.
    """

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params
        self.name, self.address = _chosen(params.get("engine") or "auto", params.get("docker_host"))
        self._seconds = int(params.get("timeout") or SECONDS)
        self._lock = threading.Lock()
        self._loaded: Library | None = None
        self._client: Any = None
        self._met = False
        self._fixed = fixed(params.get("api_version"))
        self.api: Api = OLDEST
        self.podman: tuple[int, ...] | None = None

    def do(self, tried: str, call: Callable[[Any], T]) -> T:
        """The result of ``call(APIClient)``. ``tried`` says in words what it does: ``create the container``.

        Raises ``MissingLibrary``, ``EngineUnreachable`` where no sensible answer comes, or ``EngineFailed`` with the
        engine's own words.
        """
        try:
            return self._called(tried, call)
        except EngineFailed as error:
            if not self._agree(error):
                raise
        return self._called(tried, call)

    def find(self, call: Callable[[Any], T], tried: str = "look it up") -> T | None:
        """As ``do``; None where the engine says that there is no such object."""
        try:
            return self.do(tried, call)
        except EngineFailed as error:
            if error.status == http.client.NOT_FOUND or error.cause.endswith(_GOING):
                return None
            raise

    def present(self) -> bool:
        """Whether library and, on this host, socket are there; nothing is connected."""
        if not engine_library.is_there():
            return False
        scheme, _colon, path = self.address.partition("://")
        return scheme != "unix" or os.path.exists(path)

    def rows(self, tried: str, call: Callable[[Any], Any]) -> list[dict[str, Any]]:
        """As ``do``, for an answer that the protocol promises to be a list of objects (or null)."""
        try:
            answer = self.do(tried, call)
        except (TypeError, KeyError):
            answer = "something else"
        if answer is None:
            return []
        if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
            raise self._unreachable(f"its answer is not of its protocol ({tried})")
        return answer

    def understood(self, tried: str, read: Callable[[], T]) -> T:
        """What ``read`` makes of answers. Raises ``EngineUnreachable`` where they are not as the protocol promises."""
        try:
            return read()
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise self._unreachable(f"its answer is not of its protocol ({tried}: {error!r})") from None

    def get(self, tried: str, path: str) -> Any:
        """As ``find``, for a request that the library has no method for. ``/libpod/...`` is of Podman's own API."""
        return self.find(
            lambda api: self._accepted(tried, api.get(_url(api, path), timeout=self._seconds)).json(), tried
        )

    def post(self, tried: str, path: str, body: Mapping[str, Any]) -> Any:
        """As ``do``, for a request that the library has no method for; the answer, where it is one of data.

        ``/libpod/...`` is of Podman's own API.
        """
        answer = self.do(
            tried,
            lambda api: self._accepted(tried, api.post(_url(api, path), json=body, timeout=self._seconds)),
        )
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else None

    def _accepted(self, tried: str, answer: Any) -> Any:
        if answer.status_code >= http.client.BAD_REQUEST:
            raise EngineFailed(tried, cause=engine_library.message(answer), status=int(answer.status_code))
        return answer

    def _called(self, tried: str, call: Callable[[Any], T]) -> T:
        library = self._library()
        try:
            return call(self._connected(library))
        except library.refusals as error:
            cause, status = engine_library.refusal(error)
            raise EngineFailed(tried, cause=cause, status=status) from None
        except library.schemes as error:
            raise MissingLibrary(
                "use the engine's library",
                cause=str(error),
                hint=f"The Python libraries docker and requests do not fit each other. {engine_library.package()}",
            ) from None
        except library.timeouts:
            raise self._unreachable(f"no answer within {self._seconds} s ({tried})") from None
        except library.failures as error:
            raise self._unreachable(engine_library.root_cause(error)) from None

    def _agree(self, error: EngineFailed) -> bool:
        """Whether the engine asked for another version of its API, which is spoken from now on."""
        version = wanted(error.cause)
        with self._lock:
            if version is None or version == self.api:
                return False
            self.api, self._client = version, None
            return True

    def _connected(self, library: Library) -> Any:
        with self._lock:
            if not self._met:
                self._meet(self._opened(library))
            if self._client is None:
                self._client = self._opened(library)
            return self._client

    def _meet(self, client: Any) -> None:
        """Learns what the engine is. ``/_ping`` has no version, and costs the least of all that could be asked."""
        answer = client.get(f"{client.base_url}/_ping", timeout=self._seconds)
        identity = Identity.of(answer.headers)
        self.name = identity.name or self.name
        api = self._fixed or identity.api
        if api == self.api:
            self._client = client
        self.api, self.podman, self._met = api, identity.podman, True

    def _opened(self, library: Library) -> Any:
        client = library.client(
            base_url=self.address,
            version=".".join(map(str, self.api)),
            timeout=self._seconds,
            tls=self._tls(library),
        )
        # No proxy of the environment lies between this host and its own socket.
        client.trust_env = not self.address.startswith("unix://")
        return client

    def _tls(self, library: Library) -> Any:
        """The library's TLS settings; False for a connection without."""
        files = {"ca_path": "ca.pem", "client_cert": "cert.pem", "client_key": "key.pem"}
        ca, cert, key = (_in_folder(self._params.get(option), name) for option, name in files.items())
        remote = not self.address.startswith(("unix://", "npipe://", "ssh://"))
        if not remote or not (self._params.get("tls") or self.address.startswith("https://") or ca or cert):
            return False
        verify = self._params.get("validate_certs") is not False
        return library.tls(client_cert=(cert, key) if cert and key else None, ca_cert=ca, verify=verify)

    def _library(self) -> Library:
        with self._lock:
            if self._loaded is None:
                self._loaded = engine_library.load()
            return self._loaded

    def _unreachable(self, cause: str) -> EngineUnreachable:
        return EngineUnreachable(
            f"reach {self.name} at {self.address}",
            cause=cause,
            hint=f"See that {self.name} runs, that it listens there, and that this user may connect to it.",
        )


def _url(api: Any, path: str) -> str:
    version = _LIBPOD_VERSION if path.startswith(_LIBPOD) else api.api_version
    return f"{api.base_url}/v{version}{path}"


def _chosen(engine: str, host: str | None) -> tuple[str, str]:
    """Name and address: as given, else of the first socket that is there, Docker's before Podman's."""
    if host:
        podman = engine == "podman" or (engine == "auto" and "podman" in host)
        return ("podman" if podman else "docker"), host
    own = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    sockets = {
        "docker": ["/var/run/docker.sock", f"{own}/docker.sock"],
        "podman": [f"{own}/podman/podman.sock", "/run/podman/podman.sock"],
    }
    if os.getuid() == 0:
        sockets["podman"].reverse()
    candidates = [(name, path) for name in sockets for path in sockets[name] if engine in ("auto", name)]
    name, path = next(((n, p) for n, p in candidates if os.path.exists(p)), candidates[0])
    return name, f"unix://{path}"


def _in_folder(path: str | None, name: str) -> str | None:
    """A file given by itself or, as ``DOCKER_CERT_PATH`` does, by its folder."""
    if not path:
        return None
    return os.path.join(path, name) if os.path.isdir(path) else path
