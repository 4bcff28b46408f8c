# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Dockerfile is built on: images of others, by their familiar names, and no stage of its own."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._model.dockerfile import built_on


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("FROM debian", ("debian:latest",)),
        (
            "# syntax=x\n\nfrom  docker.io/library/debian:12 as Build\nFROM build\nFROM scratch",
            ("debian:12",),
        ),
        ("FROM --platform=linux/amd64 \\\n  node:20\nFROM node:20", ("node:20",)),
        ("ARG TAG=12\nARG BASE=debian:${TAG}\nFROM $BASE", ("debian:12",)),
        ("ARG TAG\nFROM debian:${TAG:-13}", ("debian:13",)),
        ("ARG TAG\nFROM debian${TAG:+:12}", ("debian:latest",)),
        ("FROM debian:12\nARG LATE=13\nFROM debian:${LATE:-11}", ("debian:12", "debian:11")),
        ("FROM debian@sha256:" + "1" * 64, ("debian@sha256:" + "1" * 64,)),
        ("FROM ${NOTHING}", ()),
        ("RUN echo FROM x", ()),
    ],
)
def test_built_on(text: str, images: tuple[str, ...]) -> None:
    assert built_on(text, {}) == images


def test_build_arguments_go_before_defaults() -> None:
    assert built_on("ARG TAG=12\nFROM debian:$TAG", {"TAG": "13", "OTHER": "x"}) == ("debian:13",)
