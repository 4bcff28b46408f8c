# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module stack."""

from __future__ import annotations

DOCUMENTATION = r"""
module: stack
short_description: Vms, containers, networks, pools and disks of a host, from one document
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Converges all objects of one stack in one pass, with one plan and one diff.
  - What an object needs is made before it and removed after it; what is independent is made side by side. A failure
    stops what depends on it, and the result says what was applied, what failed and what was skipped.
  - Workloads get an address on each network of the stack before anything is applied, and keep it. On a network with a
    domain every workload reaches every other by name.
  - What the stack makes carries its name. An object of the same name that is not its own is refused unless O(adopt).
options:
  name:
    description: Name of the stack.
    type: str
    required: true
  state:
    description: V(absent) removes what the stack owns.
    type: str
    choices: [present, absent]
    default: present
  compose_files:
    description:
      - Compose files on the controller, found as Ansible finds the files of a role or a play. A later one overrides an
        earlier one, as the Compose Specification says.
      - Their services become containers, their networks, volumes and builds become the stack's. Vms may stand in the
        same file, by name under C(x-vms), with the options of O(vms).
      - What has no meaning here is refused by its place in the file. C(docs/compose.md) of the collection says what
        becomes of what. Where O(state=absent), the files are not read.
    type: list
    elements: str
  compose_profiles:
    description: The profiles whose services are wanted, besides those that are in none. V(*) stands for all.
    type: list
    elements: str
  compose_env:
    description:
      - Variables for O(compose_files). They go before those of the file C(.env) beside the first of them. The
        environment of the controller is not asked.
    type: dict
  compose_directory:
    description: The folder on the host in which relative paths of O(compose_files) stand, those of builds and mounts.
    type: str
  prune:
    description: Remove what the stack owns and the document no longer asks for.
    type: bool
    default: false
  adopt:
    description:
      - Take over objects of the same name that belong to nobody or to another stack.
      - A container volume of nobody's that is as it is asked to be needs no taking over. It is used, and never removed.
    type: bool
    default: false
  delete_disks:
    description:
      - Let O(prune) and O(state=absent) remove the disks that the stack made, with their data.
      - With its vms go the volumes of pools that were made for them, too, but for what another vm of O(vms) has.
    type: bool
    default: false
  delete_volumes:
    description: Let O(prune) and O(state=absent) remove the container volumes that the stack made, with their data.
    type: bool
    default: false
  parallel:
    description: How many objects are changed side by side.
    type: int
    default: 4
  allow_disruption:
    description:
      - How far a change may go. What goes further fails before anything is touched, naming the fields.
      - When left out, containers and images may be replaced, and all else be changed live.
    type: str
    choices: [none, live, restart, replace]
extends_documentation_fragment:
  - hybrid.host.stack
  - hybrid.host._awaited
  - hybrid.host._capacity
  - hybrid.host._libvirt
  - hybrid.host._engine
  - hybrid.host._attributes
"""

EXAMPLES = r"""
- name: A legacy system and what stands in front of it
  hybrid.host.stack:
    name: shop
    networks:
      - {name: lan, mode: nat, subnet: 10.77.0.0/24, dns: {domain: shop.internal}}
    disks:
      - {path: erp.qcow2, size: 40G, backing_file: /var/lib/libvirt/images/centos7.qcow2}
    vms:
      - name: erp
        os: centos7
        memory: 4G
        vcpus: 2
        disks: [{source: erp.qcow2}]
        networks: [{network: lan, ip: 10.77.0.20}]
        wait_for: {port: 8080}
    containers:
      - {name: redis, image: "redis:7", networks: [{name: lan}]}
      - {name: app, image: "shop/app:3", networks: [{name: lan}], depends_on: [redis, vm/erp]}
      - {name: nginx, image: "nginx:1.27", networks: [{name: lan}], published_ports: ["80:80"], depends_on: [app]}

- name: The services of a Compose file, and one more network
  hybrid.host.stack:
    name: shop
    compose_files: [compose.yml, compose.production.yml]
    compose_profiles: [mail]
    compose_env: {TAG: "3", DB_PASSWORD: "{{ db_password }}"}
    compose_directory: /srv/shop
    networks:
      - {name: lan, subnet: 10.77.0.0/24, dns: {domain: shop.internal}}

- name: Remove it, and the disks that it made
  hybrid.host.stack:
    name: shop
    state: absent
    delete_disks: true
"""

RETURN = r"""
actions:
  description: What was changed or, in check mode, would be, in an order in which it could be applied one by one.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: What was done, such as V(create), V(update), V(replace), V(start), V(delete).
      type: str
      returned: always
    kind:
      description: What it was done to, such as V(vm), V(container), V(network), V(disk).
      type: str
      returned: always
    name:
      description: The name of the object.
      type: str
      returned: always
    disruption:
      description: What it costs the workload.
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
objects:
  description: The objects of the stack as they are afterwards, by kind.
  returned: always
  type: dict
restart_required:
  description: By vm, the managed fields that wait for its next start.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.engine import ENGINE_OPTIONS
from ..module_utils._ansible.arguments.libvirt import LIBVIRT_OPTIONS
from ..module_utils._ansible.arguments.stack import STACK_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._container.container import ContainerDriver
from ..module_utils._container.engine import Engine
from ..module_utils._container.image import ImageDriver
from ..module_utils._container.network import ContainerNetworkDriver
from ..module_utils._container.podman_rootless import elsewhere
from ..module_utils._container.volume import VolumeDriver
from ..module_utils._core.converge import Run
from ..module_utils._core.driver import Driver
from ..module_utils._libvirt.disk_jobs import disk_jobs
from ..module_utils._libvirt.network import NetworkDriver
from ..module_utils._libvirt.pool import PoolDriver
from ..module_utils._libvirt.session import Session
from ..module_utils._libvirt.vm import VmDriver
from ..module_utils._model.awaited import Awaited
from ..module_utils._model.composition import Composition
from ..module_utils._model.host_tables import HostTables
from ..module_utils._model.stack import Stack
from ..module_utils._model.surroundings import Surroundings
from ..module_utils._system import links, pool_host, start_order
from ..module_utils._system.capacity import Capacity
from ..module_utils._system.disk import DiskDriver
from ..module_utils._system.image_host import LocalImageHost
from ..module_utils._system.machine import machine_id
from ..module_utils._system.table_driver import PolicyDriver, VmPortsDriver
from ..module_utils._system.vm_host import LocalVmHost

NETWORKS = (NetworkDriver, ContainerNetworkDriver)
Drivers = dict[str, tuple[str, Driver]]


def work(params: Params) -> Work:
    """All objects of the stack, with the drivers of its kinds and of those whose engine the host has."""
    session, engine = Session(params["libvirt_uri"]), Engine(params)
    awaited = Awaited.from_params(params["awaited"])
    present = {"libvirt": session.present(), engine.name: engine.present(), "host": True}
    to_come = awaited.missing(present)
    usable = {name for name in present if present[name] or name in to_come}
    stack = Stack.from_params(params, lambda: "libvirt" in usable, lambda: engine.name in usable)
    drivers = _drivers(session, engine, LocalVmHost(awaited.is_coming), stack)
    used = {kind: d for kind, (home, d) in drivers.items() if kind in stack.kinds or home in usable}
    unborn = frozenset(kind for kind, (home, _driver) in drivers.items() if home in to_come)
    sources = [d.occupied for d in used.values() if isinstance(d, NETWORKS) and d.kind not in unborn]
    surroundings = Surroundings([*sources, links.routed_subnets], links.has_interface, links.lan)
    complete = HostTables(machine_id, Composition(machine_id(), surroundings, used), used)
    run = Run(
        **stack.terms(params, complete),
        drivers=list(used.values()),
        unborn=unborn,
        coming=awaited.is_coming,
        weigh=Capacity(params["capacity"]),
    )
    return Work(stack.targets(used, params), run, grouped=True)


def _drivers(session: Session, engine: Engine, host: LocalVmHost, stack: Stack) -> Drivers:
    """By kind: what its objects live on, and the driver."""
    barred = {"network": session.elsewhere, "container_network": lambda: elsewhere(engine)}
    return {
        "network": ("libvirt", NetworkDriver(session, links)),
        "container_network": (engine.name, ContainerNetworkDriver(engine, links, start_order)),
        "pool": ("libvirt", PoolDriver(session, pool_host)),
        "disk": ("host", DiskDriver(disk_jobs(session, host), stack.kept("disk"))),
        "image": (engine.name, ImageDriver(engine, LocalImageHost())),
        "volume": (engine.name, VolumeDriver(engine)),
        "container": (engine.name, ContainerDriver(engine, host.answers)),
        "vm": ("libvirt", VmDriver(session, host, stack.kept("disk"))),
        "policy": ("host", PolicyDriver(barred)),
        "vm_ports": ("host", VmPortsDriver(barred)),
    }


if __name__ == "__main__":
    run_module({**STACK_OPTIONS, **LIBVIRT_OPTIONS, **ENGINE_OPTIONS}, work)
