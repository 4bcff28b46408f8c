# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done with an image that is there: it is given to its registry, and saved to a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from .._core.change import Address, Change
from .._core.compare import Difference
from .._core.field import Disruption
from .._model.image import Image
from .engine import Engine
from .image_archive import Replacing, save, saved
from .image_registry import has, login, push, registry_digest

ACTIONS = ("push", "save")


def prepared(engine: Engine, asked: Image, found: Image | None) -> Image:
    """The spec with what registries and archives have by now. Raises ``HostError`` where they do not answer."""
    fetched = asked.is_pulled and (found is None or asked.pull == "always")
    built = asked.build is not None and (found is None or found.context != asked.context)
    if asked.auth is not None and (fetched or built or asked.push):
        login(engine, asked.auth)
    if asked.save_path is not None:
        asked = dataclasses.replace(asked, saved=saved(asked.save_path, asked.name))
    if found is None:
        return asked
    if asked.is_pulled and asked.pull == "always":
        asked = dataclasses.replace(asked, digest=registry_digest(engine, asked.name, asked.auth))
    missing = (name for name in asked.to_push if not has(engine, name, found, asked.auth))
    return dataclasses.replace(asked, unpushed=tuple(missing))


def is_brought(changes: Sequence[Change]) -> bool:
    """Whether the name will stand for another image."""
    return any(
        change.action == "create" or (change.action == "update" and set(change.fields) != {"repository"})
        for change in changes
    )


def planned(asked: Image, found: Image | None, changes: Sequence[Change]) -> Iterator[Change]:
    """The acts that are due, after the changes: they are done, not kept, so nobody looks for them again."""
    anew, address = is_brought(changes), Address("image", asked.name)

    def act(action: str, differences: Sequence[Difference]) -> Change:
        return Change(action, address, Disruption.NONE, tuple(differences), asked, found, once=True)

    names = asked.to_push if anew else asked.unpushed or ()
    if names:
        yield act("push", [Difference(f"push[{name}]", None, "present", Disruption.NONE) for name in names])
    if asked.save_path and (anew or found is None or asked.saved != found.id):
        yield act("save", [Difference("save.path", None, asked.save_path, Disruption.NONE)])


def apply(engine: Engine, change: Change, replacing: Replacing) -> None:
    """Does one of them. Raises ``HostError``."""
    asked: Image = change.asked
    if change.action == "save":
        save(engine, asked, str(asked.save_path), replacing)
    for name in asked.to_push if change.action == "push" else ():
        if f"push[{name}]" in change.fields:
            push(engine, name, asked.auth)
