#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module network."""

from __future__ import annotations

DOCUMENTATION = r"""
module: network
short_description: A network that vms and containers share
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Keeps one network with one bridge, one subnet and one name space, in libvirt for vms and in the container engine
    for containers. Vms and containers on it reach each other directly.
  - Libvirt makes the bridge, gives vms their addresses and answers for names. Docker puts containers on the same
    bridge. Podman cannot yet. Use O(attach) to have a network in one of them only.
  - Options that are left out are neither compared nor reset. What the collection does not know in the network's XML
    stays.
  - Names, reservations and the DHCP range are changed while the network runs. All other changes replace the network,
    which is refused while workloads are on it.
  - A network that was stopped is started again, and the vms and containers that ran meanwhile are put back on its
    bridge.
options:
  allow_disruption:
    description:
      - How far a change may go. V(replace) permits to make a network anew that no workload uses.
    type: str
    choices: [none, live, restart, replace]
    default: live
extends_documentation_fragment:
  - hybrid.host.network
  - hybrid.host._libvirt
  - hybrid.host._engine
  - hybrid.host._attributes
"""

EXAMPLES = r"""
- name: A network with a free subnet, DHCP, and a bridge, for vms and containers
  hybrid.host.network:
    name: lan

- name: The same with names
  hybrid.host.network:
    name: lan
    subnet: 10.77.0.0/24
    dns:
      domain: shop.internal
      hosts:
        - {ip: 10.77.0.1, hostnames: [gateway]}

- name: A network without a way out, for containers only
  hybrid.host.network:
    name: backend
    mode: isolated
    attach: [containers]

- name: A fixed address for a MAC, and ranges of one's own choice
  hybrid.host.network:
    name: lan
    subnet: 10.77.0.0/24
    dhcp: {start: 10.77.0.10, end: 10.77.0.99}
    containers: {start: 10.77.0.128, end: 10.77.0.191}
    reservations:
      - {mac: "52:54:00:12:34:56", ip: 10.77.0.20, name: erp}

- name: Who may reach whom on it
  hybrid.host.network:
    name: lan
    policy:
      allow:
        - {from: nginx, to: app, port: 3000}
        - {from: tier=back, to: vm/erp, port: 8080}

- name: No network
  hybrid.host.network:
    name: lan
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
      description: V(create), V(update), V(replace), V(start) or V(delete).
      type: str
      returned: always
    kind:
      description: V(network) for libvirt's half, V(container_network) for the container engine's, V(policy) for who may
        reach whom.
      type: str
      returned: always
    name:
      description: The name of the network.
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
network:
  description: Libvirt's half, as it is afterwards.
  returned: when O(attach) includes V(vms)
  type: dict
container_network:
  description: The container engine's half, as it is afterwards.
  returned: when O(attach) includes V(containers)
  type: dict
policy:
  description: The policy, as it is afterwards.
  returned: with O(policy)
  type: dict
  contains:
    counters:
      description: By C(allow[NUMBER]), and by C(default) for what no rule allows, the packets since it was loaded.
      type: dict
      returned: where there is one
restart_required:
  description: Always empty for networks.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.engine import ENGINE_OPTIONS
from ..module_utils._ansible.arguments.libvirt import LIBVIRT_OPTIONS
from ..module_utils._ansible.arguments.network import NETWORK_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._container.container import ContainerDriver
from ..module_utils._container.engine import Engine
from ..module_utils._container.network import ContainerNetworkDriver
from ..module_utils._container.podman_rootless import elsewhere
from ..module_utils._core.converge import Run
from ..module_utils._core.field import Disruption
from ..module_utils._core.order import Target
from ..module_utils._libvirt.network import NetworkDriver
from ..module_utils._libvirt.session import Session
from ..module_utils._libvirt.vm import VmDriver
from ..module_utils._model.container_network import halves
from ..module_utils._model.host_tables import HostTables, policy_of
from ..module_utils._model.network import Network
from ..module_utils._model.surroundings import Surroundings
from ..module_utils._system import links, start_order
from ..module_utils._system.machine import machine_id
from ..module_utils._system.table_driver import PolicyDriver
from ..module_utils._system.vm_host import LocalVmHost

ALLOW = {"type": "str", "choices": ["none", "live", "restart", "replace"], "default": "live"}
OPTIONS = {**NETWORK_OPTIONS, **LIBVIRT_OPTIONS, **ENGINE_OPTIONS, "allow_disruption": ALLOW}


def work(params: Params) -> Work:
    """The halves of one network and its policy, each with its driver."""
    session, engine, host = Session(params["libvirt_uri"]), Engine(params), LocalVmHost()
    vms, containers = NetworkDriver(session, links), ContainerNetworkDriver(engine, links, start_order)
    network, half = halves(Network.from_params(params), session.present, engine.present)
    policies = PolicyDriver({vms.kind: session.elsewhere, containers.kind: lambda: elsewhere(engine)})
    asked = ((vms, network), (containers, half), (policies, policy_of(params)))
    allow = Disruption(params["allow_disruption"])
    targets = [Target(driver, spec, allow) for driver, spec in asked if spec is not None]
    present = ((session, vms), (engine, containers))
    sources = [driver.occupied for connection, driver in present if connection.present()]
    surroundings = Surroundings([*sources, links.routed_subnets], links.has_interface, links.lan)
    workloads = (VmDriver(session, host), ContainerDriver(engine, host.answers))
    tables = HostTables(machine_id, surroundings, {driver.kind: driver for driver in workloads})
    return Work(targets, Run(resolve=tables))


if __name__ == "__main__":
    run_module(OPTIONS, work)
