# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker and Podman behind one protocol: the only file that imports docker's library, and that sees its exceptions."""

from __future__ import annotations

import http.client
import importlib
import importlib.util
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from .._core.errors import ApplyFailed, EngineUnreachable, HostError, MissingLibrary

T = TypeVar("T")

# The API of Docker 20.10, which Podman speaks too. An engine that has left it behind says which one it wants.
API_VERSION = "1.41"
OLDEST_LIBRARY = 5
SECONDS = 60
_UNSUITED = re.compile(r"(?:Minimum|Maximum) supported API version is (?P<version>\d+\.\d+)", re.IGNORECASE)
_PACKAGE = "Install the package python3-docker, 5.0 or later, on the host, for {python}."


class EngineFailed(ApplyFailed):
    """The engine answered with an error. ``status`` is the number of HTTP's that it gave."""

    def __init__(self, tried: str, *, cause: str, status: int) -> None:
        super().__init__(tried, cause=cause)
        self.status = status


class _Library(NamedTuple):
    """The library's client, and the exceptions that leave it."""

    client: Any
    tls: Any
    refusals: tuple[type[Exception], ...]
    schemes: tuple[type[Exception], ...]
    timeouts: tuple[type[Exception], ...]
    failures: tuple[type[Exception], ...]


class Engine:
    """One container engine, by ``ENGINE_OPTIONS``. Connected when first needed; for several threads at once.

    ``name`` is docker or podman; ``address`` is where it listens.
    """

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params
        self.name, self.address = _chosen(params.get("engine") or "auto", params.get("docker_host"))
        self._seconds = int(params.get("timeout") or SECONDS)
        self._lock = threading.Lock()
        self._loaded: _Library | None = None
        self._client: Any = None
        self._version = API_VERSION

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
            if error.status == http.client.NOT_FOUND:
                return None
            raise

    def present(self) -> bool:
        """Whether library and, on this host, socket are there; nothing is connected."""
        if importlib.util.find_spec("docker") is None:
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

    def post(self, tried: str, path: str, body: Mapping[str, Any]) -> None:
        """As ``do``, for a request that the library has no method for."""

        def request(api: Any) -> None:
            answer = api.post(f"{api.base_url}/v{api.api_version}{path}", json=body, timeout=self._seconds)
            if answer.status_code >= http.client.BAD_REQUEST:
                raise EngineFailed(tried, cause=_message(answer), status=int(answer.status_code))

        self.do(tried, request)

    def _called(self, tried: str, call: Callable[[Any], T]) -> T:
        library = self._library()
        try:
            return call(self._connected(library))
        except library.refusals as error:
            raise _failed(tried, error) from None
        except library.schemes as error:
            raise MissingLibrary(
                "use the engine's library",
                cause=str(error),
                hint=f"The Python libraries docker and requests do not fit each other. {_package()}",
            ) from None
        except library.timeouts:
            raise self._unreachable(f"no answer within {self._seconds} s ({tried})") from None
        except library.failures as error:
            raise self._unreachable(_root_cause(error)) from None

    def _agree(self, error: EngineFailed) -> bool:
        """Whether the engine asked for another version of its API, which is spoken from now on."""
        wanted = _UNSUITED.search(error.cause)
        with self._lock:
            if wanted is None or wanted["version"] == self._version:
                return False
            self._version, self._client = wanted["version"], None
            return True

    def _connected(self, library: _Library) -> Any:
        with self._lock:
            if self._client is None:
                self._client = library.client(
                    base_url=self.address,
                    version=self._version,
                    timeout=self._seconds,
                    tls=self._tls(library),
                )
                # No proxy of the environment lies between this host and its own socket.
                self._client.trust_env = not self.address.startswith("unix://")
            return self._client

    def _tls(self, library: _Library) -> Any:
        """The library's TLS settings; False for a connection without."""
        files = {"ca_path": "ca.pem", "client_cert": "cert.pem", "client_key": "key.pem"}
        ca, cert, key = (_in_folder(self._params.get(option), name) for option, name in files.items())
        remote = not self.address.startswith(("unix://", "npipe://", "ssh://"))
        if not remote or not (self._params.get("tls") or self.address.startswith("https://") or ca or cert):
            return False
        verify = self._params.get("validate_certs") is not False
        return library.tls(client_cert=(cert, key) if cert and key else None, ca_cert=ca, verify=verify)

    def _library(self) -> _Library:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load()
            return self._loaded

    def _unreachable(self, cause: str) -> EngineUnreachable:
        return EngineUnreachable(
            f"reach {self.name} at {self.address}",
            cause=cause,
            hint=f"See that {self.name} runs, that it listens there, and that this user may connect to it.",
        )


def _load() -> _Library:
    try:
        docker, requests = importlib.import_module("docker"), importlib.import_module("requests")
        urllib3 = importlib.import_module("urllib3")
        client = docker.APIClient
    except (ImportError, AttributeError) as error:
        raise MissingLibrary("use the engine's library", cause=str(error), hint=_package()) from None
    version = str(docker.__version__)
    if int(version.partition(".")[0]) < OLDEST_LIBRARY:
        raise MissingLibrary(
            "use the engine's library", cause=f"docker {version} is too old", hint=_package()
        )
    failed = requests.exceptions
    return _Library(
        client=client,
        tls=docker.tls.TLSConfig,
        refusals=(docker.errors.APIError,),
        schemes=(failed.InvalidURL, failed.InvalidSchema),
        timeouts=(failed.Timeout, urllib3.exceptions.TimeoutError, TimeoutError),
        failures=(
            docker.errors.DockerException,
            http.client.HTTPException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,
        ),
    )


def _package() -> str:
    return _PACKAGE.format(python=sys.executable)


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


def _message(answer: Any) -> str:
    """The engine's words in an answer that is an error."""
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return str(answer.text)


def _failed(tried: str, error: Any) -> HostError:
    explanation = error.explanation
    if isinstance(explanation, bytes):
        explanation = explanation.decode(errors="replace")
    return EngineFailed(tried, cause=str(explanation or error), status=int(error.status_code or 0))


def _root_cause(error: BaseException) -> str:
    """What the system said, out of the exceptions that libraries wrap around it."""
    seen: list[BaseException] = [error]
    for item in seen:
        # Older libraries do not name the cause, but raise their own while they handle it.
        for failure in (item, item.__context__):
            if isinstance(failure, OSError) and failure.strerror:
                return str(failure.strerror)
        inner = [*item.args, getattr(item, "reason", None), item.__cause__]
        seen.extend(
            i for i in inner if isinstance(i, BaseException) and not any(i is other for other in seen)
        )
    if isinstance(seen[-1], (http.client.HTTPException, ValueError)):
        return f"its answer is not of its protocol: {seen[-1]}"
    return str(seen[-1])
