#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module container."""

from __future__ import annotations

DOCUMENTATION = r"""
module: container
short_description: A container of Docker or Podman
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Keeps one container in step with its spec. Options that are left out are neither compared nor reset.
  - Limits, the restart policy and places on networks change while it runs. All else makes it anew, and then the old
    container stays until its successor runs; if that fails, the old one is brought back.
  - Under Podman, limits and the restart policy make the container anew too.
options:
  allow_disruption:
    description:
      - How far a change may go. What goes further fails before anything is touched, naming the fields.
    type: str
    choices: [none, live, restart, replace]
    default: replace
extends_documentation_fragment:
  - hybrid.host.container
  - hybrid.host.container_places
  - hybrid.host.container_limits
  - hybrid.host._engine
  - hybrid.host._attributes
seealso:
  - module: hybrid.host.container_image
  - module: hybrid.host.container_volume
  - module: hybrid.host.network
  - module: hybrid.host.stack
"""

EXAMPLES = r"""
- name: A web server
  hybrid.host.container:
    name: nginx
    image: nginx:1.27
    published_ports: ["80:80"]
    restart_policy: unless-stopped

- name: A database that answers before the play goes on
  hybrid.host.container:
    name: redis
    image: redis:7
    state: healthy
    memory: 512M
    volumes: ["redis-data:/data"]
    networks:
      - {name: lan, ipv4_address: 10.77.0.130, aliases: [cache]}
    healthcheck: {test: [CMD, redis-cli, ping], interval: 5s}

- name: No container
  hybrid.host.container:
    name: nginx
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
      description:
        - V(create), V(update), V(replace), V(start), V(restart), V(pause), V(resume), V(stop), V(delete).
        - V(recover) gives a container its name back that a run has lost which was cut, V(clear) removes what such a run
          has left. V(deviate) changes nothing, see O(security_profile).
      type: str
      returned: always
    kind:
      description: Always V(container).
      type: str
      returned: always
    name:
      description: The name of the container.
      type: str
      returned: always
    disruption:
      description: What it costs the container.
      type: str
      returned: always
    fields:
      description: What differed.
      type: list
      elements: str
      returned: always
    status:
      description: V(planned), V(applied), V(failed), V(skipped), or V(noted) for what is no change.
      type: str
      returned: always
container:
  description:
    - The container as it is afterwards, by the names of this module's options, and beside them what the engine's
      C(inspect) tells, as in community.docker. The values of its environment are masked.
    - With O(detach=false), C(Output) is what it wrote.
  returned: always
  type: dict
  sample: {name: redis, state: running, image: "redis:7", health: healthy}
status:
  description: The exit code of a container whose end was waited for.
  returned: with O(detach=false)
  type: int
  sample: 0
restart_required:
  description: Always empty for containers.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.container import CONTAINER_OPTIONS
from ..module_utils._ansible.arguments.engine import ENGINE_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._container.container import ContainerDriver
from ..module_utils._container.engine import Engine
from ..module_utils._container.network import ContainerNetworkDriver
from ..module_utils._core.converge import Run
from ..module_utils._core.field import Disruption
from ..module_utils._core.order import Target
from ..module_utils._model.comparisons import lenient
from ..module_utils._model.container import Container
from ..module_utils._system import links, start_order
from ..module_utils._system.port import answers

ALLOW = {"type": "str", "choices": ["none", "live", "restart", "replace"], "default": "replace"}


def work(params: Params) -> Work:
    """One container; the networks that it names must be there."""
    engine = Engine(params)
    driver = ContainerDriver(engine, answers)
    spec = Container.from_params(params, lenient(Container))
    target = Target(driver, spec, Disruption(params["allow_disruption"]))
    return Work([target], Run(drivers=[ContainerNetworkDriver(engine, links, start_order)]), told=driver.told)


if __name__ == "__main__":
    run_module({**CONTAINER_OPTIONS, **ENGINE_OPTIONS, "allow_disruption": ALLOW}, work)
