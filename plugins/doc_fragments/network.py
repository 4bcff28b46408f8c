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
      - How workloads reach the world outside.
      - With V(nat) they do, with the host's address. With V(routed) they do with their own, to which the routers
        outside must know the way. With V(isolated) they reach each other and the host, and nothing else.
      - With V(bridge) they are on O(bridge), a bridge that the host has already, and so on the LAN, with its addresses.
        With V(direct) they are on the interface O(uplink) of the host, and reach all but the host itself. Vms are on it
        by macvtap. O(container_driver) says how containers are on either.
      - On V(bridge) and V(direct) the LAN's own DHCP server gives vms their addresses. Containers get theirs from
        O(containers), which must be there.
      - V(overlay) joins the containers of several Docker hosts of one Swarm. This host must be a manager of it.
      - A network that is created without this option is V(nat).
    type: str
    choices: [nat, routed, isolated, bridge, direct, overlay]
  bridge:
    description:
      - The bridge on the host, at most 15 characters.
      - A network that is created without this option gets a bridge named after it, such as V(hv-lan). With V(bridge) as
        O(mode) the host has it already, and it must be written.
    type: str
  uplink:
    description:
      - With V(nat) and V(routed) as O(mode), the only interface of the host that vms reach the world through.
        By default any.
      - With V(direct), the interface that workloads are on.
    type: str
  vlan:
    description:
      - The VLAN of all workloads, with V(bridge) as O(mode) on a bridge of Open vSwitch, and for vms alone.
      - With V(direct), workloads are on the interface O(uplink).O(vlan). Docker makes it where it is not there. For
        vms it must be there.
    type: int
  subnet:
    description:
      - The IPv4 subnet, such as V(10.77.0.0/24).
      - A network that is created without this option gets a C(/24) that no other network and no route of the host has.
        With V(bridge) and V(direct) as O(mode) it gets the subnet that the host's interface is in.
      - A subnet that another network or a route of the host has is refused.
    type: str
  gateway:
    description:
      - The host's own address on the network, which is also its name server. By default the first of O(subnet).
      - With V(bridge) and V(direct) as O(mode), the router that containers use. By default the one that the host
        uses there.
    type: str
  subnet6:
    description:
      - An IPv6 subnet besides, such as V(fd00:77::/64). It must be a C(/64). By default there is none.
      - Guests choose their own address in it, as the network tells them to; containers get one from the engine.
    type: str
  gateway6:
    description:
      - The host's own address in O(subnet6). By default the first.
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
          - Name servers for all other names, by IPv4 or IPv6 address. By default those of the host.
        type: list
        elements: str
      hosts:
        description:
          - Names of addresses. Those that are there and not listed are removed.
        type: list
        elements: dict
        suboptions:
          ip:
            description: The address, of IPv4 or IPv6.
            type: str
            required: true
          hostnames:
            description:
              - Its names. One without a dot is also answered for in O(dns.domain). A name has one address, since
                libvirt takes no second one while the network runs.
            type: list
            elements: str
            required: true
  mtu:
    description:
      - The largest packet in bytes. By default what the engines take.
    type: int
  bandwidth:
    description:
      - Limits of all that vms and containers on the network's bridge take from outside (C(inbound)) and send there
        (C(outbound)).
    type: dict
    suboptions:
      inbound:
        description: What the network receives.
        type: dict
        suboptions:
          average:
            description: Kilobytes a second. V(0) is no limit.
            type: int
          peak:
            description: Kilobytes a second at most.
            type: int
          burst:
            description: Kilobytes that may go at the rate of the peak.
            type: int
      outbound:
        description: What the network sends.
        type: dict
        suboptions:
          average:
            description: Kilobytes a second. V(0) is no limit.
            type: int
          peak:
            description: Kilobytes a second at most.
            type: int
          burst:
            description: Kilobytes that may go at the rate of the peak.
            type: int
  policy:
    description:
      - Who may reach the workloads of the network, for vms and containers together, with V(nat), V(routed) and
        V(isolated) as O(mode). Its rules are tables of the host's nftables, replaced in one step and loaded again as
        the host starts.
      - It is about what workloads are sent by each other, and by what the host forwards to them. The host itself
        reaches them always, what is published on the host is there for all, and what workloads ask elsewhere is
        answered.
      - Workloads that are named must have a fixed address on the network, as all of a stack have. Run the module again
        when one got another; a stack does it by itself.
    type: dict
    suboptions:
      default:
        description:
          - What becomes of what no rule allows. It is counted in either case.
          - With V(allow), without rules and without a log there is no policy, and one that is there is removed.
        type: str
        choices: [deny, allow]
        default: deny
      allow:
        description: Who may reach whom, and how.
        type: list
        elements: dict
        suboptions:
          from:
            description:
              - A workload's name, as V(app), V(vm/erp) or V(container/app); workloads by a label, as V(tier=web); an
                address or a subnet, also of elsewhere. By default everybody.
            type: str
          to:
            description: Workloads of the network, likewise. By default all of them.
            type: str
          port:
            description: The port or ports, as V(8080) or V(8000-8010). By default all.
            type: str
          protocol:
            description:
              - The protocol. By default V(tcp) where there is a O(policy.allow[].port), else any. V(icmp) is what ping
                needs, of IPv4 and IPv6.
            type: str
            choices: [tcp, udp, sctp, icmp]
      log:
        description:
          - Whether the kernel logs what no rule allows, at most ten packets a second, after C(hybrid.host) and the name
            of the network.
        type: bool
        default: false
  container_driver:
    description:
      - How containers are on O(bridge) or O(uplink) of the host. V(macvlan) gives each a MAC of its own, V(ipvlan) has
        them share that of the interface. With both they do not reach the host itself. A network that is created without
        this option is V(macvlan).
      - V(bridge), for V(bridge) as O(mode), puts them on the bridge itself, where they reach the host too. Docker then
        keeps its other networks from what is behind that bridge, unless its chain C(DOCKER-USER) accepts that.
    type: str
    choices: [macvlan, ipvlan, bridge]
  driver_options:
    description:
      - Further options of the engine's network driver, by their own names. What is not listed is left alone.
    type: dict
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
