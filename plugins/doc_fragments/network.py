# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a network."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the network, for vms and containers alike.
    type: str
    required: true
  state:
    description:
      - V(present) means that the network exists and is active.
      - V(absent) removes it from all engines. It is refused while workloads use it.
    type: str
    choices: [present, absent]
    default: present
  mode:
    description:
      - How workloads reach the world outside. With V(nat) they do, with the host's address.
      - With V(isolated) they reach each other and the host, and nothing else.
      - A network that is created without this option is V(nat).
    type: str
    choices: [nat, isolated]
  bridge:
    description:
      - The bridge on the host, at most 15 characters.
      - A network that is created without this option gets a bridge named after it, such as V(hv-lan).
    type: str
  subnet:
    description:
      - The IPv4 subnet, such as V(10.77.0.0/24).
      - A network that is created without this option gets a C(/24) that no other network and no route of the host has.
      - A subnet that another network or a route of the host has is refused.
    type: str
  gateway:
    description:
      - The host's own address on the network, which is also its name server. By default the first of O(subnet).
    type: str
  dhcp:
    description:
      - The addresses that vms get.
      - By default the lower half of O(subnet), from behind the gateway, or what O(containers) leaves.
    type: dict
    suboptions:
      start:
        description: The first address.
        type: str
        required: true
      end:
        description: The last address.
        type: str
        required: true
  containers:
    description:
      - The addresses that containers get. They must be one CIDR block, as Docker takes no other range.
      - By default the upper half of O(subnet), or the largest block that O(dhcp) leaves.
    type: dict
    suboptions:
      start:
        description: The first address.
        type: str
        required: true
      end:
        description: The last address.
        type: str
        required: true
  reservations:
    description:
      - Addresses that DHCP keeps for a MAC. Those that are there and not listed are removed.
    type: list
    elements: dict
    suboptions:
      mac:
        description: The MAC of the NIC.
        type: str
        required: true
      ip:
        description: Its address.
        type: str
        required: true
      name:
        description: Its host name.
        type: str
  dns:
    description:
      - The names that the network answers for. Needs O(attach) to include V(vms).
    type: dict
    suboptions:
      domain:
        description:
          - The domain of the network, such as V(shop.internal). Names in it never leave the host.
        type: str
      forwarders:
        description:
          - Name servers for all other names. By default those of the host.
        type: list
        elements: str
      hosts:
        description:
          - Names of addresses. Those that are there and not listed are removed.
        type: list
        elements: dict
        suboptions:
          ip:
            description: The address.
            type: str
            required: true
          hostnames:
            description:
              - Its names. One without a dot is also answered for in O(dns.domain).
            type: list
            elements: str
            required: true
  mtu:
    description:
      - The largest packet in bytes. By default what the engines take.
    type: int
  attach:
    description:
      - What the network is for. V(vms) needs libvirt, V(containers) a container engine.
      - By default whatever the host has at the time.
    type: list
    elements: str
    choices: [vms, containers]
  autostart:
    description:
      - Whether libvirt starts the network with the host. A network that is created without this option is.
    type: bool
"""
