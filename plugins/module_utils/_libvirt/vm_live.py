# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applies changes to a domain that runs, as far as they can be, without a restart."""

from __future__ import annotations

import copy
import dataclasses
import time
from collections.abc import Callable, Collection
from typing import Any

from .._core.change import Change
from .._core.compare import Difference
from .._core.errors import ApplyFailed
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.vm_cost import MOVING, field_of
from . import xml
from .session import Session
from .vm_definition import keyed
from .vm_devices import LISTS
from .vm_disks import new_scsi_controller
from .vm_tuning import Tuning
from .xml import Element, Path

_LET_GO_SECONDS = 20.0
_POLL_SECONDS = 0.1
# What names an item of a list, and is never changed in place.
_NAMES = ("name", "target", "network", "bridge", "direct", "user", "ordinal")
_MEDIUM = frozenset({"source", "pool", "volume"})


class Live:
    """One running domain, the definition that it is to follow, and the change that is made; ``notes`` as of tuning."""

    def __init__(self, session: Session, written: Element, change: Change) -> None:
        self._session = session
        self._name = change.address.name
        self._written = written
        self._change = change
        self._flag = session.constant("VIR_DOMAIN_AFFECT_LIVE")
        self._tuning = Tuning(session, self._name, written)
        self.notes = self._tuning.notes

    def apply_unseen(self, undo: Undo) -> None:
        """What is no drift where it differs: before the definition, so that a killed run leaves a difference."""
        for difference in self._at_once():
            if field_of(difference.path) in MOVING and self._tuning.takes(difference.path):
                self._tuning.apply(difference, undo)

    def apply(self, undo: Undo) -> None:
        """All else that may be changed while it runs; what costs a restart is left to the next start."""
        changed: dict[tuple[str, str], set[str]] = {}
        settings = []
        for difference in self._at_once():
            if field_of(difference.path) in MOVING:
                continue
            if self._tuning.takes(difference.path):
                settings.append(difference)
            elif field_of(difference.path) in LISTS:
                place = (field_of(difference.path), keyed(difference.path))
                changed.setdefault(place, set()).add(_inner(difference))
        for (field, key), inner in changed.items():
            self._device(field, key, inner, undo)
        for difference in settings:
            self._tuning.apply(difference, undo)

    def _at_once(self) -> list[Difference]:
        differences = self._change.differences
        at_once = [
            d for d in differences if d.disruption < Disruption.RESTART and not d.path.endswith("].ip")
        ]
        # An image that the machine does not have is grown as a file; of a passphrase the machine knows nothing.
        besides = ("].size", "].encryption.passphrase")
        return [d for d in at_once if d.disruption is Disruption.LIVE or not d.path.endswith(besides)]

    def _device(self, field: str, key: str, inner: Collection[str], undo: Undo) -> None:
        """Attaches, detaches or changes the device of that key."""
        present = self._present(field, key)
        wanted = LISTS[field].elements(self._written, getattr(self._change.asked, field) or ()).get(key)
        if wanted is None:
            if present is not None:
                before = self._changed(field, present, ())
                self._detach(field, key, before)
                undo.push(f"attach {key} again", lambda: self._attach(key, before))
        elif present is None:
            self._seat(wanted[0], undo)
            self._attach(key, wanted[0])
            undo.push(f"detach {key}", lambda: self._detach(field, key, wanted[0]))
        else:
            self._update(f"change {key}", self._changed(field, (present[0], wanted[1]), inner))
            before = self._changed(field, present, ())
            undo.push(f"change {key} back", lambda: self._update(f"change {key} back", before))

    def _present(self, field: str, key: str) -> tuple[Element, Any] | None:
        """The device of the running machine, by the key that it was planned with."""
        lists = [getattr(vm, field) or () for vm in (self._change.found.running, self._change.asked)]
        known = {item.key: item for items in reversed(lists) for item in items}
        return LISTS[field].elements(self._running(), tuple(known.values())).get(key)

    def _changed(self, field: str, device: tuple[Element, Any], inner: Collection[str]) -> Element:
        """A copy of the element with these fields of the item."""
        element = copy.deepcopy(device[0])
        LISTS[field].change(element, _only(device[1], inner))
        return element

    def _update(self, tried: str, element: Element) -> None:
        self._call(tried, lambda d: d.updateDeviceFlags(xml.render(element), self._flag))

    def _seat(self, element: Element, undo: Undo) -> None:
        """Attaches the controller that a new disk needs."""
        root = self._running()
        Path("./devices").make(root).append(element)
        controller = new_scsi_controller(root)
        if controller is not None:
            text = xml.render(controller)
            self._attach("its controller", controller)
            undo.push(
                "detach its controller",
                lambda: self._call("detach it", lambda d: d.detachDeviceFlags(text, self._flag)),
            )

    def _attach(self, key: str, element: Element) -> None:
        loose = copy.deepcopy(element)
        for stale in loose.findall("address"):
            loose.remove(stale)
        self._call(f"attach {key}", lambda d: d.attachDeviceFlags(xml.render(loose), self._flag))

    def _detach(self, field: str, key: str, element: Element) -> None:
        """Asks the guest to let go of it, and sees that it does: libvirt does not wait for that."""
        self._call(f"detach {key}", lambda d: d.detachDeviceFlags(xml.render(element), self._flag))
        deadline = time.monotonic() + _LET_GO_SECONDS
        while self._present(field, key) is not None:
            if time.monotonic() > deadline:
                raise ApplyFailed(
                    f"detach {key}",
                    cause=f"the guest did not let go of it within {_LET_GO_SECONDS:.0f} s",
                    hint="See that the guest runs and does not use it, or stop the vm first.",
                )
            time.sleep(_POLL_SECONDS)

    def _running(self) -> Element:
        return xml.parse(self._call("read the running vm", lambda d: d.XMLDesc(0)))

    def _call(self, tried: str, call: Callable[[Any], Any]) -> Any:
        return self._session.do(tried, lambda c: call(c.lookupByName(self._name)))


def _inner(difference: Difference) -> str:
    """The field of a device that differs; ``""`` where the device itself comes or goes."""
    return difference.path.rpartition("]")[2].lstrip(".").partition(".")[0]


def _only(item: Any, fields: Collection[str]) -> Any:
    """The item with nothing but these fields, for the rest waits for a restart; a medium comes with its format."""
    kept = {*_NAMES, *fields, *(() if _MEDIUM.isdisjoint(fields) else ("format",))}
    return item.__class__(
        **{f.name: getattr(item, f.name) for f in dataclasses.fields(item) if f.name in kept}
    )
