# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of an image."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The image, as V(REPOSITORY:TAG) or V(REPOSITORY@sha256:DIGEST). The tag is V(latest) by default.
      - The prefixes C(docker.io/library/), C(docker.io/) and C(localhost/) may be left out.
    type: str
    required: true
  state:
    description:
      - V(present) means that the engine has an image of this name, from O(build), O(archive), O(rootfs) or a registry.
      - V(absent) takes the name away, and the image if it has no other. This is refused while a container has it.
    type: str
    choices: [present, absent]
    default: present
  pull:
    description:
      - When an image is fetched from its registry. V(missing) means if the engine does not have it, and is the default.
      - V(always) compares it with the registry on every run, V(never) fails if it is missing.
    type: str
    choices: [never, missing, always]
  build:
    description:
      - Builds the image from a Dockerfile on the host.
      - It is built anew when a file of the context, an option here or O(labels) changes, and when an image that it was
        built on has another content since.
      - C(.dockerignore) is respected.
    type: dict
    suboptions:
      path:
        description: The folder of the context on the host, an absolute path.
        type: str
        required: true
      dockerfile:
        description: The Dockerfile, by its path in that folder.
        type: str
        default: Dockerfile
      args:
        description: Build arguments. They can be read from the image, so they are no place for secrets.
        type: dict
      target:
        description: The stage to build, by default the last.
        type: str
      network:
        description: The network that the build runs in, such as V(host). It does not count as a change.
        type: str
      pull:
        description: Whether to look for newer images to build on in their registries, whenever it is built.
        type: bool
        default: false
  archive:
    description:
      - The path on the host of an archive as C(docker save) writes it. It must hold the image under its O(name).
      - The image is loaded when it is not the one in the archive.
    type: str
  rootfs:
    description:
      - The path on the host of an archive with a root file system, imported as an image of one layer.
      - It is imported again when the content of the archive or O(changes) are others than at that time. Its digest is
        kept as a label of the image. While its size and its time of change stay the same, it is not read.
    type: str
  changes:
    description:
      - Instructions of a Dockerfile for an image of O(rootfs), such as V(CMD ["/bin/sh"]).
    type: list
    elements: str
  labels:
    description:
      - Labels of an image of O(build) or O(rootfs). Those that are there and not listed stay.
    type: dict
"""
