# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes one change of a container. The old one stays until its successor runs."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.change import Change
from .._core.undo import Undo
from .._model.attachment import Attachment
from .._model.container import Container
from .container_body import later, write
from .container_files import kept
from .container_job import Job, run
from .container_settings import SETTINGS
from .container_steps import ContainerSteps
from .container_successor import successor, united
from .container_wait import Waiter
from .engine import Engine, EngineFailed
from .podman_asked import for_podman

# The names of the two while one takes the place of the other. Whoever has them is left over from a run that was cut.
SUCCESSOR, PREDECESSOR = "hybrid-host-new", "hybrid-host-old"
_UP = ("running", "paused", "restarting")


class ContainerChange:
    """One change of one container; steps that should not outlive a failure are registered with ``undo``.

    ``job`` is how the container ended, where its end was waited for; ``warned`` is what the engine said besides.
    """

    def __init__(self, engine: Engine, change: Change, undo: Undo, waiter: Waiter) -> None:
        self._steps = ContainerSteps(engine, change.asked)
        self._engine = engine
        self._change = change
        self._undo = undo
        self._waiter = waiter
        self._asked: Container = change.asked
        self._found: Any = change.found
        self._name = change.address.name
        self.job: Job | None = None

    @property
    def warned(self) -> Sequence[str]:
        return self._steps.warned

    def apply(self) -> None:
        steps: Mapping[str, Callable[[], None]] = {
            "recover": self._recover,
            "create": self._create,
            "replace": self._replace,
            "update": self._update,
            "start": self._start,
            "restart": self._restart,
            "pause": lambda: self._steps.pause(self._name),
            "resume": lambda: self._steps.resume(self._name),
            "stop": lambda: self._steps.halt(self._name, self._found),
            "delete": self._delete,
            "clear": self._clear,
        }
        steps[self._change.action]()

    def _create(self) -> None:
        identity = self._make(self._name)
        self._undo.push("remove the new container", lambda: self._steps.remove(identity))
        self._clear()

    def _recover(self) -> None:
        """The old container has its name again or, where it is gone, the one that was to take its place."""
        self._steps.rename(self._found_id, self._name)
        self._clear()

    def _replace(self) -> None:
        """First the new one, under another name; then the old one stops; it goes when the new one runs."""
        old = self._found
        self._clear()
        new = self._make(f"{self._name}.{SUCCESSOR}")
        self._undo.push("remove the new container", lambda: self._steps.remove(new))
        self._set_aside(new)
        self._steps.rename(new, self._name)
        # As docker_container does it, what is merely to be present and is made anew on demand does not start.
        goes_on = self._asked.state == "present" and old.state in _UP and not self._asked.recreate
        if self._asked.runs or goes_on:
            self._run(new)
        self._undo.commit()
        self._steps.remove(self._found_id, volumes=not self._asked.keep_volumes)
        if self.job is not None and (self._asked.cleanup or self._asked.auto_remove):
            self._steps.remove(new)

    def _set_aside(self, new: str) -> None:
        """The old container stops and gives its name away. One that goes as it stops is made again where that fails."""
        old = self._found
        entry = self._steps.inspect(self._found_id) or {}
        if old.auto_remove and old.state in _UP:
            self._undo.push("make the old container again", lambda: self._make_again(entry))
            self._steps.halt(self._found_id, old)
            self._steps.await_removal(self._found_id)
            self._undo.push("remove the new container", lambda: self._steps.remove(new))
            return
        if old.state in _UP:
            self._steps.keep_down(self._found_id, old)
            self._undo.push("restore its restart policy", lambda: self._steps.keep_up(self._found_id, old))
            self._steps.halt(self._found_id, old)
            self._undo.push("start the old container again", self._revive)
        self._steps.rename(self._found_id, f"{self._name}.{PREDECESSOR}")
        self._undo.push(
            "give the old container its name back", lambda: self._steps.rename(self._found_id, self._name)
        )
        self._undo.push("remove the new container", lambda: self._steps.remove(new))

    def _revive(self) -> None:
        self._steps.start_again(self._found_id)
        if self._found.state == "paused":
            self._steps.pause(self._found_id)

    def _run(self, identity: str) -> None:
        """A successor runs for a moment before the old one goes; a job runs to its end."""
        if self._asked.detach is False:
            self.job = run(self._engine, identity, self._steps.start)
            return
        self._steps.start(identity)
        self._waiter.check_stays(identity)
        if self._asked.state in ("healthy", "completed"):
            self._waiter.wait(self._asked.state, identity)
        if self._asked.paused:
            self._steps.pause(identity)

    def _make(self, name: str) -> str:
        """A new container, not started; its id. Its image is pulled where it is missing, or where that is asked."""
        spec, body = self._asked, {}
        if self._found is None:
            body = write(spec)
        else:
            image = self._engine.find(lambda api: api.inspect_image(self._found.image_id)) or {}
            brought = image.get("Config") or {}
            spec = self._of_same_image(united(self._asked, self._found, brought))
            old = self._steps.inspect(self._found_id) or {}
            body = successor(spec, self._found, old, brought)
        if spec.detach is False:
            # Its output is read before it goes, so that it is removed here and not by the engine.
            body["HostConfig"]["AutoRemove"] = False
        return self._created(spec, body, name)

    def _of_same_image(self, spec: Container) -> Container:
        """Of the old one's image where none is asked: by its id, where the name stands for another one by now."""
        if spec.image is not None:
            return spec
        named = self._engine.find(lambda api: api.inspect_image(self._found.image)) or {}
        same = named.get("Id") == self._found.image_id
        return spec if same else dataclasses.replace(spec, image=self._found.image_id)

    def _created(self, spec: Container, body: Mapping[str, Any], name: str) -> str:
        """Made, and on all its networks."""
        if self._engine.podman is not None:
            body = for_podman(body, spec)
        identity = self._steps.create(body, name)
        try:
            for place in later(spec):
                self._steps.connect(identity, place)
            if spec.files:
                self._steps.put(identity, spec.contents or kept(self._engine, self._found_id, spec.files))
        except EngineFailed:
            self._steps.remove(identity)
            raise
        return identity

    def _make_again(self, entry: Mapping[str, Any]) -> None:
        """The old container as it was, which its engine has removed."""
        old = Container(self._name, owner=self._found.owner)
        spec = self._of_same_image(united(old, self._found, {}))
        self._steps.start_again(self._created(spec, successor(spec, self._found, entry, {}), self._name))

    def _update(self) -> None:
        """Places on networks first, which can be taken back; limits are one request, which the engine may refuse."""
        if self._change.touches("networks"):
            self._move()
        names = [name for name in SETTINGS if self._change.touches(name)]
        if "restart_retries" in names:
            names.append("restart_policy")
        if not names:
            return
        if self._engine.podman is not None:
            # Podman keeps what it was told even where it says that it could not do it.
            former = [name for name in (*names, "memory_swap") if getattr(self._found, name)]
            back = self._limits(self._found, former)
            self._undo.push("give it its limits back", lambda: self._steps.limit(self._found_id, back))
        self._steps.limit(self._found_id, self._limits(self._asked, names))

    def _limits(self, spec: Container, names: Sequence[str]) -> dict[str, Any]:
        """Fields that are changed in place, as the engine's ``update`` takes them."""
        found = self._found
        body: dict[str, Any] = {}
        for name in names:
            setting, value = SETTINGS[name], getattr(spec, name)
            *parents, last = setting.path[1:]
            place = body
            for key in parents:
                place = place.setdefault(key, {})
            place[last] = setting.write(getattr(found, name) if value is None else value)
        if "Memory" in body and "MemorySwap" not in body and (found.memory_swap or 0) >= 0:
            # The engine's own rule for swap; else a limit above the old sum is refused.
            body["MemorySwap"] = body["Memory"] * 2
        return body

    def _move(self) -> None:
        there = {place.name: place for place in self._found.networks or ()}
        wanted = {place.name: place.over(there.get(place.name)) for place in self._asked.networks or ()}
        changed = {path.partition("[")[2].partition("]")[0] for path in self._change.fields}
        for name in [name for name in (*there, *(w for w in wanted if w not in there)) if name in changed]:
            if name in there:
                self._steps.disconnect(self._found_id, name)
                self._undo.push(f"put it back on {name}", functools.partial(self._connect, there[name]))
            if name in wanted:
                self._connect(wanted[name])
                self._undo.push(
                    f"take it off {name}", functools.partial(self._steps.disconnect, self._found_id, name)
                )

    @property
    def _found_id(self) -> str:
        return str(self._found.id)

    def _connect(self, place: Attachment) -> None:
        self._steps.connect(self._found_id, place.kept())

    def _start(self) -> None:
        identity = str(self._found.id if self._found is not None else self._name)
        if self._asked.detach is False:
            self.job = run(self._engine, identity, self._steps.start)
            if self._asked.cleanup or self._asked.auto_remove:
                self._steps.remove(identity, volumes=not self._asked.keep_volumes)
        else:
            self._steps.start(identity)
            self._waiter.check_started(identity)

    def _restart(self) -> None:
        self._steps.restart(self._found_id, self._found)
        self._waiter.check_started(self._found_id)

    def _delete(self) -> None:
        found = self._found
        if found is not None and found.state in ("running", "restarting"):
            self._steps.halt(self._found_id, found)
        self._steps.remove(self._name, volumes=not self._asked.keep_volumes)
        self._clear()

    def _clear(self) -> None:
        for place in (SUCCESSOR, PREDECESSOR):
            self._steps.remove(f"{self._name}.{place}")
