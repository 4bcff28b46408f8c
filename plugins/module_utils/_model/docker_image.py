# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What community.docker's ``docker_image`` says by other options than ``container_image``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .image_name import split_image_name

Params = Mapping[str, Any]


def as_own(params: Params) -> dict[str, Any]:
    """The parameters, with ``DOCKER_IMAGE_OPTIONS``, in the words of ``IMAGE_OPTIONS``. Raises ``InvalidSpec``."""
    own = {**params, "name": _tagged(params["name"], params["tag"])}
    names = params["repository"]
    own["repository"] = names and [_tagged(name, params["tag"]) for name in names]
    own["archive"] = params["archive"] or params["load_path"]
    if params["archive_path"]:
        own["save"] = {"path": params["archive_path"]}
    return _from_source(own, params)


def _tagged(name: str, tag: str | None) -> str:
    """With the tag, where the name has none."""
    _repository, own, digest = split_image_name(name)
    return name if own or digest or not tag else f"{name}:{tag}"


def _from_source(own: dict[str, Any], params: Params) -> dict[str, Any]:
    """Of several sources only the one that ``source`` names, as there."""
    source = params["source"]
    if source is None or own["state"] == "absent":
        return own
    for option, needed in (("build", "build"), ("archive", "load")):
        if source != needed:
            own[option] = None
        elif own[option] is None:
            missing = "load_path" if source == "load" else "build.path"
            raise InvalidSpec(f"source: {source} needs {missing}").about("image", own["name"])
    if source == "local":
        own["pull"] = "never"
    if source == "pull" and params["force_source"] and "@" not in own["name"]:
        own["pull"] = "always"
    return own
