# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images that the engine builds, and what they say of what they were built of."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping

from .._model.image import Image
from .._model.image_build import Build
from .build_context import BuildContext
from .engine import Engine
from .image_registry import login
from .labels import written
from .said import heard

CONTEXT, BASES = "hybrid.host/context", "hybrid.host/bases"


def build_image(engine: Engine, asked: Image, build: Build, ids: Mapping[str, str]) -> str:
    """What the engine wrote meanwhile. ``ids`` are those of the images there are, by name. Raises ``ApplyFailed``."""
    if asked.auth is not None:
        login(engine, asked.auth)
    context = BuildContext(build)
    bases = " ".join(f"{below}={ids[below]}" for below in context.bases if below in ids)
    labels = {**written(asked.labels, asked.owner, asked.name), CONTEXT: context.digest(), BASES: bases}
    # Builders take what they have built for one platform as built for any other.
    anew = build.nocache or asked.platform is not None
    options = {
        "custom_context": True,
        "dockerfile": build.dockerfile,
        "tag": asked.name,
        "buildargs": build.args,
        "target": build.target,
        "network_mode": build.network,
        "pull": build.pull,
        "nocache": anew,
        "cache_from": list(build.cache_from) or None,
        "extra_hosts": build.etc_hosts or None,
        "shmsize": build.shm_size,
        "container_limits": build.limits,
        "timeout": build.timeout,
        "platform": asked.platform,
        "labels": labels,
        "rm": True,
        "forcerm": True,
        "decode": True,
    }
    if build.uses_proxy is not None:
        options["use_config_proxy"] = build.uses_proxy
    tried = f"build the image {asked.name}"
    with tempfile.TemporaryFile() as archive:
        context.write_archive(archive)
        archive.seek(0)
        log: str = engine.do(tried, lambda api: heard(tried, api.build(fileobj=archive, **options)))
    return log


def recorded_bases(labels: Mapping[str, str]) -> dict[str, str]:
    """The images that an image was built on, with their ids then."""
    pairs = (pair.partition("=") for pair in labels.get(BASES, "").split())
    return {name: id_ for name, _equals, id_ in pairs}
