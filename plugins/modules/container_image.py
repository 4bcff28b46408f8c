#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module container_image."""

from __future__ import annotations

DOCUMENTATION = r"""
module: container_image
short_description: An image of a container engine
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Keeps an image of Docker or Podman. It comes from a registry, is built, or is loaded from an archive or a root file
    system, so that no registry is needed. From there it goes to registries and archives.
  - How far a pull, a push, a build or a save has come goes to the host's log every few seconds.
  - A name gets its new image when that is complete. Until then, and if anything fails, it stands for the old one.
  - The old image stays, without a name, as containers may still be made of it.
options:
  name:
    description:
      - The image, as V(REPOSITORY:TAG) or V(REPOSITORY@sha256:DIGEST). The tag is V(latest) by default;
        beside a digest it says nothing.
      - The prefixes C(docker.io/library/), C(docker.io/) and C(localhost/) may be left out.
      - An image's id, V(sha256:...), stands for one that is there, or that O(archive) has, or that is to go.
      - Either this or O(prune) is needed.
    type: str
    required: false
  source:
    description:
      - Which of the sources that are given counts, in the words of community.docker; V(local) means none of them.
      - With this and the options below, the tasks of its C(docker_image) are taken as they are.
    type: str
    choices: [pull, build, load, local]
  force_source:
    description: Where O(source=pull), whether the registry is asked on every run, as O(pull=always) does.
    type: bool
    default: false
  force_tag:
    description: Taken as it is there. A name that stands for another image is always moved.
    type: bool
    default: false
  force_absent:
    description: Taken as it is there. An image that a container has is never removed.
    type: bool
    default: false
  tag:
    description: The tag, where O(name) has none.
    type: str
  load_path:
    description: Another word for O(archive).
    type: str
  archive_path:
    description: Another word for O(save.path).
    type: str
  prune:
    description:
      - Removes, instead of keeping one, all images that every condition here holds for. Those that a container was
        made of stay.
    type: dict
    suboptions:
      repository:
        description:
          - Images of this repository, by their names. Without it, images without a name are meant, and those that have
            one by digest alone.
        type: str
      keep:
        description: How many images of O(prune.repository) stay, the newest.
        type: int
      dangling:
        description: V(false) means images with a name too, where no O(prune.repository) is given.
        type: bool
        default: true
      until:
        description: Images that were made at least so long ago, in seconds or as V(10m) or V(24h).
        type: str
      labels:
        description: Images with these labels.
        type: dict
extends_documentation_fragment:
  - hybrid.host.container_image
  - hybrid.host._awaited
  - hybrid.host._engine
  - hybrid.host._attributes
seealso:
  - module: hybrid.host.container_volume
"""

EXAMPLES = r"""
- name: An image from a registry, fetched if it is missing
  hybrid.host.container_image:
    name: redis:7

- name: An image built on the host
  hybrid.host.container_image:
    name: shop/app:3
    build:
      path: /srv/shop/app
      args:
        BASE: hybrid/golden:latest

- name: An image without a registry, from a root file system
  hybrid.host.container_image:
    name: hybrid/golden:latest
    rootfs: /var/lib/libvirt/images/debian-12.tar
    changes:
      - CMD ["/bin/bash"]

- name: An image from an archive of docker save
  hybrid.host.container_image:
    name: shop/legacy:1
    archive: /srv/images/legacy.tar

- name: An image from a registry with users, by its digest and for a platform
  hybrid.host.container_image:
    name: registry.example.com/shop/app@sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
    platform: linux/arm64
    auth:
      username: shop
      password: "{{ registry_password }}"

- name: An image that is built, scanned, and given to a registry
  hybrid.host.container_image:
    name: shop/app:3
    build:
      path: /srv/shop/app
    scan:
      severity: critical
    repository:
      - registry.example.com/shop/app:3
      - registry.example.com/shop/app:latest
    push: true
    auth:
      username: shop
      password: "{{ registry_password }}"

- name: An archive of an image, for a host without a registry
  hybrid.host.container_image:
    name: shop/app:3
    save:
      path: /srv/images/app-3.tar

- name: The three newest images of a repository stay
  hybrid.host.container_image:
    prune:
      repository: shop/app
      keep: 3

- name: No image without a name that is older than a day
  hybrid.host.container_image:
    prune:
      until: 24h

- name: No image
  hybrid.host.container_image:
    name: shop/app:2
    state: absent
"""

RETURN = r"""
actions:
  description: What was changed or, in check mode, would be, in this order.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(update), V(push), V(save) or V(delete).
      type: str
      returned: always
    kind:
      description: Always V(image).
      type: str
      returned: always
    name:
      description: The name of the image.
      type: str
      returned: always
    disruption:
      description: What it costs the workloads.
      type: str
      returned: always
    fields:
      description: What differed.
      type: list
      elements: str
      returned: always
    status:
      description: V(planned), V(applied), V(failed) or V(skipped).
      type: str
      returned: always
image:
  description:
    - The image as it is afterwards, none if there is none.
    - Beside these keys it has what the engine's C(inspect) tells, as in community.docker. The values of its environment
      are masked.
  returned: with O(name)
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: success
    id:
      description: Its id.
      type: str
      returned: success
    size:
      description: Its size in bytes.
      type: int
      returned: success
    tags:
      description: All names of this image.
      type: list
      elements: str
      returned: success
    platform:
      description: The platform that it is for.
      type: str
      returned: success
    digest:
      description: The digest under which its registry knows it.
      type: str
      returned: for images of a registry
    labels:
      description: Its labels, but for those that the collection keeps for itself.
      type: dict
      returned: success
    bases:
      description: The images that it was built on.
      type: list
      elements: str
      returned: for images that were built
    owner:
      description: The stack that it belongs to.
      type: str
      returned: for images of a stack
stdout:
  description: What the engine wrote as it built the image.
  returned: when it was built
  type: str
objects:
  description: The kind V(image), with nothing for each image that went.
  returned: with O(prune)
  type: dict
restart_required:
  description: Always empty for images.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

import dataclasses

from ..module_utils._ansible.arguments.awaited import AWAITED_OPTION
from ..module_utils._ansible.arguments.container_image import IMAGE_OPTIONS, PRUNE_OPTION
from ..module_utils._ansible.arguments.docker_image import DOCKER_IMAGE_OPTIONS
from ..module_utils._ansible.arguments.engine import ENGINE_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._container.engine import Engine
from ..module_utils._container.image import ImageDriver
from ..module_utils._core.converge import Run
from ..module_utils._core.order import Target
from ..module_utils._model.awaited import Awaited
from ..module_utils._model.docker_image import as_own
from ..module_utils._model.image import Image
from ..module_utils._model.image_prune import PruneRule
from ..module_utils._system.image_host import LocalImageHost


def work(params: Params) -> Work:
    """One image, or those that a rule chooses."""
    engine, awaited = Engine(params), Awaited.from_params(params["awaited"])
    driver = ImageDriver(engine, LocalImageHost())
    unborn = {driver.kind} if awaited.missing({engine.name: engine.present()}) else ()
    run = Run(unborn=frozenset(unborn), coming=awaited.is_coming)
    if params["prune"] is None:
        return Work([Target(driver, Image.from_params(as_own(params)))], run, told=driver.told)
    names = () if unborn else driver.chosen(PruneRule.from_params(params["prune"]))
    # One after another: Docker takes what is below an image away with it, and stumbles over who does that beside it.
    run = dataclasses.replace(run, workers=1)
    return Work([Target(driver, Image(name, state="absent")) for name in names], run, grouped=True)


if __name__ == "__main__":
    run_module(
        {
            **IMAGE_OPTIONS,
            **DOCKER_IMAGE_OPTIONS,
            "name": {"type": "str"},
            **PRUNE_OPTION,
            **AWAITED_OPTION,
            **ENGINE_OPTIONS,
        },
        work,
        required_one_of=[["name", "prune"]],
        mutually_exclusive=[["name", "prune"]],
    )
