#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module qcow2."""

from __future__ import annotations

DOCUMENTATION = r"""
module: qcow2
short_description: A disk image for vms, qcow2 or raw
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Makes an image file, empty, as an overlay on another, or as a copy of a local file or of one on a server. Grows and
    shrinks it, rebases, flattens, commits and compacts it, checks and repairs it, and removes it.
  - An image that others rest on stays as it is. Its digest is noted on it and on each overlay, and an overlay whose
    backing file is not what it was is refused, by a vm that would start on it, too.
  - A new image gets its name when it is whole. What a run that was killed has left is cleaned up by the next one, and
    of two runs at once one waits for the other.
  - An image that exists is never made anew. A run that is killed, or finds no room, leaves its content as it was.
  - Where the name is a symbolic link, what would replace or remove the image is refused; the rest is done to it.
  - While a vm of this host's libvirt runs on an image, that grows, flattens, commits and copies it. What cannot be done
    so is refused, naming the vm, and all is refused while something else has the image open.
  - Options that are left out are neither compared nor reset.
requirements:
  - qemu-img, for changes. Looking needs nothing.
  - zstd, for sources that are packed so.
extends_documentation_fragment:
  - hybrid.host.qcow2
  - hybrid.host._libvirt
  - hybrid.host._capacity
  - hybrid.host._attributes
"""

EXAMPLES = r"""
- name: A base image from a server, verified
  hybrid.host.qcow2:
    path: debian12.qcow2
    source: https://images.example.org/debian-12-genericcloud-amd64.qcow2
    checksum: sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9

- name: The same, packed, by the list that is published with it
  hybrid.host.qcow2:
    path: debian12.qcow2
    source: https://images.example.org/debian-12-genericcloud-amd64.raw.xz
    checksum: sha512:https://images.example.org/SHA512SUMS
    format: qcow2

- name: An encrypted disk
  hybrid.host.qcow2:
    path: secrets.qcow2
    size: 10G
    encryption:
      passphrase: "{{ vault_disk_passphrase }}"

- name: The disk of one vm, over the base image
  hybrid.host.qcow2:
    path: erp.qcow2
    backing_file: debian12.qcow2
    size: 40G

- name: An empty disk elsewhere, raw, with all its space taken at once
  hybrid.host.qcow2:
    path: /srv/vms/data.raw
    format: raw
    size: 100G
    preallocation: falloc

- name: The disk on its own, without the base image, also while the vm runs
  hybrid.host.qcow2:
    path: erp.qcow2
    backing_file: ""
    job_timeout: 2h

- name: The space that the guest has given back, once that is a quarter of the image
  hybrid.host.qcow2:
    path: erp.qcow2
    compact: true
    compact_threshold: 25%

- name: A look at it after a power cut, and a repair of what can do no harm
  hybrid.host.qcow2:
    path: erp.qcow2
    check: true
    repair: leaks

- name: No disk
  hybrid.host.qcow2:
    path: erp.qcow2
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
      description: V(create), V(update), V(rebase), V(flatten), V(commit), V(compact), V(repair) or V(delete).
      type: str
      returned: always
    kind:
      description: Always V(disk).
      type: str
      returned: always
    name:
      description: The absolute path of the image.
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
disk:
  description: The image as it is afterwards, none if there is none.
  returned: always
  type: dict
  contains:
    name:
      description: Its absolute path.
      type: str
      returned: success
    size:
      description: What a guest sees, in bytes.
      type: int
      returned: success
    allocated:
      description: What it takes on the host, in bytes.
      type: int
      returned: success
    format:
      description: Its format.
      type: str
      returned: success
    backing_file:
      description: The image that it is an overlay on.
      type: str
      returned: for overlays
    backing_format:
      description: The format of that image.
      type: str
      returned: for overlays
    cluster_size:
      description: Its cluster size in bytes.
      type: int
      returned: for qcow2
    compat:
      description: The version of the qcow2 format.
      type: str
      returned: for qcow2
    lazy_refcounts:
      description: Whether reference counts may lag behind.
      type: bool
      returned: for qcow2
    compression_type:
      description: How clusters are compressed.
      type: str
      returned: for qcow2
    extended_l2:
      description: Whether clusters have parts.
      type: bool
      returned: for qcow2
    encrypted:
      description: Whether it is encrypted.
      type: bool
      returned: success
    held:
      description: The bytes of the guest's content that it holds by itself.
      type: int
      returned: with O(commit), O(compact), or an O(size) that is less
    wasted:
      description: The bytes that it takes beyond that, those of its metadata included.
      type: int
      returned: with O(commit), O(compact), or an O(size) that is less
    checked:
      description:
        - What QEMU's check found. Whether it was C(done), and C(corruptions), C(leaks) and C(check_errors), or else the
          C(cause).
      type: dict
      returned: with O(check) or O(repair)
    corrupt:
      description: That QEMU has marked it as corrupt.
      type: bool
      returned: where it is
    dirty:
      description: That it was not closed as it should be, or is open with lazy reference counts.
      type: bool
      returned: where it is
    overlays:
      description: The overlays on this image, in its folder and in C(/var/lib/libvirt/images).
      type: list
      elements: str
      returned: where there are any
    in_use_by:
      description: What has it open.
      type: list
      elements: str
      returned: while it is in use
    owner:
      description: The stack that it belongs to.
      type: str
      returned: for disks of a stack
    file_owner:
      description: The user who owns the file.
      type: str
      returned: success
    file_group:
      description: The group that owns the file.
      type: str
      returned: success
    mode:
      description: Its permissions.
      type: str
      returned: success
    selinux_context:
      description: Its SELinux context.
      type: str
      returned: where it has one
restart_required:
  description: Always empty for disks.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.capacity import CAPACITY_OPTION
from ..module_utils._ansible.arguments.disk import DISK_OPTIONS
from ..module_utils._ansible.arguments.libvirt import LIBVIRT_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._core.converge import Run
from ..module_utils._core.order import Target
from ..module_utils._libvirt.disk_jobs import disk_jobs
from ..module_utils._libvirt.session import Session
from ..module_utils._model.disk import Disk
from ..module_utils._system.capacity import Capacity
from ..module_utils._system.disk import DiskDriver
from ..module_utils._system.vm_host import LocalVmHost


def work(params: Params) -> Work:
    """One image file, and the libvirt whose vms may run on it."""
    spec = Disk.from_params(params)
    jobs = disk_jobs(Session(params["libvirt_uri"]), LocalVmHost())
    return Work([Target(DiskDriver(jobs, [spec]), spec)], Run(weigh=Capacity(params["capacity"])))


if __name__ == "__main__":
    run_module({**DISK_OPTIONS, **LIBVIRT_OPTIONS, **CAPACITY_OPTION}, work)
