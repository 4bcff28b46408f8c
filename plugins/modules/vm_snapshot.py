#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module vm_snapshot."""

from __future__ import annotations

DOCUMENTATION = r"""
module: vm_snapshot
short_description: A snapshot of a vm
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Takes a snapshot of a vm, goes back to it, and merges it away.
  - A snapshot is no backup. It is on the same disks, and gone with them.
  - libvirt has an hour for each step; the log of the host does not say how far it is.
  - What a snapshot holds cannot be changed. A difference in O(type), O(memory) or O(disks) is refused, unless
    O(allow_disruption=replace) permits to remove the snapshot and to take it anew.
options:
  vm:
    description: The vm.
    type: str
    required: true
  name:
    description: The name of the snapshot.
    type: str
    required: true
  state:
    description:
      - V(present) means that there is such a snapshot. One that is there is not taken again.
      - V(absent) removes it. What was written since then stays, and so do the snapshots that were taken after it.
        Neither it nor V(reverted) changes a file on which an image rests that is none of the vm's.
      - V(reverted) leads the vm back to it, on every run. What was written since then is lost, and so is what a running
        vm has in its memory, or a saved one in the memory that is kept. The vm then runs if the snapshot holds the
        memory of a vm that ran, and is stopped otherwise. Its definition is the one that it had then.
    type: str
    choices: [present, absent, reverted]
    default: present
  description:
    description: A text about it.
    type: str
  type:
    description:
      - V(internal) keeps it inside the vm's qcow2 images. The vm stands still while its memory is written.
      - V(external) leaves the disks as they are and goes on in further files beside them. libvirt can go back to such a
        snapshot since version 9.9, and merges none that was taken on an internal one, so that none is taken there.
        EFI's variables are not part of it.
      - V(auto) is V(internal) where that is possible. It is not for disks other than qcow2, for a part of the disks,
        for a running vm without its memory, and for a vm with EFI.
    type: str
    choices: [auto, internal, external]
    default: auto
  memory:
    description: Whether it holds the memory. By default it does if the vm runs, unless O(quiesce=true).
    type: bool
  disks:
    description: The targets of the disks that it holds at least, as in V(vda). By default all that the vm writes to.
    type: list
    elements: str
  quiesce:
    description:
      - Whether the guest's file systems are brought to rest for the moment of the snapshot, by its agent. The snapshot
        of a running vm is V(external) then, and without the memory.
    type: bool
  allow_disruption:
    description:
      - How far a change may go. V(replace) permits to remove the snapshot and to take it anew.
    type: str
    choices: [none, live, restart, replace]
    default: live
extends_documentation_fragment:
  - hybrid.host._libvirt
  - hybrid.host._attributes
seealso:
  - module: hybrid.host.vm
  - module: hybrid.host.host_info
    description: Lists the snapshots of all vms.
"""

EXAMPLES = r"""
- name: A snapshot before the update
  hybrid.host.vm_snapshot:
    vm: erp
    name: before-update
    description: Release 11.2, before the update to 12

- name: The update did not go well
  hybrid.host.vm_snapshot:
    vm: erp
    name: before-update
    state: reverted

- name: The data disk alone, with its file systems at rest
  hybrid.host.vm_snapshot:
    vm: erp
    name: nightly
    disks: [vdb]
    quiesce: true

- name: The snapshot is not needed any more
  hybrid.host.vm_snapshot:
    vm: erp
    name: before-update
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
      description: V(create), V(update), V(replace), V(revert) or V(delete).
      type: str
      returned: always
    kind:
      description: Always V(snapshot).
      type: str
      returned: always
    name:
      description: The vm and the snapshot, as in V(erp/before-update).
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
snapshot:
  description: The snapshot as it is afterwards, or null where there is none.
  returned: success
  type: dict
  contains:
    name:
      description: The vm and the snapshot, as in V(erp/before-update).
      type: str
      returned: always
    created:
      description: When it was taken, in UTC.
      type: str
      returned: always
    was:
      description: The vm's state then, V(running), V(paused) or V(stopped).
      type: str
      returned: always
    current:
      description: Whether it is the one on which the vm goes on.
      type: bool
      returned: always
    parent:
      description: The snapshot before it.
      type: str
      returned: when there is one
    memory_file:
      description: The file that holds the memory.
      type: str
      returned: when there is one
    files:
      description: The files beside the disks in which the vm went on writing then.
      type: list
      elements: str
      returned: when there are any
  sample: {name: erp/before-update, vm: erp, type: internal, memory: true, disks: [vda], was: running}
restart_required:
  description: Always empty for snapshots.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.libvirt import LIBVIRT_OPTIONS
from ..module_utils._ansible.arguments.vm_snapshot import VM_SNAPSHOT_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._core.change import Address
from ..module_utils._core.converge import Run
from ..module_utils._core.field import Disruption
from ..module_utils._core.order import Target
from ..module_utils._libvirt.session import Session
from ..module_utils._libvirt.vm import VmDriver
from ..module_utils._libvirt.vm_snapshot import VmSnapshotDriver
from ..module_utils._model.vm_snapshot import VmSnapshot
from ..module_utils._system.vm_host import LocalVmHost

ALLOW = {"type": "str", "choices": ["none", "live", "restart", "replace"], "default": "live"}


def work(params: Params) -> Work:
    """One snapshot, and the vm that it is of."""
    session, host = Session(params["libvirt_uri"]), LocalVmHost()
    spec = VmSnapshot.from_params(params)
    target = Target(VmSnapshotDriver(session, host), spec, Disruption(params["allow_disruption"]))
    return Work([target], Run(drivers=[VmDriver(session, host)]), holds=[Address("vm", params["vm"])])


if __name__ == "__main__":
    run_module({**VM_SNAPSHOT_OPTIONS, **LIBVIRT_OPTIONS, "allow_disruption": ALLOW}, work)
