#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module storage_pool."""

from __future__ import annotations

DOCUMENTATION = r"""
module: storage_pool
short_description: A storage pool of libvirt
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Defines, builds, starts, changes, refreshes and forgets one pool. The volumes in it are made with the vms that have
    them, by M(hybrid.host.vm).
  - Options that are left out are neither compared nor reset. What the collection does not know in the pool's XML stays,
    as far as libvirt itself keeps it.
  - Nothing that is in a pool is ever removed.
options:
  allow_disruption:
    description:
      - How far a change may go. V(restart) permits to stop the pool and to start it again, V(replace) to make it one of
        another type. Both are refused while a running vm uses a volume of the pool.
    type: str
    choices: [none, live, restart, replace]
    default: live
extends_documentation_fragment:
  - hybrid.host.storage_pool
  - hybrid.host._libvirt
  - hybrid.host._attributes
seealso:
  - module: hybrid.host.vm
  - module: hybrid.host.stack
"""

EXAMPLES = r"""
- name: A folder
  hybrid.host.storage_pool:
    name: fast
    target: /srv/fast

- name: A disk of its own, on which a file system is made if it holds nothing
  hybrid.host.storage_pool:
    name: fast
    type: fs
    source:
      devices: [/dev/disk/by-id/nvme-example]
      format: xfs
    target: {path: /srv/fast, mode: "0711"}

- name: A share of an NFS server
  hybrid.host.storage_pool:
    name: templates
    type: netfs
    source:
      hosts: [{name: nas.internal}]
      dir: /export/templates
      format: nfs
    target: /srv/templates

- name: A volume group
  hybrid.host.storage_pool:
    name: vg0
    type: logical
    source:
      devices: [/dev/disk/by-id/ata-example]

- name: A pool of Ceph, with the key in a secret of libvirt
  hybrid.host.storage_pool:
    name: ceph
    type: rbd
    source:
      hosts: [{name: 10.77.0.5, port: 6789}]
      name: vms
      auth:
        username: libvirt
        secret: {usage: ceph libvirt}

- name: No pool, and all that was in it
  hybrid.host.storage_pool:
    name: fast
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
      description: V(create), V(update), V(replace), V(refresh), V(start), V(stop) or V(delete).
      type: str
      returned: always
    kind:
      description: Always V(pool).
      type: str
      returned: always
    name:
      description: The name of the pool.
      type: str
      returned: always
    disruption:
      description: What it costs the vms on it.
      type: str
      returned: always
    fields:
      description: What differed. Of V(refresh), the volumes that libvirt had not seen come or go.
      type: list
      elements: str
      returned: always
    status:
      description: V(planned), V(applied), V(failed) or V(skipped).
      type: str
      returned: always
pool:
  description: The pool as it is afterwards, or null where there is none.
  returned: success
  type: dict
  contains:
    capacity:
      description: Its size in bytes, and with C(allocation) and C(available) what is taken of it and what is left.
      type: int
      returned: while it is active
    volumes:
      description: The names of its volumes.
      type: list
      elements: str
      returned: while it is active
    workloads:
      description: The vms that have a volume of it.
      type: list
      elements: str
      returned: when there are any
restart_required:
  description: Always empty for pools.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.libvirt import LIBVIRT_OPTIONS
from ..module_utils._ansible.arguments.pool import POOL_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._core.field import Disruption
from ..module_utils._core.order import Target
from ..module_utils._libvirt.pool import PoolDriver
from ..module_utils._libvirt.session import Session
from ..module_utils._model.pool import Pool
from ..module_utils._system import pool_host

ALLOW = {"type": "str", "choices": ["none", "live", "restart", "replace"], "default": "live"}


def work(params: Params) -> Work:
    """One pool."""
    driver = PoolDriver(Session(params["libvirt_uri"]), pool_host)
    return Work([Target(driver, Pool.from_params(params), Disruption(params["allow_disruption"]))])


if __name__ == "__main__":
    run_module({**POOL_OPTIONS, **LIBVIRT_OPTIONS, "allow_disruption": ALLOW}, work)
