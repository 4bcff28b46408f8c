#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module vm."""

from __future__ import annotations

DOCUMENTATION = r"""
module: vm
short_description: Virtual machines of libvirt, from a typed spec
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Defines, changes, starts, stops and removes one vm.
  - Options that are left out are neither compared nor reset. What the collection does not know in the vm's XML stays.
  - What can be changed while the vm runs is changed at once. The rest is written for the next start, and
    RV(restart_required)
    says so, unless O(allow_disruption) permits a restart.
  - Disks are made by M(hybrid.host.qcow2) and networks by M(hybrid.host.network), or all together by
    M(hybrid.host.stack).
options:
  allow_disruption:
    description:
      - How far a change may go. With V(live), what needs a restart waits for one. With V(restart), the vm is
        restarted.
        With V(replace), it is made anew as another machine, too, with the same disks.
      - What goes beyond fails before anything is touched.
    type: str
    choices: [none, live, restart, replace]
    default: live
  adopt:
    description:
      - Whether to take over a vm of this name that was made by hand or by another tool. Otherwise that is refused.
      - What this task does not name stays as it is.
    type: bool
    default: false
extends_documentation_fragment:
  - hybrid.host.vm
  - hybrid.host._libvirt
  - hybrid.host._capacity
  - hybrid.host._attributes
"""

EXAMPLES = r"""
- name: A vm from an overlay on a cloud image, ready for logins
  hybrid.host.vm:
    name: erp
    os: debian12
    memory: 2G
    vcpus: 2
    disks:
      - source: erp.qcow2
    networks:
      - network: lan
        ip: 10.77.0.20
    cloud_init:
      ssh_keys: ["{{ lookup('ansible.builtin.file', '~/.ssh/id_ed25519.pub') }}"]
    wait_for: {agent: true}

- name: More memory, now
  hybrid.host.vm:
    name: erp
    memory: 4G
    allow_disruption: restart

- name: A legacy system, installed from a CD-ROM
  hybrid.host.vm:
    name: ledger
    os: legacy
    memory: 512M
    disks:
      - source: ledger.qcow2
      - {device: cdrom, source: /srv/iso/install.iso}

- name: A kernel, booted directly
  hybrid.host.vm:
    name: probe
    memory: 256M
    boot:
      kernel: /srv/boot/vmlinuz
      initrd: /srv/boot/initrd.img
      cmdline: console=ttyS0

- name: A Windows Server, to be installed from its medium
  hybrid.host.vm:
    name: directory
    state: stopped
    os: win2k22
    memory: 8G
    vcpus: 4
    disks:
      - source: directory.qcow2
      - {device: cdrom, source: /srv/iso/server2022.iso}
    graphics: {type: vnc, password: "{{ screen_password }}"}

- name: Room to grow while it runs, and limits
  hybrid.host.vm:
    name: crm
    os: rhel9.4
    memory: 4G
    max_memory: 16G
    vcpus: 2
    max_vcpus: 8
    disks:
      - source: crm.qcow2
        size: 80G
        iotune: {total_iops_sec: 2000}
    networks:
      - network: lan
        bandwidth: {outbound: {average: 12500}}

- name: A system container, on a host whose libvirt has the LXC driver (role kvm with kvm_lxc)
  hybrid.host.vm:
    name: mail
    libvirt_uri: lxc:///system
    memory: 512M
    filesystems:
      - {source: /var/lib/machines/mail, target: /}
    networks:
      - network: lan
    wait_for: {ip: true}

- name: What no option covers
  hybrid.host.vm:
    name: erp
    xml_patch:
      - {path: "./devices/sound/@model", value: ich9}

- name: No vm, and none of its disks that a stack has made
  hybrid.host.vm:
    name: erp
    state: absent
    delete_disks: owned

- name: Nor the one that was made outside of a stack
  hybrid.host.qcow2:
    path: erp.qcow2
    state: absent
"""

RETURN = r"""
actions:
  description: What was done or, in check mode, would be, in this order.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description:
        - V(create), V(update), V(replace), V(start), V(stop), V(restart), V(reset), V(pause), V(resume), V(save) or
          V(delete).
      type: str
      returned: always
    kind:
      description: V(vm), or V(vm_ports) for its published ports.
      type: str
      returned: always
    name:
      description: The name of the vm.
      type: str
      returned: always
    disruption:
      description: What it costs the guest.
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
vm:
  description: The vm as it is afterwards, or null where there is none.
  returned: success
  type: dict
  contains:
    state:
      description: V(running), V(paused), V(saved), V(stopped) or V(crashed).
      type: str
      returned: always
    addresses:
      description: The addresses that it was given by the DHCP servers of its networks.
      type: list
      elements: str
      returned: when there are any
    pending:
      description: The fields in which the running vm is not yet as it is defined.
      type: list
      elements: str
      returned: when there are any
vm_ports:
  description: The published ports, as they are afterwards.
  returned: with O(published_ports)
  type: dict
  contains:
    ports:
      description: For each port, C(host_ip), C(host_port), C(protocol) and C(container_port), the vm's own.
      type: list
      elements: dict
      returned: where there are any
    counters:
      description: By port of the host, the connections since it was loaded.
      type: dict
      returned: where there are any
restart_required:
  description: By vm, the managed fields that wait for its next start.
  returned: always
  type: dict
  sample: {vm/erp: [memory]}
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.capacity import CAPACITY_OPTION
from ..module_utils._ansible.arguments.libvirt import LIBVIRT_OPTIONS
from ..module_utils._ansible.arguments.vm import VM_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._core.converge import Run
from ..module_utils._core.field import Disruption
from ..module_utils._core.order import Target
from ..module_utils._libvirt.network import NetworkDriver
from ..module_utils._libvirt.pool import PoolDriver
from ..module_utils._libvirt.session import Session
from ..module_utils._libvirt.vm import VmDriver
from ..module_utils._model.host_tables import HostTables, ports_of
from ..module_utils._model.vm import Vm
from ..module_utils._system import links, pool_host
from ..module_utils._system.capacity import Capacity
from ..module_utils._system.machine import machine_id
from ..module_utils._system.table_driver import VmPortsDriver
from ..module_utils._system.vm_host import LocalVmHost

OPTIONS = {
    **VM_OPTIONS,
    **LIBVIRT_OPTIONS,
    **CAPACITY_OPTION,
    "allow_disruption": {"type": "str", "choices": ["none", "live", "restart", "replace"], "default": "live"},
    "adopt": {"type": "bool", "default": False},
}


def work(params: Params) -> Work:
    """One vm and its published ports, and the networks and pools that it refers to."""
    session, adopt = Session(params["libvirt_uri"]), params["adopt"]
    allow = Disruption(params["allow_disruption"])
    networks, pools = NetworkDriver(session, links), PoolDriver(session, pool_host)
    targets = [Target(VmDriver(session, LocalVmHost()), Vm.from_params(params), allow, adopt=adopt)]
    ports = ports_of(params)
    if ports is not None and (session.local or ports.state == "present"):
        targets.append(Target(VmPortsDriver({networks.kind: session.elsewhere}), ports, allow, adopt=adopt))
    tables = HostTables(machine_id, lambda asked, _found: asked, {networks.kind: networks})
    run = Run(drivers=[networks, pools], resolve=tables, weigh=Capacity(params["capacity"]))
    return Work(targets, run)


if __name__ == "__main__":
    run_module(OPTIONS, work)
