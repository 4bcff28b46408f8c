# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of community.docker's docker_image for what an image is to be."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.hybrid.host.plugins.module_utils._ansible.arguments.container_image import (
    IMAGE_OPTIONS,
)
from ansible_collections.hybrid.host.plugins.module_utils._ansible.arguments.docker_image import (
    DOCKER_IMAGE_OPTIONS,
)
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.docker_image import as_own
from ansible_collections.hybrid.host.plugins.module_utils._model.image import Image


def image(**options: Any) -> Image:
    """As the module takes it."""
    checked = ArgumentSpecValidator({**IMAGE_OPTIONS, **DOCKER_IMAGE_OPTIONS}).validate(options)
    assert checked.error_messages == []
    return Image.from_params(as_own(checked.validated_parameters))


@pytest.mark.parametrize(
    ("theirs", "own"),
    [
        ({"name": "redis", "tag": "7", "source": "pull"}, {"name": "redis:7"}),
        ({"name": "redis:6", "tag": "7", "source": "pull"}, {"name": "redis:6"}),
        (
            {"name": "redis:7", "source": "pull", "force_source": True},
            {"name": "redis:7", "pull": "always"},
        ),
        (
            {"name": "redis:7", "source": "pull", "pull": {"platform": "amd64"}},
            {"name": "redis:7", "platform": "amd64"},
        ),
        (
            {"name": "app", "source": "local", "repository": "shop/app:1", "force_tag": True},
            {"name": "app", "pull": "never", "repository": ["shop/app:1"]},
        ),
        (
            {"name": "app", "source": "build", "build": {"path": "/srv"}, "load_path": "/srv/app.tar"},
            {"name": "app", "build": {"path": "/srv"}},
        ),
        (
            {
                "name": "app",
                "source": "build",
                "build": {"path": "/srv", "labels": {"a": "b"}, "platform": "linux", "rm": False},
            },
            {"name": "app", "build": {"path": "/srv"}, "labels": {"a": "b"}, "platform": "linux"},
        ),
        (
            {"name": "app", "source": "local", "repository": "shop/app", "tag": "3"},
            {"name": "app:3", "pull": "never", "repository": ["shop/app:3"]},
        ),
        (
            {"name": "app", "source": "load", "load_path": "/srv/app.tar", "build": {"path": "/srv"}},
            {"name": "app", "archive": "/srv/app.tar"},
        ),
        (
            {"name": "app", "source": "local", "archive_path": "/srv/app.tar"},
            {"name": "app", "pull": "never", "save": {"path": "/srv/app.tar"}},
        ),
        (
            {"name": "app", "state": "absent", "source": "build", "force_absent": True},
            {"name": "app", "state": "absent"},
        ),
    ],
)
def test_their_words_say_what_ours_say(theirs: dict[str, Any], own: dict[str, Any]) -> None:
    assert image(**theirs) == image(**own)


def test_limits_of_a_build_are_sizes() -> None:
    limits = {"memory": "7MB", "memswap": "unlimited", "cpusetcpus": "0,1"}
    built = image(name="app", build={"path": "/srv", "container_limits": limits}).build
    assert built is not None
    assert built.limits == {"memory": 7 << 20, "memswap": -1, "cpusetcpus": "0,1"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"source": "build"}, "image app: source: build needs build.path"),
        ({"source": "load"}, "source: load needs load_path"),
        ({"pull": "sometimes"}, "pull: 'sometimes' is unknown. Choose one of never, missing, always."),
        ({"pull": {"platform": "amd64", "policy": "always"}}, "is unknown"),
        ({"build": {"path": "/srv", "container_limits": {"memory": "much"}}}, "container_limits.memory"),
    ],
)
def test_what_says_nothing_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidSpec, match=says):
        image(name="app", **options)
