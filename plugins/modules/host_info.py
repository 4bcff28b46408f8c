#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module host_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: host_info
short_description: What a host runs, has, and lacks
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Looks at a host and changes nothing. It tells which engines answer, which vms and containers there are with their
    addresses, which networks and storage pools there are, what the machine has and what it has promised, and what is
    amiss.
  - An engine that is missing, stopped, hanging or answering nonsense does not fail the module. RV(engines) then says
    why, and the rest of the host is returned all the same.
options:
  engine:
    description:
      - The container engine to look at. V(auto) looks at Docker and at Podman.
      - The one at O(docker_host) is looked at there, each other one at its own socket.
    type: str
    choices: [auto, docker, podman]
    default: auto
  timeout:
    description:
      - Seconds to wait for each answer of a container engine.
      - If not set, E(DOCKER_TIMEOUT) of the managed host is used, if it is set there.
    type: int
    default: 10
  probe:
    description:
      - Whether to ask besides who reaches whom. Network namespaces stand for workloads meanwhile, each with a leg in
        the bridge of a network, at an address there that nobody is known to have and that does not answer. Two more
        stand on each bridge of the host that vms are on, at link-local addresses. They are removed afterwards.
      - What they ask and answer is ICMP over IPv4. Rules for a single address or port do not show.
      - In check mode nothing is probed.
    type: bool
    default: false
  probe_address:
    description:
      - The IPv4 address that stands for what is outside. If not set, it is the router of the host's default route;
        without one, nobody is asked outside.
    type: str
extends_documentation_fragment:
  - hybrid.host._libvirt
  - hybrid.host._engine
  - hybrid.host._attributes
attributes:
  check_mode:
    description: Looks, and touches nothing, in check mode as otherwise.
  diff_mode:
    support: N/A
    description: There is nothing to differ.
seealso:
  - module: hybrid.host.stack
"""

EXAMPLES = r"""
- name: Look at the host
  hybrid.host.host_info:
  register: seen

- name: Show the workloads
  ansible.builtin.debug:
    msg: "{{ item.kind }} {{ item.name }} is {{ item.state }} at {{ item.addresses | join(', ') }}"
  loop: "{{ seen.workloads }}"

- name: Ask who reaches whom, and show what is amiss
  hybrid.host.host_info:
    probe: true
  register: asked
  failed_when: asked.findings | selectattr('code', 'equalto', 'unreached') | length > 0

- name: Insist on engines that answer, and on a host where nothing is amiss
  ansible.builtin.assert:
    that:
      - seen.engines | selectattr('present') | rejectattr('reachable') | length == 0
      - seen.findings | selectattr('severity', 'equalto', 'error') | length == 0
"""

RETURN = r"""
engines:
  description: libvirt, Docker and Podman, as far as O(engine) asks for them.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: V(libvirt), V(docker) or V(podman).
      type: str
      returned: always
    address:
      description: Where it was looked for.
      type: str
      returned: always
    present:
      description: Whether it is installed on the host, or there is something at its address.
      type: bool
      returned: always
    reachable:
      description: Whether it gave sensible answers.
      type: bool
      returned: always
    version:
      description: Its version, or V(null) where it did not answer.
      type: str
      returned: always
    hypervisor:
      description: For libvirt, what runs the vms, as in V(QEMU 7.2.22).
      type: str
      returned: always
    cause:
      description: Why it cannot be reached, or V(null).
      type: str
      returned: always
    hint:
      description: What to do about it, or V(null).
      type: str
      returned: always
capabilities:
  description: What the machine can do.
  returned: always
  type: dict
  contains:
    architecture:
      description: As the kernel says it, as in V(x86_64).
      type: str
      returned: always
    cpus:
      description: The number of processors.
      type: int
      returned: always
    memory:
      description: Bytes of memory.
      type: int
      returned: always
    kvm:
      description: RV(capabilities.kvm.usable), and in RV(capabilities.kvm.cause) why it is not.
      type: dict
      returned: always
      contains:
        usable:
          description: Whether KVM runs vms here.
          type: bool
          returned: always
        cause:
          description: Why not, or V(null).
          type: str
          returned: always
workloads:
  description: Vms and containers, running or not, sorted by kind and name.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: V(vm) or V(container).
      type: str
      returned: always
    name:
      description: Its name.
      type: str
      returned: always
    engine:
      description: V(libvirt), V(docker) or V(podman).
      type: str
      returned: always
    state:
      description: V(running), V(paused), V(saved), V(stopped), V(crashed), V(restarting) or V(dead).
      type: str
      returned: always
    started:
      description:
        - When it was started, in UTC, as in V(2026-01-31T08:15:00Z). V(null) where it does not run, or nobody knows.
      type: str
      returned: always
    addresses:
      description: The addresses that it has now.
      type: list
      elements: str
      returned: always
    networks:
      description: Where it is attached.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The network, or the host's bridge.
          type: str
          returned: always
        address:
          description:
            - Its address there, or of a stopped workload the one that is fixed for it. V(null) where there is none.
          type: str
          returned: always
        mac:
          description: For vms, the MAC of the NIC.
          type: str
          returned: always
    stack:
      description: The stack that owns it, or V(null).
      type: str
      returned: always
    image:
      description: For containers, the image.
      type: str
      returned: always
    os:
      description: For vms, the operating system as libosinfo names it, where the vm's metadata say so.
      type: str
      returned: always
    memory:
      description: Bytes of memory that a vm has, or that a container may have; V(null) without a limit.
      type: int
      returned: always
    cpus:
      description: Processors that a vm has, or that a container may use; V(null) without a limit.
      type: float
      returned: always
    restart_required:
      description: For vms, what was written and waits for the next start.
      type: list
      elements: str
      returned: always
    snapshots:
      description: For vms, their snapshots, as M(hybrid.host.vm_snapshot) returns one, parents first.
      type: list
      elements: dict
      returned: always
networks:
  description: Networks of all engines, sorted by name. Those that share a bridge are one.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Its name, libvirt's where libvirt knows it.
      type: str
      returned: always
    names:
      description: Its names by engine.
      type: dict
      returned: always
    mode:
      description: V(nat), V(routed), V(isolated), V(bridge), V(direct), or the engine's own word.
      type: str
      returned: always
    bridge:
      description: The bridge on the host; V(null) where there is none, or the engine does not tell.
      type: str
      returned: always
    subnet:
      description: The IPv4 subnet.
      type: str
      returned: always
    subnet6:
      description: The IPv6 subnet, or V(null).
      type: str
      returned: always
    gateway:
      description: The host's own address there.
      type: str
      returned: always
    domain:
      description: The DNS domain that libvirt answers for.
      type: str
      returned: always
    active:
      description: Whether libvirt has it started. Networks of container engines alone always are.
      type: bool
      returned: always
    autostart:
      description: Whether libvirt starts it together with the host; V(null) for networks that libvirt does not know.
      type: bool
      returned: always
    stack:
      description: The stack that owns it, or V(null).
      type: str
      returned: always
pools:
  description: Storage pools of libvirt, sorted by name.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
    type:
      description: Its type, as of M(hybrid.host.storage_pool).
      type: str
      returned: always
    path:
      description: Where its volumes are on the host, or V(null).
      type: str
      returned: always
    active:
      description: Whether libvirt has it started, and a file system of its own is mounted.
      type: bool
      returned: always
    autostart:
      description: Whether libvirt starts it together with the host.
      type: bool
      returned: always
    capacity:
      description:
        - Bytes in all, and as C(allocation) and C(available) those taken and left. V(null) unless it is active.
      type: int
      returned: always
    volumes:
      description: The names of its volumes, as libvirt saw them last.
      type: list
      elements: str
      returned: always
    workloads:
      description: The vms that have a volume of it.
      type: list
      elements: str
      returned: always
    stack:
      description: The stack that owns it, or V(null).
      type: str
      returned: always
capacity:
  description: What the machine has, and what it has promised to running workloads.
  returned: always
  type: dict
  contains:
    cpus:
      description: Processors in C(total), those of C(vms), and the limits of C(containers).
      type: dict
      returned: always
    memory:
      description:
        - Bytes in C(total), C(available) now, allotted to C(vms), and the limits of C(containers).
        - C(unlimited_containers) is the number of containers without a limit.
      type: dict
      returned: always
    storage:
      description: The file systems in which the engines of this host keep images.
      type: list
      elements: dict
      returned: always
      contains:
        path:
          description: The folder.
          type: str
          returned: always
        engine:
          description: Whose it is.
          type: str
          returned: always
        total:
          description: Bytes of the file system.
          type: int
          returned: always
        free:
          description: Bytes that are free.
          type: int
          returned: always
reached:
  description: What O(probe) has asked, and whether there was an answer; empty without it.
  returned: always
  type: list
  elements: dict
  contains:
    source:
      description: Who asked; V(host), or what stood for a workload, as in V(vm on lan) or V(container on bridge).
      type: str
      returned: always
    target:
      description: Who was asked, likewise, or V(outside).
      type: str
      returned: always
    address:
      description: The address that was asked.
      type: str
      returned: always
    reached:
      description: Whether it answered.
      type: bool
      returned: always
findings:
  description: What is amiss, the worst first. Only what is certain from looking, or from O(probe).
  returned: always
  type: list
  elements: dict
  contains:
    code:
      description:
        - V(engine-unreachable), V(hypervisor-missing), V(kvm-unusable), V(memory-overcommitted), V(subnets-overlap),
          V(route-overlaps), V(network-without-autostart) or V(storage-low).
        - Of firewalls that get into each other's way, V(forwarding-off), V(forward-drop), V(forward-drop-ipv6),
          V(bridges-filtered), V(containers-guarded), V(nat-one-way), V(docker-in-nftables), V(rules-missing) or
          V(firewall-flushed); and V(unreached) where O(probe) found that something has no answer that must have one.
      type: str
      returned: always
    severity:
      description: V(error), V(warning) or V(info).
      type: str
      returned: always
    message:
      description: What is so.
      type: str
      returned: always
    hint:
      description: What to do about it.
      type: str
      returned: always
"""

from typing import Any

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.engine import ENGINE_OPTIONS
from ..module_utils._ansible.arguments.libvirt import LIBVIRT_OPTIONS
from ..module_utils._ansible.run import Params, run_reading
from ..module_utils._container import survey as containers
from ..module_utils._libvirt.session import Session
from ..module_utils._libvirt.survey import LibvirtSurvey
from ..module_utils._model.findings import by_severity, findings
from ..module_utils._model.host import Host, whole
from ..module_utils._model.reach import probed, stand_ins
from ..module_utils._system import links, pool_host, probe
from ..module_utils._system import survey as system
from ..module_utils._system.vm_host import LocalVmHost

OPTIONS = {
    **LIBVIRT_OPTIONS,
    **ENGINE_OPTIONS,
    "timeout": {**ENGINE_OPTIONS["timeout"], "default": 10},
    "probe": {"type": "bool", "default": False},
    "probe_address": {"type": "str"},
}


def read(params: Params) -> dict[str, Any]:
    """The host as all engines together show it."""
    local = LocalVmHost()
    libvirt = LibvirtSurvey(Session(params["libvirt_uri"]), local, links, pool_host)
    surveys = [libvirt.survey(), *map(containers.survey, containers.engines(params))]
    host = Host(system.machine(local.why_no_kvm(), surveys), surveys)
    asks = params["probe"] and not params["check_mode"]
    places = stand_ins(host, links.has_interface) if asks else []
    reached, unreached = probed(places, probe, params["probe_address"]) if asks else ([], [])
    return {
        "engines": [whole(engine) for engine in host.engines],
        "capabilities": host.capabilities(),
        "workloads": [whole(workload) for workload in host.workloads],
        "networks": [whole(network) for network in host.networks],
        "pools": [whole(pool) for pool in host.pools],
        "capacity": host.capacity(),
        "reached": [whole(answer) for answer in reached],
        "findings": [whole(finding) for finding in by_severity([*findings(host), *unreached])],
    }


if __name__ == "__main__":
    run_reading(OPTIONS, read)
