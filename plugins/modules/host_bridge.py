#!/usr/bin/python
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module host_bridge."""

from __future__ import annotations

DOCUMENTATION = r"""
module: host_bridge
short_description: A bridge of the host, and the way back
version_added: 1.0.0
author: The hybrid.host contributors (@hybrid-host)
description:
  - Makes, changes and removes one bridge of the host, with the host's interfaces as its ports, so that workloads are on
    the LAN. Their network is one of M(hybrid.host.network) with O(hybrid.host.network#module:mode=bridge).
  - The interface that carries Ansible's own connection may be a port. A change is made beside the connection, on the
    host. Then the controller connects anew and confirms it. Where it cannot, the host goes back to how its network was
    after O(rollback_timeout), all by itself, and the task fails with RV(rolled_back).
  - The addresses of the ports move to the bridge, which takes the MAC of its first port, so that neither the LAN nor
    its DHCP server takes the host for another.
  - Options that are left out are neither compared nor reset. Addresses and routes that somebody else gave the bridge
    stay, unless O(addresses) is written.
  - The host needs C(ip) of iproute2, and systemd for the timer.
extends_documentation_fragment:
  - hybrid.host.host_bridge
  - hybrid.host._attributes
seealso:
  - module: hybrid.host.network
"""

EXAMPLES = r"""
- name: The NIC becomes a port of a bridge, which gets its addresses, routes and MAC
  hybrid.host.host_bridge:
    name: br0
    ports: [enp1s0]

- name: The same with what the bridge is to have, and less patience
  hybrid.host.host_bridge:
    name: br0
    ports: [enp1s0]
    addresses: [192.0.2.10/24, "2001:db8::10/64"]
    gateway: 192.0.2.1
    rollback_timeout: 30s

- name: A bridge without a port, kept by systemd-networkd
  hybrid.host.host_bridge:
    name: br1
    ports: []
    addresses: [10.77.0.1/24]
    persist: networkd

- name: No bridge; the NIC has its addresses again
  hybrid.host.host_bridge:
    name: br0
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
      description: V(create), V(update) or V(delete).
      type: str
      returned: always
    kind:
      description: Always V(host_bridge).
      type: str
      returned: always
    name:
      description: The name of the bridge.
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
host_bridge:
  description: The bridge as it is afterwards, or null where there is none.
  returned: success
  type: dict
  contains:
    files:
      description: What keeps the bridge over a start of the host, by path.
      type: dict
      returned: always
    others:
      description: Ports that were not asked for, and interfaces above the bridge, such as those of vms.
      type: list
      elements: str
      returned: when there are any
    mac:
      description: Its MAC.
      type: str
      returned: always
rolled_back:
  description: Whether the host's network is as it was before the change.
  returned: when a change was made
  type: bool
restart_required:
  description: Always empty for bridges.
  returned: always
  type: dict
"""

from ..module_utils._ansible.zip_import import compile_once

compile_once(__file__)

from ..module_utils._ansible.arguments.host_bridge import HOST_BRIDGE_OPTIONS
from ..module_utils._ansible.run import Params, Work, run_module
from ..module_utils._container.network_parents import above
from ..module_utils._core.order import Target
from ..module_utils._model.host_bridge import HostBridge, rollback_seconds
from ..module_utils._system.bridge import HostBridgeDriver


def work(params: Params) -> Work:
    """One bridge. The action of the same name confirms what is made here."""
    driver = HostBridgeDriver(rollback_seconds(params), above)
    return Work([Target(driver, HostBridge.from_params(params), adopt=params["adopt"])], told=driver.told)


if __name__ == "__main__":
    run_module(HOST_BRIDGE_OPTIONS, work)
