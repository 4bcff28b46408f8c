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
      - The image, as V(REPOSITORY:TAG) or V(REPOSITORY@sha256:DIGEST). The tag is V(latest) by default;
        beside a digest it says nothing.
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
      - V(always) compares it with the registry on every run, by digest, V(never) fails if it is missing.
      - A dictionary with C(platform) alone says the same as O(platform).
    type: raw
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
      nocache:
        description: Whether to make every step anew, whenever it is built.
        type: bool
        default: false
      cache_from:
        description: Images whose steps may be taken over.
        type: list
        elements: str
      etc_hosts:
        description: Names that the steps know, each with its address. They do not count as a change.
        type: dict
      shm_size:
        description: The size of C(/dev/shm) in the steps, such as V(128M). It does not count as a change.
        type: str
      container_limits:
        description: What the steps may take. It does not count as a change.
        type: dict
        suboptions:
          memory:
            description: Their memory, such as V(512M).
            type: str
          memswap:
            description: Memory and swap together, V(unlimited) or V(-1) for as much as there is.
            type: str
          cpushares:
            description: Their weight against other containers, where processors are scarce.
            type: int
          cpusetcpus:
            description: The processors that they run on, such as V(0-3) or V(0,1).
            type: str
      http_timeout:
        description: How many seconds the engine may be silent while it builds. By default, O(timeout).
        type: int
      use_config_proxy:
        description: Whether the steps have the proxies of Docker's own C(config.json). By default, if there are any.
        type: bool
      labels:
        description: Another word for O(labels).
        type: dict
      platform:
        description: Another word for O(platform).
        type: str
      rm:
        description: Taken as it is in community.docker. What a build leaves by the way is always removed.
        type: bool
        default: true
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
  platform:
    description:
      - The platform that an image of a registry or of O(build) is for, such as V(linux/arm64) or V(linux/arm/v7).
      - An image for another platform is fetched or built anew.
    type: str
  auth:
    description:
      - Who asks the registry. It is told with each call, and written nowhere.
      - Without it, what C(~/.docker/config.json) of the user on the managed host holds is used and, beside Podman, its
        own file of credentials. Credential helpers are asked for Docker only.
    type: dict
    suboptions:
      registry:
        description: The address of the registry, by default the one that the image is named with, else Docker Hub.
        type: str
        aliases: [registry_url]
      username:
        description: The name of the user.
        type: str
        required: true
      password:
        description: The password, or a token.
        type: str
        required: true
  repository:
    description:
      - Further names for this image, each as V(REPOSITORY:TAG). One that stands for another image is moved.
      - Names that are not listed stay.
    type: list
    elements: str
  push:
    description:
      - Whether the registry is to have the image under its O(repository) names or, without them, under its O(name).
      - It is pushed when the registry has another there, or none. The registry is asked on every run, in check mode
        too.
    type: bool
    default: false
  save:
    description:
      - Saves the image to an archive on the host, as C(docker save) does, unless it is there already by its id.
      - The archive gets its name when it is complete. It is for its owner alone.
    type: dict
    suboptions:
      path:
        description: The path of the archive on the host. Its folder must be there.
        type: str
        required: true
  scan:
    description:
      - Has a scanner on the host look for known vulnerabilities in the image. Findings of O(scan.severity) and above
        fail the run, before a container of it is made, and before the image is pushed or saved.
      - A new image that fails does not keep the name, which stands for the old one then. An image that is there is
        scanned on every run, in check mode too, since more is known of it every day.
      - The scanner finds the engine by itself, at its usual socket. This is tested with a stand-in that answers in the
        formats of trivy and grype.
    type: dict
    suboptions:
      command:
        description: The scanner. V(auto) takes trivy where the host has it, else grype.
        type: str
        choices: [auto, trivy, grype]
        default: auto
      severity:
        description:
          - From which severity on a finding is too much. What a scanner gives no severity counts as V(negligible).
        type: str
        choices: [negligible, low, medium, high, critical]
        default: high
      ignore_unfixed:
        description: Whether to overlook what there is no version without.
        type: bool
        default: false
"""
