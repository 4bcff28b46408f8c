#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module vm_backup."""

from __future__ import annotations

DOCUMENTATION = r"""
module: vm_backup
short_description: A backup of a vm
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Backs up a vm that runs, in full or only what has changed since the last backup, and one that does not. Brings it
    back, also under another name and on another host.
  - A backup is a folder O(path)/O(name). It has one qcow2 image for each disk, V(vda.qcow2), and C(manifest.json), with
    the vm's definition, without secrets, and the size and digest of each file. It gets its name when it is whole.
  - An incremental backup's image is an overlay on that of the backup before, by a relative path. So the plain
    C(qemu-img convert -O qcow2 path/name/vda.qcow2 vda.qcow2) gives the whole disk as it was then, of any backup.
  - What has changed is known by a checkpoint, of which libvirt keeps a bitmap in each qcow2 image. Only the one of the
    last backup in O(path) is kept. A disk that is not qcow2 is held in full, each time.
  - The state of a TPM and the seed of cloud-init, which may hold secrets, are not part of a backup, nor are passwords.
    A screen has none after a restore, except with O(overwrite=true) the one that it had there. A warning names one that
    other hosts reach.
options:
  vm:
    description: The vm.
    type: str
    required: true
  path:
    description:
      - The folder of the backups, on the host. It is made where it is missing. Give each vm its own.
      - Each such folder has checkpoints of its own, so that there may be one for every day and one for every week.
    type: path
    required: true
  name:
    description:
      - The name of the backup. By default it is the time in UTC, as in V(20261125T043000Z), and each run takes another.
      - A backup that is there is not taken again.
    type: str
  state:
    description:
      - V(present) means that there is such a backup.
      - V(absent) removes it. It is refused while an incremental one rests on it.
      - V(restored) makes its disks anew and defines the vm. It does not start it. A vm that was restored from this
        backup is left as it is, unless O(overwrite=true).
    type: str
    choices: [present, absent, restored]
    default: present
  mode:
    description:
      - V(auto) is incremental where the last backup in O(path) is whole and its checkpoint of use, and full otherwise.
        A warning then says why.
      - V(incremental) is refused where V(auto) would be full.
    type: str
    choices: [auto, full, incremental]
    default: auto
  method:
    description:
      - V(push) has QEMU write the files itself. Its user must be able to go through O(path).
      - V(pull) has QEMU serve the disks on a unix socket, from which this module copies them.
      - The files are the same. A vm that does not run is copied under the locks of its images.
    type: str
    choices: [push, pull]
    default: push
  disks:
    description: The targets of the disks that it holds, as in V(vda). By default all that the vm writes to.
    type: list
    elements: str
  quiesce:
    description:
      - Whether the guest's file systems are brought to rest for the moment of the backup, by its agent. By default they
        are if the agent does that.
    type: bool
  keep:
    description:
      - How many backups stay, as a number, or as a dictionary with V(last), V(daily), V(weekly) and V(monthly), the
        newest one of each of so many days, weeks and months (UTC). The others of this vm in O(path) go once the new one
        is whole.
      - One on which another rests that stays, stays as well. So more may be there for a while, until all of a full
        backup and its incrementals go. One that is damaged neither counts nor goes.
    type: raw
  max_incrementals:
    description:
      - How many incrementals may follow a full backup with O(mode=auto), before the next full one. By default one less
        than O(keep) keeps in all, and 30 without it.
    type: int
  verify:
    description:
      - Whether each file is held against the manifest, and each image checked by QEMU. One that is there is looked at
        on every run, also in check mode, with all that it rests on. A new one gets its name afterwards.
    type: bool
    default: false
  timeout:
    description: How long the backup may take.
    type: str
    default: 1h
  restore_as:
    description: The name that the vm gets as it is restored. Another than its own gives it another UUID and other MACs.
    type: str
  restore_to:
    description:
      - The folder in which the disks are made. By default they are where they were.
      - A disk that was no file, but a device or in a network, needs a place. It is named after the vm that it goes to,
        as in V(erp-vda.qcow2).
    type: path
  restore_disks:
    description: The files that the disks become, by their targets. Takes precedence over O(restore_to).
    type: dict
  overwrite:
    description:
      - Whether a vm and files that are there are replaced, on every run.
      - The vm must not run then, nor have snapshots or saved memory. A file that another image rests on, or that
        something has open, is not replaced.
    type: bool
    default: false
requirements:
  - qemu-img, and for O(method=pull) qemu-io, which comes with it.
extends_documentation_fragment:
  - hybrid.host._libvirt
  - hybrid.host._attributes
seealso:
  - module: hybrid.host.vm
  - module: hybrid.host.vm_snapshot
    description: A snapshot is on the same disks, and quicker to go back to.
"""

EXAMPLES = r"""
- name: Every night, with what a week needs
  hybrid.host.vm_backup:
    vm: erp
    path: /srv/backups/erp
    keep: {last: 3, daily: 7, weekly: 4}

- name: Before the update, in full, and looked at
  hybrid.host.vm_backup:
    vm: erp
    path: /srv/backups/erp
    name: before-update
    mode: full
    verify: true

- name: Back as another vm, to look into it
  hybrid.host.vm_backup:
    vm: erp
    path: /srv/backups/erp
    name: before-update
    state: restored
    restore_as: erp-then
    restore_to: /srv/vms

- name: The whole vm on a host that has nothing of it
  hybrid.host.vm_backup:
    vm: erp
    path: /mnt/backups/erp
    name: 20261125T043000Z
    state: restored
    verify: true

- name: The backup is not needed any more
  hybrid.host.vm_backup:
    vm: erp
    path: /srv/backups/erp
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
      description:
        - V(create), V(expire), V(restore), V(delete), or V(clear), which removes what a run that was killed has left.
      type: str
      returned: always
    kind:
      description: Always V(backup).
      type: str
      returned: always
    name:
      description: The vm and the backup, as in V(erp/before-update).
      type: str
      returned: always
    disruption:
      description: What it costs.
      type: str
      returned: always
    fields:
      description: The names of the backups that expire. What is restored. What is cleared.
      type: list
      elements: str
      returned: always
    status:
      description: V(planned), V(applied), V(failed) or V(skipped).
      type: str
      returned: always
backup:
  description: The backup as it is afterwards, or null where there is none.
  returned: success
  type: dict
  contains:
    name:
      description: The vm and the backup, as in V(erp/before-update).
      type: str
      returned: always
    created:
      description: When it was taken, in UTC.
      type: str
      returned: always
    mode:
      description: V(full) or V(incremental).
      type: str
      returned: always
    method:
      description: V(push), V(pull), or V(copy) of a vm that did not run.
      type: str
      returned: always
    parent:
      description: The backup that it rests on.
      type: str
      returned: when it is incremental
    children:
      description: The backups that rest on it.
      type: list
      elements: str
      returned: when there are any
    quiesced:
      description: Whether the guest's file systems were at rest.
      type: bool
      returned: when the vm ran
    disks:
      description: The disks, each with its file, and the file's size and digest.
      type: list
      elements: dict
      returned: always
    checkpoint:
      description: The checkpoint that was made with it.
      type: str
      returned: when there is one
    nvram:
      description: The file with the variables of the vm's EFI.
      type: dict
      returned: when there is one
    libvirt:
      description: The version of libvirt that took it.
      type: str
      returned: always
    qemu:
      description: The version of QEMU that took it.
      type: str
      returned: always
    damage:
      description: Why it is not whole.
      type: str
      returned: when it is not
  sample: {name: erp/before-update, vm: erp, path: /srv/backups/erp, mode: full, method: push}
restart_required:
  description: Always empty for backups.
  returned: always
  type: dict
"""

import datetime

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.libvirt import LIBVIRT_OPTIONS
from ..module_utils._ansible.arguments.vm_backup import VM_BACKUP_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._core.change import Address
from ..module_utils._core.order import Target
from ..module_utils._libvirt.session import Session
from ..module_utils._libvirt.vm_backup import VmBackupDriver
from ..module_utils._model.vm_backup import VmBackup
from ..module_utils._system.backup_store import LocalBackups
from ..module_utils._system.vm_host import LocalVmHost

NAMED = [("state", "absent", ["name"]), ("state", "restored", ["name"])]


def work(params: Params) -> Work:
    """One backup, and the vm that it is of, or becomes."""
    spec = VmBackup.from_params(params, datetime.datetime.now(datetime.timezone.utc))
    driver = VmBackupDriver(Session(params["libvirt_uri"]), LocalVmHost(), LocalBackups(spec.path or ""))
    vms = {params["vm"], params["restore_as"] or params["vm"]}
    return Work([Target(driver, spec)], holds=[Address("vm", vm) for vm in sorted(vms)])


if __name__ == "__main__":
    run_module({**VM_BACKUP_OPTIONS, **LIBVIRT_OPTIONS}, work, required_if=NAMED)
