# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine is asked to do with a container, one request each."""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .._core.errors import ApplyFailed
from .._model.attachment import Attachment
from .._model.container import Container
from .._model.container_file import ContainerFile
from .attachments import endpoint
from .container_files import packed
from .container_limits import update
from .engine import Engine, EngineFailed
from .image_registry import pull
from .inspection import inspected, listed

_POLL_SECONDS = 0.25
_REMOVAL_SECONDS = 60.0
# What did not start has its ports in Podman's own hands, until that tidies its memory: which it does as it works.
_TAKEN, _TIDY_SECONDS, _WORK = "address already in use", 30.0, 5


class ContainerSteps:
    """Requests about containers, by name or id; ``asked`` says how patient and how rough they are.

    ``warned`` is what the engine does not keep of what it was asked for, in its words.
    """

    def __init__(self, engine: Engine, asked: Container) -> None:
        self._engine = engine
        self._asked = asked
        self.warned: list[str] = []

    def inspect(self, identity: str) -> Mapping[str, Any] | None:
        return inspected(self._engine, identity)

    def create(self, body: Mapping[str, Any], name: str) -> str:
        """A new container, not started; its id. Its image is pulled where it is missing, or where that is asked."""
        image = str(body["Image"])
        if self._asked.pull == "always" and self._asked.image == image:
            pull(self._engine, image, platform=self._asked.platform)
        try:
            return self._create(body, name)
        except EngineFailed as error:
            missing = error.status == http.client.NOT_FOUND and "image" in error.cause.lower()
            if not missing or self._asked.pull == "never":
                raise
            pull(self._engine, image, platform=self._asked.platform)
            return self._create(body, name)

    def _create(self, body: Mapping[str, Any], name: str) -> str:
        platform = f"&platform={quote(self._asked.platform, safe='')}" if self._asked.platform else ""
        path = f"/containers/create?name={quote(name)}{platform}"
        answer = self._engine.post("create the container", path, body)
        self.warned += answer.get("Warnings") or ()
        return str(answer["Id"])

    def connect(self, identity: str, place: Attachment) -> None:
        body = {"Container": identity, "EndpointConfig": endpoint(place)}
        try:
            self._engine.post(
                f"connect it to the network {place.name}", _network(place.name, "connect"), body
            )
        except EngineFailed as error:
            if self._engine.podman is not None and "already connected" not in error.cause:
                # Podman believes that it is there all the same; it complains of that too, but then forgets it.
                with contextlib.suppress(EngineFailed):
                    self.disconnect(identity, place.name)
            raise

    def disconnect(self, identity: str, network: str) -> None:
        body = {"Container": identity, "Force": True}
        self._engine.post(f"disconnect it from the network {network}", _network(network, "disconnect"), body)

    def limit(self, identity: str, body: Mapping[str, Any]) -> None:
        answer = update(self._engine, identity, body)
        self.warned += answer.get("Warnings") or ()

    def put(self, identity: str, files: Sequence[ContainerFile]) -> None:
        """Files into a container that was not started yet."""
        self._engine.do(
            "put its files into the container", lambda api: api.put_archive(identity, "/", packed(files))
        )

    def start(self, identity: str) -> None:
        self._engine.do("start the container", lambda api: api.start(identity))

    def start_again(self, identity: str) -> None:
        """Starts the old container where its successor did not start, from whose hands its ports come."""
        deadline = time.monotonic() + _TIDY_SECONDS
        while True:
            try:
                return self.start(identity)
            except EngineFailed as error:
                if self._engine.podman is None or _TAKEN not in error.cause or time.monotonic() >= deadline:
                    raise
            for _turn in range(_WORK):
                listed(self._engine)
            time.sleep(_POLL_SECONDS)

    def restart(self, identity: str, found: Container) -> None:
        seconds = self._grace(found)
        self._engine.do(
            "restart the container",
            lambda api: api.restart(identity, timeout=10 if seconds is None else seconds),
        )

    def pause(self, identity: str) -> None:
        self._engine.do("pause the container", lambda api: api.pause(identity))

    def resume(self, identity: str) -> None:
        self._engine.do("resume the container", lambda api: api.unpause(identity))

    def halt(self, identity: str, found: Container | None) -> None:
        """The container's own time to stop counts, and the engine's answer may take that long."""
        if self._engine.podman is not None and found is not None and found.state == "paused":
            # Podman stops none that is frozen.
            self.resume(identity)
        if self._asked.force_kill:
            self._engine.do(
                "kill the container", lambda api: api.kill(identity, signal=self._asked.kill_signal)
            )
            self._engine.do("wait for its end", lambda api: api.wait(identity, timeout=_REMOVAL_SECONDS))
            return
        seconds = self._grace(found)
        self._engine.do("stop the container", lambda api: api.stop(identity, timeout=seconds))

    def _grace(self, found: Container | None) -> int | None:
        own = found.stop_timeout if found is not None else None
        return own if self._asked.stop_timeout is None else self._asked.stop_timeout

    def keep_down(self, identity: str, found: Container) -> None:
        """A container that is always up would rise beside its successor, were the engine started anew meanwhile."""
        if found.restart_policy == "always" and self._engine.podman is None:
            self._policy(identity, "unless-stopped")

    def keep_up(self, identity: str, found: Container) -> None:
        """Takes ``keep_down`` back."""
        if found.restart_policy == "always" and self._engine.podman is None:
            self._policy(identity, "always")

    def _policy(self, identity: str, name: str) -> None:
        body = {"RestartPolicy": {"Name": name}}
        self._engine.post("change its restart policy", f"/containers/{identity}/update", body)

    def remove(self, identity: str, *, volumes: bool = False) -> None:
        try:
            self._engine.find(
                lambda api: api.remove_container(identity, v=volumes, force=True), "remove the container"
            )
        except EngineFailed as error:
            if error.status != http.client.CONFLICT or "already in progress" not in error.cause:
                raise
        else:
            return
        self.await_removal(identity)

    def await_removal(self, identity: str) -> None:
        """Returns when the engine, which is removing it, has done so."""
        seconds = self._asked.removal_wait_timeout or _REMOVAL_SECONDS
        deadline = time.monotonic() + seconds
        while self.inspect(identity) is not None:
            if time.monotonic() >= deadline:
                raise ApplyFailed(
                    "remove the container",
                    cause=f"its engine has not removed it within {seconds:.0f} s",
                    hint="Raise removal_wait_timeout.",
                )
            time.sleep(_POLL_SECONDS)

    def rename(self, identity: str, name: str) -> None:
        self._engine.do("rename the container", lambda api: api.rename(identity, name))


def _network(name: str, action: str) -> str:
    return f"/networks/{quote(name, safe='')}/{action}"
