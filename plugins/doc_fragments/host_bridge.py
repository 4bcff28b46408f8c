# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a bridge of the host."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the bridge, at most 15 characters.
    type: str
    required: true
  state:
    description:
      - V(absent) removes the bridge, and gives its ports back the addresses and routes that they brought. It is refused
        while workloads are on the bridge, as its ports or above it, and of a bridge that somebody else made. Of
        containers above it, by macvlan or ipvlan, Docker and Podman tell, where the host has C(python3-docker).
    type: str
    choices: [present, absent]
    default: present
  ports:
    description:
      - The host's interfaces that are ports of the bridge. Those that workloads have added are none of them, and stay.
      - A bond, a team or a VLAN can be one with O(persist=networkd) and O(persist=none), and is refused otherwise.
    type: list
    elements: str
  addresses:
    description:
      - The addresses of the bridge with their prefixes, as V(10.77.0.2/24), and V(dhcp) for one by DHCP.
      - Without this option the addresses of the ports move to the bridge as they are, be they static or by DHCP, and
        so do the routes over them. With it, the ports' own are gone.
      - Name servers and search domains that are written for the ports, and did not come by DHCP, move in any case.
    type: list
    elements: str
  gateway:
    description:
      - The router to the world. Without it the one that the ports have used stays, where the bridge's addresses reach
        it.
    type: str
  gateway6:
    description: The same for IPv6.
    type: str
  vlan_filtering:
    description: Whether the bridge tells VLANs apart. Netplan cannot keep it.
    type: bool
  stp:
    description:
      - Whether the bridge speaks STP with other bridges. A new port is silent for 30 s then, so that
        O(rollback_timeout) has to be at least 45 s.
    type: bool
  mtu:
    description: The largest packet, of the bridge and of its ports.
    type: int
  persist:
    description:
      - What keeps the bridge over a start of the host, by files whose names begin with C(10-hybrid-), C(hybrid-) or
        C(99-hybrid-). They are compared, too.
      - V(auto) is what manages the ports, and V(none) with a warning where nothing does. A bridge that is there stays
        with what has kept it.
      - V(networkd) and V(networkmanager) are given files that they prefer to those that the ports have had. V(ifupdown)
        reads what was written of a port as comments, until the bridge goes; it moves no client of DHCP. V(netplan) is
        refused where one of its other files gives a port static addresses; V(networkd) does there, too.
    type: str
    choices: [auto, networkd, networkmanager, netplan, ifupdown, none]
    default: auto
  rollback_timeout:
    description:
      - How long a change may wait for the controller, in seconds or as V(2m). A timer of systemd on the host goes back
        to how the network was, unless the controller has reached the host anew until then, and said so. A start of
        the host does not end the wait.
      - At least 10 s.
    type: str
    default: "60"
  adopt:
    description:
      - Takes over a bridge that somebody else made. It is never deleted by this collection.
    type: bool
    default: false
"""
