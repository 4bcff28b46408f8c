#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module qcow2_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: qcow2_info
short_description: What a disk image is, rests on, and is used by
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Looks at a disk image and at all images that it rests on, also while a vm runs on it. It changes nothing.
options:
  path:
    description: The image. A path that is not absolute is one in C(/var/lib/libvirt/images).
    type: str
    required: true
  check:
    description: Whether C(qemu-img check) looks through the images. It reads all of their metadata.
    type: bool
    default: false
extends_documentation_fragment:
  - hybrid.host._libvirt
  - hybrid.host._attributes
seealso:
  - module: hybrid.host.qcow2
"""

EXAMPLES = r"""
- name: Look at a disk
  hybrid.host.qcow2_info:
    path: erp.qcow2
    check: true
  register: erp_disk

- name: Nothing is wrong with it, and nobody else uses it
  ansible.builtin.assert:
    that:
      - erp_disk.chain[0].check.corruptions == 0
      - erp_disk.chain[0].vms == ['erp']
"""

RETURN = r"""
chain:
  description: The image and those that it rests on, the nearest first. What does not apply to a file is null.
  returned: always
  type: list
  elements: dict
  contains:
    path:
      description: The file.
      type: str
      returned: always
    exists:
      description: Whether there is such a file.
      type: bool
      returned: always
    format:
      description: As in V(qcow2), V(raw) or V(vmdk).
      type: str
      returned: always
    size:
      description: The bytes that a guest sees.
      type: int
      returned: always
    allocated:
      description: The bytes that the file takes.
      type: int
      returned: always
    held:
      description: The bytes of the guest's content that this file holds by itself.
      type: int
      returned: always
    wasted:
      description: The bytes that the file takes beyond that, those of its metadata and snapshots included.
      type: int
      returned: always
    cluster_size:
      description: The bytes of a cluster; likewise RV(chain[].compat), RV(chain[].compression_type),
        RV(chain[].lazy_refcounts) and RV(chain[].extended_l2), of qcow2 images.
      type: int
      returned: always
    compat:
      description: The version of the qcow2 format.
      type: str
      returned: always
    compression_type:
      description: How clusters are compressed.
      type: str
      returned: always
    lazy_refcounts:
      description: Whether reference counts may lag behind.
      type: bool
      returned: always
    extended_l2:
      description: Whether clusters have parts.
      type: bool
      returned: always
    encrypted:
      description: Whether it is encrypted.
      type: bool
      returned: always
    corrupt:
      description: Whether QEMU has marked it as damaged.
      type: bool
      returned: always
    backing_file:
      description: The file that it rests on.
      type: str
      returned: always
    backing_format:
      description: That file's format, as the image has it noted.
      type: str
      returned: always
    snapshots:
      description: Its internal snapshots, each with C(name), C(created) in seconds since 1970, and C(memory) in bytes.
      type: list
      elements: dict
      returned: always
    bitmaps:
      description: Its bitmaps of changed blocks, each with C(name), C(granularity) and C(flags).
      type: list
      elements: dict
      returned: always
    stack:
      description: The stack that it belongs to.
      type: str
      returned: always
    locked:
      description: V(written) or V(read) while somebody has it open so.
      type: str
      returned: always
    in_use_by:
      description: The vms and processes that have it open.
      type: list
      elements: str
      returned: always
    overlays:
      description: The images in its folder, and in libvirt's, that rest on it.
      type: list
      elements: str
      returned: always
    vms:
      description: The vms that are defined with it, running or not; null where libvirt is not there.
      type: list
      elements: str
      returned: always
    check:
      description:
        - With O(check=true), C(done), and C(corruptions), C(leaks) and C(check_errors), or the C(cause) why it was not.
      type: dict
      returned: always
  sample:
    - {path: /var/lib/libvirt/images/erp.qcow2, exists: true, format: qcow2, size: 42949672960, allocated: 2147483648}
"""

import dataclasses
from typing import Any

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.libvirt import LIBVIRT_OPTIONS
from ..module_utils._ansible.run import Params, run_reading
from ..module_utils._libvirt.disk_users import disk_users
from ..module_utils._libvirt.session import Session
from ..module_utils._model.disk_attachment import absolute
from ..module_utils._model.host import whole
from ..module_utils._system.image_survey import survey

OPTIONS = {
    **LIBVIRT_OPTIONS,
    "path": {"type": "str", "required": True},
    "check": {"type": "bool", "default": False},
}


def read(params: Params) -> dict[str, Any]:
    """The chain, with the vms of a libvirt that is there."""
    chain = survey(absolute(params["path"]), check=params["check"])
    session = Session(params["libvirt_uri"])
    if session.present():
        users = disk_users(session, [image.path for image in chain])
        chain = [dataclasses.replace(image, vms=tuple(users[image.path])) for image in chain]
    return {"chain": [whole(image) for image in chain]}


if __name__ == "__main__":
    run_reading(OPTIONS, read)
