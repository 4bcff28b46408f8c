# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes one change of a container. The old one stays until its successor runs."""

from __future__ import annotations

import functools
import http.client
from collections.abc import Callable, Mapping
from typing import Any

from .._core.change import Change
from .._core.undo import Undo
from .._model.container import Container
from .._model.container_parts import Attachment
from . import container_config as config
from .container_successor import unnamed_volumes, with_what_stays
from .container_wait import Waiter
from .engine import Engine, EngineFailed
from .image_origin import pull

# The names of the two while one takes the place of the other. Whoever has them is left over from a run that was cut.
SUCCESSOR, PREDECESSOR = "hybrid-host-new", "hybrid-host-old"


class ContainerChange:
    """One change of one container; steps that should not outlive a failure are registered with ``undo``."""

    def __init__(self, engine: Engine, change: Change, undo: Undo, waiter: Waiter) -> None:
        self._engine = engine
        self._change = change
        self._undo = undo
        self._waiter = waiter
        self._asked: Container = change.asked
        self._found: Any = change.found
        self._name = change.address.name

    def apply(self) -> None:
        steps: Mapping[str, Callable[[], None]] = {
            "create": self._create,
            "replace": self._replace,
            "update": self._update,
            "start": self._start,
            "resume": self._resume,
            "stop": self._stop,
            "delete": self._delete,
        }
        steps[self._change.action]()

    def _create(self) -> None:
        identity = self._make(self._name)
        self._undo.push("remove the new container", lambda: self._remove(identity))
        self._clear()

    def _replace(self) -> None:
        """First the new one, under another name; then the old one stops; it goes when the new one runs."""
        old = self._found
        self._clear()
        new = self._make(f"{self._name}.{SUCCESSOR}")
        self._undo.push("remove the new container", lambda: self._remove(new))
        if old.state in ("running", "paused", "restarting"):
            self._halt(str(old.id))
            self._undo.push("start the old container again", lambda: self._power_on(str(old.id)))
        self._rename(str(old.id), f"{self._name}.{PREDECESSOR}")
        self._undo.push("give the old container its name back", lambda: self._rename(str(old.id), self._name))
        self._undo.push("remove the new container", lambda: self._remove(new))
        self._rename(new, self._name)
        if self._asked.runs or (self._asked.state == "present" and old.state == "running"):
            self._power_on(new)
            self._waiter.check_stays(new)
            if self._asked.state == "healthy":
                self._waiter.wait("healthy", new)
        self._undo.commit()
        self._remove(str(old.id))

    def _make(self, name: str) -> str:
        """A new container, not started; its id. Its image is pulled where it is missing, or where that is asked."""
        asked, mounts = self._asked, []
        if self._found is not None:
            image = self._engine.find(lambda api: api.inspect_image(self._found.image_id))
            asked = with_what_stays(asked, self._found, (image or {}).get("Config") or {})
            old = self._engine.find(lambda api: api.inspect_container(self._found_id))
            mounts = unnamed_volumes(asked, (old or {}).get("Mounts") or ())
        body = config.write(asked)
        body["HostConfig"]["Mounts"] = mounts
        if asked.pull == "always":
            pull(self._engine, str(asked.image))
        try:
            identity = self._engine_create(body, name)
        except EngineFailed as error:
            missing = error.status == http.client.NOT_FOUND and "image" in error.cause.lower()
            if not missing or asked.pull == "never":
                raise
            pull(self._engine, str(asked.image))
            identity = self._engine_create(body, name)
        try:
            for place in (asked.networks or ())[1:]:
                self._connect(identity, place)
        except EngineFailed:
            self._remove(identity)
            raise
        return identity

    def _engine_create(self, body: Mapping[str, Any], name: str) -> str:
        answer = self._engine.do(
            "create the container", lambda api: api.create_container_from_config(body, name)
        )
        return str(answer["Id"])

    def _update(self) -> None:
        """Limits first, since the engine may refuse them; then places on networks."""
        body = self._limits(self._asked, self._found)
        if body:
            tried = "change the limits of the container"
            path = f"/containers/{self._found_id}/update"
            self._engine.post(tried, path, body)
            before = self._limits(self._found, self._asked)
            self._undo.push("restore its limits", lambda: self._engine.post(tried, path, before))
        if self._change.touches("networks"):
            self._move()

    def _limits(self, asked: Any, found: Any) -> dict[str, Any]:
        """What of ``asked`` differs and is changed in place, as the engine's ``update`` takes it."""
        names = [name for name in config.SETTINGS if self._change.touches(name)]
        if "restart_retries" in names:
            names.append("restart_policy")
        body: dict[str, Any] = {}
        for name in names:
            setting, value = config.SETTINGS[name], getattr(asked, name)
            if value is None:
                value = getattr(found, name) if name == "restart_policy" else 0
            *parents, last = setting.path[1:]
            place = body
            for key in parents:
                place = place.setdefault(key, {})
            place[last] = setting.write(value)
        if "Memory" in body and "MemorySwap" not in body and (found.memory_swap or 0) >= 0:
            # The engine's own rule for swap; else a limit above the old sum is refused.
            body["MemorySwap"] = body["Memory"] * 2
        return body

    def _move(self) -> None:
        there = {place.name: place for place in self._found.networks or ()}
        wanted = {place.name: place for place in self._asked.networks or ()}
        changed = {path.partition("[")[2].partition("]")[0] for path in self._change.fields}
        for name in [name for name in (*there, *(w for w in wanted if w not in there)) if name in changed]:
            if name in there:
                self._disconnect(name)
                self._undo.push(
                    f"put it back on {name}", functools.partial(self._connect, self._found_id, there[name])
                )
            if name in wanted:
                self._connect(self._found_id, wanted[name])
                self._undo.push(f"take it off {name}", functools.partial(self._disconnect, name))

    @property
    def _found_id(self) -> str:
        return str(self._found.id)

    def _connect(self, identity: str, place: Attachment) -> None:
        self._engine.do(
            f"connect it to the network {place.name}",
            lambda api: api.connect_container_to_network(
                identity,
                place.name,
                ipv4_address=place.ipv4_address,
                aliases=list(place.aliases or ()) or None,
            ),
        )

    def _disconnect(self, network: str) -> None:
        self._engine.do(
            f"disconnect it from the network {network}",
            lambda api: api.disconnect_container_from_network(self._found_id, network, force=True),
        )

    def _start(self) -> None:
        identity = self._found.id if self._found is not None else self._name
        self._power_on(str(identity))
        self._waiter.check_started(str(identity))

    def _power_on(self, identity: str) -> None:
        self._engine.do("start the container", lambda api: api.start(identity))

    def _resume(self) -> None:
        self._engine.do("resume the container", lambda api: api.unpause(self._name))

    def _stop(self) -> None:
        self._halt(self._name)

    def _halt(self, identity: str) -> None:
        """The container's own time to stop counts, and the engine's answer may take that long."""
        self._engine.do(
            "stop the container", lambda api: api.stop(identity, timeout=self._asked.stop_timeout)
        )

    def _delete(self) -> None:
        found = self._found
        if found is not None and found.state in ("running", "restarting"):
            self._halt(str(found.id))
        self._remove(self._name, volumes=not self._asked.keep_volumes)

    def _remove(self, identity: str, *, volumes: bool = False) -> None:
        self._engine.find(
            lambda api: api.remove_container(identity, v=volumes, force=True), "remove the container"
        )

    def _rename(self, identity: str, name: str) -> None:
        self._engine.do("rename the container", lambda api: api.rename(identity, name))

    def _clear(self) -> None:
        for place in (SUCCESSOR, PREDECESSOR):
            self._remove(f"{self._name}.{place}")
