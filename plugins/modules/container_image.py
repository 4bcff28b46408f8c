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
    system, so that no registry is needed.
  - A name gets its new image when that is complete. Until then, and if anything fails, it stands for the old one.
  - The old image stays, without a name, as containers may still be made of it.
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
      description: V(create), V(update) or V(delete).
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
  description: The image as it is afterwards, none if there is none.
  returned: always
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
restart_required:
  description: Always empty for images.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.awaited import AWAITED_OPTION
from ..module_utils._ansible.arguments.container_image import IMAGE_OPTIONS
from ..module_utils._ansible.arguments.engine import ENGINE_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._container.engine import Engine
from ..module_utils._container.image import ImageDriver
from ..module_utils._core.converge import Run
from ..module_utils._core.order import Target
from ..module_utils._model.awaited import Awaited
from ..module_utils._model.image import Image


def work(params: Params) -> Work:
    """One image."""
    engine, awaited = Engine(params), Awaited.from_params(params["awaited"])
    driver = ImageDriver(engine)
    unborn = {driver.kind} if awaited.missing({engine.name: engine.present()}) else ()
    run = Run(unborn=frozenset(unborn), coming=awaited.is_coming)
    return Work([Target(driver, Image.from_params(params))], run)


if __name__ == "__main__":
    run_module({**IMAGE_OPTIONS, **AWAITED_OPTION, **ENGINE_OPTIONS}, work)
