# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a container: where its files are, and its networks."""

    DOCUMENTATION = r"""
options:
  volumes:
    description:
      - Volumes and folders of the host, as V(VOLUME:/path) or V(/path/on/the/host:/path), with V(:ro) and other
        options behind it. V(/path) alone is a volume without a name.
      - A folder that starts with V(.) or V(~) is one of the user who runs the module on the host.
    type: list
    elements: str
  volume_driver:
    description:
      - The driver of volumes that come into being with the container.
    type: str
  volumes_from:
    description:
      - Containers whose volumes it has too, as V(NAME) or V(NAME:ro).
    type: list
    elements: str
  files:
    description:
      - Files that the container gets before it starts, by their paths in it, folders above them included. They are its
        own, and not the host's. What changes in them makes the container anew; what the container itself writes into
        them is not seen.
      - No result, diff or log shows what they hold. Engines put none into a container that is O(read_only).
    type: list
    elements: dict
    suboptions:
      path:
        description:
          - The absolute path in the container.
        type: str
        required: true
      content:
        description:
          - What the file holds.
        type: str
        required: true
      encoding:
        description:
          - How O(files[].content) is written.
        type: str
        choices: [text, base64]
        default: text
      mode:
        description:
          - Its permissions, as an octal number in quotes.
        type: str
        default: '0444'
      uid:
        description:
          - The number of its user.
        type: int
        default: 0
      gid:
        description:
          - The number of its group.
        type: int
        default: 0
  mounts:
    description:
      - Mounts at length, by their places in the container.
    type: list
    elements: dict
    suboptions:
      target:
        description:
          - The place in the container.
        type: str
        required: true
      source:
        description:
          - The folder of the host, the volume or the image.
        type: str
      type:
        description:
          - What is mounted.
        type: str
        choices: [bind, volume, tmpfs, npipe, cluster, image]
        default: volume
      read_only:
        description:
          - Whether it cannot be written.
        type: bool
      consistency:
        description:
          - How exact the view is on hosts where containers run in a vm.
        type: str
        choices: [default, consistent, cached, delegated]
      propagation:
        description:
          - How mounts below a bind are shared.
        type: str
        choices: [private, rprivate, shared, rshared, slave, rslave]
      no_copy:
        description:
          - Whether a new volume stays empty, and takes nothing from the image.
        type: bool
      labels:
        description:
          - Labels of a volume that comes into being with the container.
        type: dict
      volume_driver:
        description:
          - The driver of such a volume.
        type: str
      volume_options:
        description:
          - Options of that driver.
        type: dict
      tmpfs_size:
        description:
          - The size of a file system in memory.
        type: str
      tmpfs_mode:
        description:
          - Its mode, as an octal number.
        type: str
      tmpfs_options:
        description:
          - Its options, one a map, with V(null) for those without a value.
        type: list
        elements: dict
      non_recursive:
        description:
          - Whether a bind is without what is mounted below it.
        type: bool
      create_mountpoint:
        description:
          - Whether a missing folder of the host is made.
        type: bool
      read_only_non_recursive:
        description:
          - Whether what is mounted below a read-only bind can be written.
        type: bool
      read_only_force_recursive:
        description:
          - Whether to fail where what is mounted below cannot be made read-only.
        type: bool
      subpath:
        description:
          - A path in the volume or image.
        type: str
  tmpfs:
    description:
      - Paths in memory, as V(/run) or V(/run:size=64m).
    type: list
    elements: str
  storage_opts:
    description:
      - Options of the engine's storage, as C(size).
    type: dict
    aliases: [storage_opt]
  published_ports:
    description:
      - Ports that the host answers for, as V(8080:80), V(127.0.0.1:8080:80), V(53:53/udp), V(8000-8009:9000-9009).
        V(80) alone gets a free port of the host, V(8000-8009:80) one of these, which Podman does not choose.
    type: list
    elements: str
    aliases: [ports]
  publish_all_ports:
    description:
      - Whether each exposed port gets a free port of the host.
    type: bool
  default_host_ip:
    description:
      - The address of the host for O(published_ports) that name none. When left out or empty, the engine's own, which
        are all of them, IPv6 too, where neither its settings nor the network's say otherwise.
      - A container is not made anew for V(0.0.0.0) where its ports name none.
    type: str
  exposed_ports:
    description:
      - Ports that are marked as exposed, as V(80) or V(53/udp). Others that the image marks stay.
    type: list
    elements: str
    aliases: [exposed, expose]
  network_mode:
    description:
      - V(host), V(none), V(bridge), V(container:NAME), or the name of a network. See O(networks) for more.
    type: str
  networks:
    description:
      - The networks that the container is on; they change while it runs. In a stack, it is on no other.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The name of the network. V(bridge) is the one that the engine has by itself, of Podman too.
        type: str
        required: true
      ipv4_address:
        description:
          - The container's fixed address there.
        type: str
      ipv6_address:
        description:
          - Its fixed IPv6 address there.
        type: str
      aliases:
        description:
          - Names by which other containers on the network reach it.
        type: list
        elements: str
      links:
        description:
          - Containers that it reaches by other names, as V(CONTAINER:ALIAS).
        type: list
        elements: str
      mac_address:
        description:
          - Its MAC address there.
        type: str
      driver_opts:
        description:
          - Options of the network's driver.
        type: dict
      gw_priority:
        description:
          - The network of the highest number has the default gateway.
        type: int
  networks_cli_compatible:
    description:
      - With V(false), the container is made on the engine's own network, and then joins O(networks).
    type: bool
    default: true
  mac_address:
    description:
      - The MAC address on the network that it is made with.
    type: str
  links:
    description:
      - Containers on the engine's own network that it reaches by other names, as V(CONTAINER:ALIAS).
    type: list
    elements: str
  dns_servers:
    description:
      - Name servers, in order.
    type: list
    elements: str
    aliases: [dns]
  dns_search_domains:
    description:
      - Search domains, in order.
    type: list
    elements: str
    aliases: [dns_search]
  dns_opts:
    description:
      - Options of the resolver.
    type: list
    elements: str
    aliases: [dns_opt]
  etc_hosts:
    description:
      - Additional names, each with its address.
    type: dict
    aliases: [extra_hosts]
"""
