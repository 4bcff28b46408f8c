#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module container_volume."""

from __future__ import annotations

DOCUMENTATION = r"""
module: container_volume
short_description: A named volume of a container engine
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Keeps a named volume of Docker or Podman.
  - Options that are left out are neither compared nor reset.
  - Engines change nothing of a volume that is there. A difference in an option is refused, unless
    O(allow_disruption=replace) permits to make the volume anew, which loses its content.
options:
  allow_disruption:
    description:
      - How far a change may go. V(replace) permits to remove the volume with its content and to make it anew.
    type: str
    choices: [none, live, restart, replace]
    default: live
  recreate:
    description:
      - What becomes of a volume that is there, in the words of community.docker.
      - V(options-changed) makes it anew where an option differs, as O(allow_disruption=replace) does. V(always) makes
        it anew in every run. V(never) leaves it, and a difference is a warning. Without it, a difference is refused.
    type: str
    choices: [never, options-changed, always]
extends_documentation_fragment:
  - hybrid.host.container_volume
  - hybrid.host._engine
  - hybrid.host._attributes
seealso:
  - module: hybrid.host.container
"""

EXAMPLES = r"""
- name: A volume
  hybrid.host.container_volume:
    name: shop-db

- name: A volume that is a folder of the host
  hybrid.host.container_volume:
    name: shop-uploads
    driver_options:
      type: none
      o: bind
      device: /srv/shop/uploads
    labels:
      backup: daily

- name: No volume
  hybrid.host.container_volume:
    name: shop-db
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
      description: V(create), V(replace) or V(delete).
      type: str
      returned: always
    kind:
      description: Always V(volume).
      type: str
      returned: always
    name:
      description: The name of the volume.
      type: str
      returned: always
    disruption:
      description: What it costs.
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
volume:
  description: The volume as it is afterwards and, beside these keys, what the engine's C(inspect) tells of it.
  returned: success
  type: dict
  sample: {name: shop-db, state: present, driver: local, mountpoint: /var/lib/docker/volumes/shop-db/_data}
restart_required:
  description: Always empty for volumes.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.engine import ENGINE_OPTIONS
from ..module_utils._ansible.arguments.volume import VOLUME_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._container.engine import Engine
from ..module_utils._container.volume import VolumeDriver
from ..module_utils._core.field import Disruption
from ..module_utils._core.order import Target
from ..module_utils._model.volume import Volume

ALLOW = {"type": "str", "choices": ["none", "live", "restart", "replace"], "default": "live"}

RECREATE = {"type": "str", "choices": ["never", "options-changed", "always"]}


def work(params: Params) -> Work:
    """One volume."""
    driver = VolumeDriver(Engine(params))
    allow = "replace" if params["recreate"] in ("options-changed", "always") else params["allow_disruption"]
    return Work([Target(driver, Volume.from_params(params), Disruption(allow))], told=driver.told)


if __name__ == "__main__":
    run_module({**VOLUME_OPTIONS, **ENGINE_OPTIONS, "allow_disruption": ALLOW, "recreate": RECREATE}, work)
